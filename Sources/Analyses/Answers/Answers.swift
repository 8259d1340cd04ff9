import Data
import Messages
import Network
import Training

/// What the network took the recordings of a split for.
struct Answers {
    var labels: [Int]
    var answers: [Int]
    var confusion: [[Int]]
    var loss: Double

    var count: Int { labels.count }
    var correct: Int { zip(labels, answers).count { $0 == $1 } }

    init(
        _ subject: AnalysisSubject, _ split: Split, _ progress: (_ done: Int, _ all: Int) throws -> Void
    ) throws {
        let evaluation = Evaluation(
            network: subject.network, batchSize: subject.configuration.training.batchSize,
            options: try subject.configuration.traceOptions())
        let (batch, batches) = (subject.data.makeBatch(), subject.data.batchCount(of: split))
        var tally = evaluation.begin()
        for index in 0..<batches {
            subject.data.evaluationBatch(split: split, index: index, into: batch)
            evaluation.add(batch, to: &tally)
            try progress(index + 1, batches)
        }
        let result = tally.result
        (labels, answers) = (subject.data.labels(of: split), result.answers)
        (confusion, loss) = (result.confusion, result.loss)
    }
}

/// A share with its 95 % interval by Wilson's score, 0…1: right for few trials and for shares near 0 and 1, too.
struct ShareInterval {
    var value: Double
    var low: Double
    var high: Double

    /// - Returns: `nil` of no trials.
    init?(_ hits: Int, of count: Int) {
        guard count > 0 else { return nil }
        let (z, n) = (1.959_963_984_540_054, Double(count))
        let share = Double(hits) / n
        let center = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        (value, low, high) = (share, max(0, center - half), min(1, center + half))
    }

    /// `82.1 % (79.0 to 84.9)`.
    var text: String { "\(Format.percent(value)) (\(Format.number(100 * low)) to \(Format.number(100 * high)))" }
}
