import Tensors

/// Shares of right answers, 0…1.
public enum Accuracy {
    /// Logits [T, B, K] averaged over time.
    public static func share(_ logits: Tensor, labels: [Int]) -> Double {
        guard !labels.isEmpty else { return 0 }
        let mean = logits.meanOverTime()
        let classCount = logits.shape[2]
        let right = labels.indices.count {
            answer(mean.pointer + $0 * classCount, classCount: classCount) == labels[$0]
        }
        return Double(right) / Double(labels.count)
    }

    /// The class with the largest output, the first of equals.
    public static func answer(_ outputs: UnsafePointer<Float>, classCount: Int) -> Int {
        var best = 0
        for k in 1..<max(classCount, 1) where outputs[k] > outputs[best] { best = k }
        return best
    }
}
