import Data
import Network
import Tensors

/// Whatever answers recordings.
public protocol RecordingAnswers {
    /// An evaluation that has seen nothing yet.
    func begin() -> Evaluation.Tally
    /// Outputs of each time step, [T, B, K], and the spikes of the batch's samples; `nil` where neurons fire something else.
    /// The numbers change with the next call.
    func logits(of batch: Batch) -> (logits: Tensor, spikes: Int?)
}

/// Evaluation on events through the event head, logits averaged over time, with running statistics.
public final class Evaluation: RecordingAnswers {
    public struct Result: Sendable, Hashable {
        /// 0…1.
        public var accuracy: Double
        /// Cross entropy of the averaged logits.
        public var loss: Double
        public var count: Int
        /// [class, answer] counts.
        public var confusion: [[Int]]
        /// Spikes of the whole network for one recording, all time steps together; `nil` where neurons fire something else.
        public var spikesPerInference: Double?
        /// What each recording was taken for, in the order in which they were shown.
        public var answers: [Int] = []

        /// Classes that were there and that nothing was taken for.
        public var unpredictedClassCount: Int {
            confusion.indices.count { label in
                confusion[label].contains { $0 > 0 } && confusion.allSatisfy { $0[label] == 0 }
            }
        }
    }

    private let network: SpikingNetwork
    private let trace: NetworkTrace
    private let batchSize: Int

    public init(network: SpikingNetwork, batchSize: Int, options: NetworkTrace.Options = .init()) {
        (self.network, self.batchSize) = (network, batchSize)
        trace = NetworkTrace(
            network: network, purpose: .evaluation, streamCount: 1, batchSize: batchSize, options: options)
    }

    /// Bytes that an evaluation takes.
    public var plannedBytes: Int { trace.byteCount }

    /// An evaluation that has seen nothing yet.
    public func begin() -> Tally { Tally(classCount: network.configuration.classCount) }

    /// Evaluates a batch of this evaluation's size; its first `count` samples count.
    public func add(_ batch: Batch, to tally: inout Tally) {
        tally.add(
            meanLogits(of: batch.eventFrames), labels: Array(batch.labels.prefix(batch.count)),
            spikes: trace.eventSpikeCount(samples: batch.count))
    }

    public func logits(of batch: Batch) -> (logits: Tensor, spikes: Int?) {
        pass(batch.eventFrames)
        return (trace.eventLogits, trace.eventSpikeCount(samples: batch.count))
    }

    /// Outputs averaged over time, [B, K], and the spikes of its samples.
    public func answers(to batch: Batch) -> (outputs: Tensor, spikes: Int?) {
        let outputs = meanLogits(of: batch.eventFrames)
        return (outputs, trace.eventSpikeCount(samples: batch.count))
    }

    /// Counts answers that were given elsewhere.
    ///
    /// - Parameter outputs: averaged over time, [B, K] or more.
    public func add(outputs: [Float], labels: [Int], spikes: Int?, to tally: inout Tally) {
        let shape: Shape = [outputs.count / network.configuration.classCount, network.configuration.classCount]
        tally.add(Tensor(shape, outputs), labels: labels, spikes: spikes)
    }

    /// Evaluates frames [T, B, H, W, polarity] with the classes of their samples.
    func run(inputs: [(frames: Tensor, labels: [Int])]) -> Result {
        var tally = begin()
        for (frames, labels) in inputs {
            tally.add(meanLogits(of: frames), labels: labels, spikes: trace.eventSpikeCount(samples: labels.count))
        }
        return tally.result
    }

    /// Logits averaged over time: [B, K].
    ///
    /// - Parameter frames: [T, B, H, W, polarity].
    public func meanLogits(of frames: Tensor) -> Tensor {
        pass(frames)
        return trace.eventLogits.meanOverTime()
    }

    private func pass(_ frames: Tensor) {
        trace.allocate()
        trace.input.floats.update(from: frames.pointer, count: frames.count)
        network.forward(trace)
    }

    /// What an evaluation has counted so far.
    public struct Tally {
        private let classCount: Int
        private var confusion: [[Int]]
        private var (right, count) = (0, 0)
        private var lossSum = 0.0
        private var spikes: Int? = 0
        private var answers: [Int] = []

        init(classCount: Int) {
            self.classCount = classCount
            confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        }

        public var result: Result {
            Result(
                accuracy: Double(right) / Double(max(1, count)), loss: lossSum / Double(max(1, count)), count: count,
                confusion: confusion, spikesPerInference: spikes.map { Double($0) / Double(max(1, count)) },
                answers: answers)
        }

        /// Counts the answers to a batch; its first samples have these labels.
        ///
        /// - Parameters:
        ///   - mean: outputs averaged over time, [B, K].
        ///   - more: spikes of these samples.
        public mutating func add(_ mean: Tensor, labels: [Int], spikes more: Int?) {
            spikes = more.flatMap { more in spikes.map { $0 + more } }
            lossSum +=
                Criterion.crossEntropy(labelSmoothing: 0).value(
                    mean.pointer, labels: labels, classCount: classCount, weight: 0, gradient: nil)
                * Double(labels.count)
            for (sample, label) in labels.enumerated() {
                let answer = Accuracy.answer(mean.pointer + sample * classCount, classCount: classCount)
                confusion[label][answer] += 1
                answers.append(answer)
                if answer == label { right += 1 }
            }
            count += labels.count
        }
    }
}
