import Tensors

/// Shares of right answers, 0…1.
public enum Accuracy {
    /// Logits [T, B, K] averaged over time; the class with the largest is the answer, the first of equals.
    public static func share(_ logits: Tensor, labels: [Int]) -> Double {
        guard !labels.isEmpty else { return 0 }
        return Double(rightAnswers(logits, labels: labels)) / Double(labels.count)
    }

    /// Number of right answers among the first `labels.count` samples.
    public static func rightAnswers(_ logits: Tensor, labels: [Int]) -> Int {
        let (timeSteps, batchSize, classCount) = (logits.shape[0], logits.shape[1], logits.shape[2])
        var right = 0
        for (sample, label) in labels.enumerated() {
            var (best, answer) = (-Float.infinity, -1)
            for k in 0..<classCount {
                var sum: Float = 0
                for t in 0..<timeSteps { sum += logits.pointer[(t * batchSize + sample) * classCount + k] }
                if sum > best { (best, answer) = (sum, k) }
            }
            if answer == label { right += 1 }
        }
        return right
    }
}
