import Tensors

/// How a layer spikes in one batch.
public struct SpikeStatistics: Sendable, Hashable {
    public let layer: String
    /// Spikes per neuron and time step, 0…1, one value a time step.
    public let rates: [Double]
    /// Share of neurons (position and channel) that fired for no sample at no time step.
    public let deadShare: Double
    /// Share of neurons that fired for every sample at every time step.
    public let saturatedShare: Double
    /// Spikes of all samples and time steps.
    public let total: Int

    /// Statistics of one stream; `stream` counts as in `ActivationShape`.
    init(layer: String, spikes: Tensor, shape: ActivationShape, stream: Int) {
        self.layer = layer
        let neurons = shape.featureCount
        let first = stream * shape.timeStepCount
        var counts = [Int](repeating: 0, count: shape.timeStepCount)
        for timeStep in 0..<shape.timeStepCount {
            counts[timeStep] = count_nonzero(
                spikes.pointer + (first + timeStep) * shape.groupSize, shape.groupSize)
        }
        var fired = [Float](repeating: 0, count: neurons)
        fired.withUnsafeMutableBufferPointer { fired in
            for image in first * shape.batchSize..<(first + shape.timeStepCount) * shape.batchSize {
                add_to(fired.baseAddress, spikes.pointer + image * neurons, neurons)
            }
        }
        rates = counts.map { Double($0) / Double(shape.groupSize) }
        deadShare = Double(fired.count { $0 == 0 }) / Double(max(neurons, 1))
        let always = Float(shape.timeStepCount * shape.batchSize)
        saturatedShare = Double(fired.count { $0 == always }) / Double(max(neurons, 1))
        total = counts.reduce(0, +)
    }
}

extension NetworkTrace {
    /// Of every neuron layer, event stream, after a training pass.
    public func eventSpikeStatistics() -> [SpikeStatistics] {
        spikes.map { SpikeStatistics(layer: $0.name, spikes: $0.spikes, shape: $0.shape, stream: streamCount - 1) }
    }
}
