import Data
import Network
import Tensors

/// Counts what a network computes for a recording, layer by layer, as a mean over some recordings. Takes little memory.
public final class OperationMeasurement {
    /// Recordings that are passed through the network at a time.
    static let batchSize = 4
    /// As many recordings as tell the mean.
    static let recordingCount = 64

    private let network: SpikingNetwork
    private let trace: NetworkTrace
    private var sums: [LayerOperations] = []
    private var count = 0
    /// Whether all neurons fire spikes, as far as is known.
    private(set) var isKnown = true

    public init(network: SpikingNetwork, options: NetworkTrace.Options = .init()) {
        self.network = network
        trace = NetworkTrace(
            network: network, purpose: .inspection, streamCount: 1, batchSize: Self.batchSize, options: options)
    }

    /// Bytes that it takes while it measures.
    public var plannedBytes: Int { trace.byteCount }

    /// Adds recordings of a batch.
    ///
    /// - Parameter samples: places in the batch, at most `batchSize`.
    func add(_ batch: Batch, samples: [Int]) {
        precondition(samples.count <= Self.batchSize, "more recordings than are passed at a time")
        trace.allocate()
        let shape = trace.inputShape
        let (size, stride) = (shape.featureCount, batch.eventFrames.shape[1])
        for step in 0..<shape.timeStepCount {
            for (place, sample) in samples.enumerated() {
                (trace.input.floats + (step * Self.batchSize + place) * size)
                    .update(from: batch.eventFrames.pointer + (step * stride + sample) * size, count: size)
            }
        }
        network.forward(trace)
        guard let layers = trace.eventOperations(of: network, samples: samples.count) else {
            isKnown = false
            return
        }
        let weight = Double(samples.count)
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
        count += samples.count
    }

    /// For one recording; `nil` where neurons fire something else than spikes, or nothing was added.
    var layers: [LayerOperations]? {
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
    /// Operations for one recording of a split, layer by layer: a mean over recordings from all over it, for they often
    /// stand class by class.
    ///
    /// - Returns: `nil` where neurons fire something else than spikes.
    public func operations(on split: Split, _ measurement: OperationMeasurement) -> [LayerOperations]? {
        let (batch, all) = (makeBatch(), batchCount(of: split))
        let wanted = min(all, OperationMeasurement.recordingCount / OperationMeasurement.batchSize)
        for number in 0..<wanted where measurement.isKnown {
            evaluationBatch(split: split, index: number * all / wanted, into: batch)
            let taken = min(batch.count, OperationMeasurement.batchSize)
            measurement.add(batch, samples: (0..<taken).map { $0 * batch.count / taken })
        }
        return measurement.layers
    }
}
