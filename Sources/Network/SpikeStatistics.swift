import Tensors

/// How a layer spikes in one batch, in one stream. A neuron here is one position and channel of one sample.
public struct SpikeStatistics: Sendable, Hashable {
    /// What people call it, as in `SpikingNetwork.neuronTitles`.
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
    init(layer: String, spikes: Activation, stream: Int) {
        let shape = spikes.shape
        let summary =
            spikes.storage == .spikes ? Summary(bits: spikes, stream: stream) : Summary(dense: spikes, stream: stream)
        let size = Double(max(1, shape.groupSize))
        self.layer = layer
        rates = summary.spikes.map { Double($0) / size }
        histogram = summary.histogram.map { Double($0) / size }
        deadShare = Double(summary.dead) / Double(max(1, shape.featureCount))
        saturatedShare = Double(summary.saturated) / Double(max(1, shape.featureCount))
        neuronCount = shape.groupSize
    }

    /// What is counted.
    private struct Summary {
        /// By time step.
        var spikes: [Int]
        /// Neurons of the batch with so many spikes.
        var histogram: [Int]
        var dead = 0
        var saturated = 0

        /// Sixty-four neurons at once.
        init(bits: Activation, stream: Int) {
            let (shape, bytes) = (bits.shape, bits.imageBytes)
            let steps = shape.timeStepCount
            var spikes = [Int](repeating: 0, count: steps)
            var counts = [UInt64](repeating: 0, count: steps + 1)
            var (any, all) = ([UInt8](repeating: 0, count: bytes), [UInt8](repeating: 255, count: bytes))
            var (anyNow, allNow) = (any, all)
            for sample in 0..<shape.batchSize {
                withPointers(steps) { step in
                    UnsafePointer(
                        bits.image(group: stream * steps + step, sample: sample).assumingMemoryBound(to: UInt8.self))
                } body: { images in
                    for step in 0..<steps { spikes[step] += count_spikes(images[step], bytes) }
                    summarize_spikes(images, Int32(steps), bytes, &anyNow, &allNow, &counts)
                }
                for byte in 0..<bytes {
                    any[byte] |= anyNow[byte]
                    all[byte] &= allNow[byte]
                }
            }
            self.spikes = spikes
            // Bits that fill up a position's last byte never spike.
            let padding = (bits.positionBytes * 8 - shape.channels) * shape.height * shape.width
            histogram = counts.map(Int.init)
            histogram[0] -= padding * shape.batchSize
            dead = any.reduce(0) { $0 + (8 - $1.nonzeroBitCount) } - padding
            saturated = all.reduce(0) { $0 + $1.nonzeroBitCount }
        }

        init(dense: Activation, stream: Int) {
            let (shape, size) = (dense.shape, dense.shape.groupSize)
            let first = dense.floats + stream * shape.timeStepCount * size
            spikes = (0..<shape.timeStepCount).map { count_nonzero(first + $0 * size, size) }
            histogram = [Int](repeating: 0, count: shape.timeStepCount + 1)
            for neuron in 0..<shape.featureCount {
                var total = 0
                for sample in 0..<shape.batchSize {
                    let element = sample * shape.featureCount + neuron
                    let count = (0..<shape.timeStepCount).count { first[$0 * size + element] != 0 }
                    histogram[count] += 1
                    total += count
                }
                if total == 0 { dead += 1 }
                if total == shape.timeStepCount * shape.batchSize { saturated += 1 }
            }
        }
    }

    /// Spikes per neuron and time step over all time steps.
    public var meanRate: Double { rates.reduce(0, +) / Double(max(rates.count, 1)) }
    /// Spikes of all neurons at all time steps.
    public var total: Double { rates.reduce(0, +) * Double(neuronCount) }
}

extension NetworkTrace {
    /// Of every neuron layer, event stream, after a pass that keeps spikes.
    public func eventSpikeStatistics() -> [SpikeStatistics] {
        spikes.map { SpikeStatistics(layer: $0.name, spikes: $0.spikes, stream: streamCount - 1) }
    }
}
