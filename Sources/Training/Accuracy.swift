import Tensors

/// Shares of right answers, 0…1.
public enum Accuracy {
    /// Logits [T, B, K] averaged over time.
    ///
    /// - Parameter mix: of samples with two classes: an answer counts as much as the class has of the label.
    public static func share(_ logits: Tensor, labels: [Int], mix: LabelMix? = nil) -> Double {
        guard !labels.isEmpty else { return 0 }
        let mean = logits.meanOverTime()
        let classCount = logits.shape[2]
        let right = labels.indices.reduce(0.0) { right, sample in
            let found = answer(mean.pointer + sample * classCount, classCount: classCount)
            return right + (mix?.label(sample, own: labels[sample]) ?? SharedLabel(labels[sample])).share(of: found)
        }
        return right / Double(labels.count)
    }

    /// The class with the largest output, the first of equals.
    public static func answer(_ outputs: UnsafePointer<Float>, classCount: Int) -> Int {
        var best = 0
        for k in 1..<max(classCount, 1) where outputs[k] > outputs[best] { best = k }
        return best
    }
}
