import Tensors

/// What a loss of a layer's spikes adds to dL/d(spike), the same at every time step.
public struct SpikeSlopes {
    /// By stream, for every neuron; empty: nothing.
    private var byStream: [Float] = []
    /// [S, B, H, W, C]; `nil`: nothing.
    public private(set) var byNeuron: Tensor?

    public init() {}

    func number(ofStream stream: Int) -> Float { stream < byStream.count ? byStream[stream] : 0 }

    /// Adds a number for every neuron of a stream.
    public mutating func add(_ slope: Float, stream: Int) {
        while byStream.count <= stream { byStream.append(0) }
        byStream[stream] += slope
    }

    /// Adds a number for each neuron, [S, B, H, W, C]. The tensor is kept until the backward pass, and may be added to.
    public mutating func add(_ slopes: Tensor) {
        guard let byNeuron else {
            self.byNeuron = slopes
            return
        }
        add_to(byNeuron.pointer, slopes.pointer, slopes.count)
    }
}

extension NetworkTrace {
    /// Traces of the body's neuron layers, in order, with what people call the layer.
    public var neuronTraces: [(name: String, trace: NeuronTrace)] {
        zip(layerNames, layerTraces).compactMap { name, trace in
            guard let name, let trace = trace as? NeuronTrace else { return nil }
            return (name, trace)
        }
    }

    /// Before a loss is evaluated: nothing is added yet.
    public func clearSpikeSlopes() {
        for (_, trace) in neuronTraces { trace.spikeSlopes = SpikeSlopes() }
    }
}

extension NeuronTrace {
    /// Spikes of a stream per neuron and time step, over the whole batch: 0…1. Of a gradient check, the mean of what stands in
    /// their place.
    public func rate(ofStream stream: Int) -> Double {
        let batch = input.batchSize
        let count = Double(max(1, input.timeStepCount * input.groupSize))
        guard spikes.storage == .spikes else {
            let size = input.timeStepCount * input.groupSize
            let first = spikes.floats + stream * size
            return (0..<size).reduce(0.0) { $0 + Double(first[$1]) } / count
        }
        return Double((stream * batch..<(stream + 1) * batch).reduce(0) { $0 + active[$1].spikes }) / count
    }

    /// Spikes of a stream summed over time, [B, H·W·C].
    public func spikeCounts(ofStream stream: Int, into counts: UnsafeMutablePointer<Float>) {
        let (batch, size, steps) = (input.batchSize, input.featureCount, input.timeStepCount)
        WorkerPool.shared.run(blocks: batch) { sample in
            let target = counts + sample * size
            spikes.expand(image: stream * steps * batch + sample, into: target)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { room in
                guard let step = room.baseAddress else { return }
                for t in 1..<max(1, steps) {
                    spikes.expand(image: (stream * steps + t) * batch + sample, into: step)
                    add_to(target, step, size)
                }
            }
        }
    }
}
