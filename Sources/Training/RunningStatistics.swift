import Network

/// The running statistics of a network's normalizations as they were, to be put back.
struct RunningStatistics {
    private let buffers: [(buffer: NamedBuffer, values: [Float])]
    private let counts: [(normalization: BatchNormalization, count: Int64)]

    init(of network: SpikingNetwork) {
        buffers = network.buffers.map { ($0, $0.tensor.values) }
        counts = network.normalizations.map { ($0, $0.batchCount) }
    }

    func restore() {
        for (buffer, values) in buffers {
            for (index, value) in values.enumerated() { buffer.tensor.pointer[index] = value }
        }
        for (normalization, count) in counts { normalization.batchCount = count }
    }
}

/// What normalization is made of where several ranks share a batch.
public enum BatchStatistics: String, Sendable, CaseIterable {
    /// Mean and variance of the whole batch, as on one machine.
    case wholeBatch = "batch"
    /// Mean and variance of each rank's own samples: nothing is sent for it, and the loss is another one.
    case ownSamples = "rank"
}
