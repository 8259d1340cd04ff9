import Data
import Network
import Tensors

/// A trained network that is asked about every batch and learns nothing from it.
public final class Teacher {
    public let input: TeacherInput
    private let network: SpikingNetwork
    private let trace: NetworkTrace

    /// Plans the memory, takes none.
    ///
    /// - Parameter network: with as many time steps, classes and pixels as the student; it is asked through its event head, with
    ///   running statistics.
    public init(
        _ network: SpikingNetwork, sees input: TeacherInput, batchSize: Int,
        options: NetworkTrace.Options = .init()
    ) {
        (self.network, self.input) = (network, input)
        trace = NetworkTrace(
            network: network, purpose: .evaluation, streamCount: 1, batchSize: batchSize,
            inputFrames: input == .events ? .all : .repeated, options: options)
    }

    public var plannedBytes: Int { trace.byteCount }

    /// Outputs averaged over time, [B, K].
    public func logits(for batch: Batch) -> Tensor {
        trace.allocate()
        let frames = input == .events ? batch.eventFrames : batch.images
        trace.input.floats.update(from: frames.pointer, count: frames.count)
        network.forward(trace)
        return trace.eventLogits.meanOverTime()
    }
}
