import Data
import Network
import Tensors

/// Evaluation on events through the event head, logits averaged over time, with running statistics.
public final class Evaluation {
    public struct Result: Sendable, Hashable {
        /// 0…1.
        public var accuracy: Double
        /// Cross entropy of the averaged logits.
        public var loss: Double
        public var count: Int
        /// [class, answer] counts.
        public var confusion: [[Int]]
    }

    private let network: SpikingNetwork
    private let trace: NetworkTrace
    private let batchSize: Int

    public init(network: SpikingNetwork, batchSize: Int) {
        (self.network, self.batchSize) = (network, batchSize)
        trace = NetworkTrace(network: network, purpose: .evaluation, streamCount: 1, batchSize: batchSize)
    }

    /// Bytes that an evaluation takes.
    public var plannedBytes: Int { trace.byteCount }

    /// Evaluates batches until `next` gives none. The last one may be partial: its `count` samples count.
    ///
    /// - Parameter next: fills and returns a batch of this evaluation's size.
    public func run(next: () throws -> Batch?) rethrows -> Result {
        var tally = Tally(classCount: network.configuration.classCount)
        while let batch = try next() {
            tally.add(meanLogits(of: batch.eventFrames), labels: Array(batch.labels.prefix(batch.count)))
        }
        return tally.result
    }

    /// Evaluates frames [T, B, H, W, polarity] with the classes of their samples.
    func run(inputs: [(frames: Tensor, labels: [Int])]) -> Result {
        var tally = Tally(classCount: network.configuration.classCount)
        for (frames, labels) in inputs { tally.add(meanLogits(of: frames), labels: labels) }
        return tally.result
    }

    /// Logits averaged over time: [B, K].
    ///
    /// - Parameter frames: [T, B, H, W, polarity].
    public func meanLogits(of frames: Tensor) -> Tensor {
        trace.allocate()
        trace.input.copy(from: frames)
        network.forward(trace)
        return trace.eventLogits.meanOverTime()
    }

    private struct Tally {
        let classCount: Int
        var confusion: [[Int]]
        var (right, count) = (0, 0)
        var lossSum = 0.0

        init(classCount: Int) {
            self.classCount = classCount
            confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        }

        var result: Result {
            Result(
                accuracy: Double(right) / Double(max(1, count)), loss: lossSum / Double(max(1, count)), count: count,
                confusion: confusion)
        }

        mutating func add(_ mean: Tensor, labels: [Int]) {
            lossSum +=
                Criterion.crossEntropy(labelSmoothing: 0).value(
                    mean.pointer, labels: labels, classCount: classCount, weight: 0, gradient: nil)
                * Double(labels.count)
            for (sample, label) in labels.enumerated() {
                let answer = Accuracy.answer(mean.pointer + sample * classCount, classCount: classCount)
                confusion[label][answer] += 1
                if answer == label { right += 1 }
            }
            count += labels.count
        }
    }
}
