import Data
import Network
import Tensors

/// Evaluation of a graph of NIR on events: each recording by itself, in the order of its time steps.
public final class GraphEvaluation: RecordingAnswers {
    private let network: GraphNetwork
    /// One for each thread.
    private let passes: [GraphPass]
    private let timeStepCount: Int
    private let outputs: Tensor

    /// - Parameters:
    ///   - network: whose input is (2, size, size) of the batches.
    ///   - batchSize: samples a batch.
    public init(network: GraphNetwork, timeStepCount: Int, batchSize: Int) {
        (self.network, self.timeStepCount) = (network, timeStepCount)
        passes = (0..<min(WorkerPool.shared.threadCount, batchSize)).map { _ in GraphPass(network) }
        outputs = Tensor([timeStepCount, batchSize, network.outputCount])
    }

    public func begin() -> Evaluation.Tally { Evaluation.Tally(classCount: network.outputCount) }

    public func logits(of batch: Batch) -> (logits: Tensor, spikes: Int?) {
        let (capacity, pixels, classes) = (batch.capacity, batch.size * batch.size, network.outputCount)
        let frames = batch.eventFrames.pointer
        var spikes = [Int](repeating: 0, count: capacity)
        outputs.fill(0)
        spikes.withUnsafeMutableBufferPointer { spikes in
            guard let spikes = spikes.baseAddress else { return }
            WorkerPool.shared.run(blocks: passes.count) { lane in
                let pass = passes[lane]
                // Samples beyond the last are nobody's.
                for sample in stride(from: lane, to: batch.count, by: passes.count) {
                    pass.begin()
                    for step in 0..<timeStepCount {
                        let image = step * capacity + sample
                        let source = frames + image * 2 * pixels
                        spikes[sample] += pass.step(into: outputs.pointer + image * classes) { input in
                            // Channels first, as NIR has them.
                            for pixel in 0..<pixels {
                                (input[pixel], input[pixels + pixel]) = (source[2 * pixel], source[2 * pixel + 1])
                            }
                        }
                    }
                }
            }
        }
        return (outputs, spikes.reduce(0, +))
    }
}
