import Data
import Network
import Tensors

/// Counts what a network computes for a recording, layer by layer, as a mean over some recordings.
public final class OperationMeasurement {
    /// As many recordings as tell the mean: layers spike much alike from one to the next.
    public static let recordingCount = 64

    private let network: SpikingNetwork
    private let trace: NetworkTrace
    private var sums: [LayerOperations] = []
    public private(set) var count = 0
    private var isKnown = true

    public init(network: SpikingNetwork, batchSize: Int, options: NetworkTrace.Options = .init()) {
        self.network = network
        trace = NetworkTrace(
            network: network, purpose: .inspection, streamCount: 1, batchSize: batchSize, options: options)
    }

    /// Bytes that it takes while it measures.
    public var plannedBytes: Int { trace.byteCount }

    /// Adds the first `count` recordings of a batch of this measurement's size.
    public func add(_ batch: Batch) {
        trace.allocate()
        trace.input.floats.update(from: batch.eventFrames.pointer, count: batch.eventFrames.count)
        network.forward(trace)
        guard isKnown, let layers = trace.eventOperations(of: network, samples: batch.count) else {
            isKnown = false
            return
        }
        let weight = Double(batch.count)
        if sums.isEmpty {
            sums = layers.map {
                LayerOperations(layer: $0.layer, accumulates: 0, multiplyAccumulates: 0, inputSpikes: 0)
            }
        }
        for (place, layer) in layers.enumerated() {
            sums[place].accumulates += weight * layer.accumulates
            sums[place].multiplyAccumulates += weight * layer.multiplyAccumulates
            sums[place].inputSpikes += weight * layer.inputSpikes
        }
        count += batch.count
    }

    /// For one recording; `nil` where neurons fire something else than spikes, or nothing was added.
    public var layers: [LayerOperations]? {
        guard isKnown, count > 0 else { return nil }
        let weight = 1 / Double(count)
        return sums.map {
            LayerOperations(
                layer: $0.layer, accumulates: $0.accumulates * weight,
                multiplyAccumulates: $0.multiplyAccumulates * weight, inputSpikes: $0.inputSpikes * weight)
        }
    }
}

extension PreparedDataSet {
    /// Operations for one recording of a split, layer by layer.
    ///
    /// - Returns: `nil` where neurons fire something else than spikes.
    public func operations(
        of network: SpikingNetwork, on split: Split, batchSize: Int, options: NetworkTrace.Options
    ) -> [LayerOperations]? {
        let measurement = OperationMeasurement(network: network, batchSize: batchSize, options: options)
        let batch = makeBatch()
        for index in 0..<batchCount(of: split) where measurement.count < OperationMeasurement.recordingCount {
            evaluationBatch(split: split, index: index, into: batch)
            measurement.add(batch)
        }
        return measurement.layers
    }
}
