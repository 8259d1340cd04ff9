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
        trace.allocate()
        let classCount = network.configuration.classCount
        var result = Result(
            accuracy: 0, loss: 0, count: 0,
            confusion: [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount))
        var right = 0
        while let batch = try next() {
            let mean = meanLogits(of: batch)
            let labels = Array(batch.labels.prefix(batch.count))
            result.loss +=
                Criterion.crossEntropy(labelSmoothing: 0).value(
                    mean.pointer, labels: labels, classCount: classCount, weight: 0, gradient: nil)
                * Double(labels.count)
            for (sample, label) in labels.enumerated() {
                let row = UnsafeBufferPointer(start: mean.pointer + sample * classCount, count: classCount)
                let answer = row.indices.max { row[$0] < row[$1] || (row[$0] == row[$1] && $0 > $1) } ?? 0
                result.confusion[label][answer] += 1
                if answer == label { right += 1 }
            }
            result.count += labels.count
        }
        result.accuracy = result.count == 0 ? 0 : Double(right) / Double(result.count)
        result.loss /= Double(max(1, result.count))
        return result
    }

    /// Logits averaged over time: [B, K].
    public func meanLogits(of batch: Batch) -> Tensor {
        trace.allocate()
        trace.input.copy(from: batch.eventFrames)
        network.forward(trace)
        return trace.eventLogits.meanOverTime()
    }
}
