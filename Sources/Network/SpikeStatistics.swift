import Tensors

/// How a layer spikes in one batch, in one stream. A neuron here is one position and channel of one sample.
public struct SpikeStatistics: Sendable, Hashable {
    public let layer: String
    /// Spikes per neuron and time step, 0…1, one value a time step.
    public let rates: [Double]
    /// Share of positions and channels that fired for no sample at no time step.
    public let deadShare: Double
    /// Share of positions and channels that fired for every sample at every time step.
    public let saturatedShare: Double
    /// Share of neurons with exactly c spikes, c = 0…T.
    public let histogram: [Double]
    /// Neurons of the batch: positions, channels and samples.
    public let neuronCount: Int

    /// - Parameter stream: counts as in `ActivationShape`.
    init(layer: String, spikes: Tensor, shape: ActivationShape, stream: Int) {
        self.layer = layer
        let (size, timeSteps) = (shape.groupSize, shape.timeStepCount)
        let first = spikes.pointer + stream * timeSteps * size
        rates = (0..<timeSteps).map { Double(count_nonzero(first + $0 * size, size)) / Double(size) }
        var counts = [Float](repeating: 0, count: size)
        counts.withUnsafeMutableBufferPointer { counts in
            for timeStep in 0..<timeSteps { add_to(counts.baseAddress, first + timeStep * size, size) }
        }
        var histogram = [Double](repeating: 0, count: timeSteps + 1)
        for count in counts { histogram[min(Int(abs(count)), timeSteps)] += 1 / Double(size) }
        self.histogram = histogram
        neuronCount = size
        let neurons = shape.featureCount
        var (dead, saturated) = (0, 0)
        for neuron in 0..<neurons {
            var sum: Float = 0
            for sample in 0..<shape.batchSize { sum += abs(counts[sample * neurons + neuron]) }
            if sum == 0 { dead += 1 }
            if sum == Float(timeSteps * shape.batchSize) { saturated += 1 }
        }
        deadShare = Double(dead) / Double(max(neurons, 1))
        saturatedShare = Double(saturated) / Double(max(neurons, 1))
    }

    /// Spikes per neuron and time step over all time steps.
    public var meanRate: Double { rates.reduce(0, +) / Double(max(rates.count, 1)) }
    /// Spikes of all neurons at all time steps.
    public var total: Double { rates.reduce(0, +) * Double(neuronCount) }
    /// Unbiased standard deviation of the spikes a neuron.
    public var countDeviation: Double {
        let mean = rates.reduce(0, +)
        let variance = histogram.enumerated().reduce(0) { sum, entry in
            sum + entry.element * (Double(entry.offset) - mean) * (Double(entry.offset) - mean)
        }
        return (variance * Double(neuronCount) / Double(max(1, neuronCount - 1))).squareRoot()
    }
    /// Share of neurons that fired at least once: what the reference calls fire rate.
    public var firedShare: Double { 1 - (histogram.first ?? 0) }
}

extension NetworkTrace {
    /// Of every neuron layer, event stream, after a pass that keeps spikes.
    public func eventSpikeStatistics() -> [SpikeStatistics] {
        spikes.map { SpikeStatistics(layer: $0.name, spikes: $0.spikes, shape: $0.shape, stream: streamCount - 1) }
    }
}
