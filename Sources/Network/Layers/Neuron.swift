import Tensors

/// Spiking neurons, with batch normalization of their input current and pooling of their spikes where they have it.
///
/// Shapes: input, membrane [S·T, B, H, W, C]; output the same, or [S·T, B, H/2, W/2, C] where it pools. At each time step
/// (He et al. 2024, section 3; `NeuronDynamics`):
///
///     I = scale · input + shift       u = m + (I − m) / τ       s = H(u − θ)       m ← u · (1 − s)
///
/// One pass over the input does all of it: what leaves are bits and, pooled, counts. The backward pass stands in
/// `Neuron+Backward.swift`.
public final class Neuron: Layer {
    public struct Configuration: Sendable {
        public var dynamics = NeuronDynamics.leaky(membraneTimeConstant: 2)
        /// θ, in the units of the membrane potential.
        public var threshold: Float = 0.5
        public var surrogate: any SurrogateGradient = QuadraticGate()
        /// Cuts the gradient between time steps.
        public var detachesMembrane = false
        /// Keeps the membrane potential after reset: the feature that the domain alignment loss compares.
        public var keepsMembrane = false
        /// The output is the mean of the spikes of 2×2 pixels; an odd last row or column is dropped.
        public var pools = false

        public init() {}
    }

    public var configuration: Configuration
    public let normalization: BatchNormalization?
    public let name: String

    public init(name: String, configuration: Configuration, normalization: BatchNormalization?) {
        (self.name, self.configuration, self.normalization) = (name, configuration, normalization)
    }

    public var parameters: [Parameter] { normalization.map { [$0.weight, $0.bias] } ?? [] }
    public var buffers: [NamedBuffer] { normalization?.buffers ?? [] }
    public var normalizations: [BatchNormalization] { normalization.map { [$0] } ?? [] }
    public var constants: [(name: String, value: Float)] {
        [
            ("\(name).threshold", configuration.threshold),
            ("\(name).act_fun.alpha", configuration.surrogate.sharpness),
        ]
    }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        configuration.pools
            ? input.with(height: input.height / 2, width: input.width / 2, channels: input.channels) : input
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        NeuronTrace(input: input, planner: planner, neuron: self)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(NeuronTrace.self)
        if let normalization {
            normalization.prepare(input, purpose: trace.purpose, statistics: trace.statistics)
        } else {
            trace.statistics.useIdentity()
        }
        if let check = trace.smoothCheck {
            forwardSmooth(input, trace: trace, check: check)
            return
        }
        let shape = input.shape
        WorkerPool.shared.run(blocks: shape.streamCount * shape.batchSize) { job in
            fire(input, trace, job: job, stream: job / shape.batchSize, sample: job % shape.batchSize)
        }
        trace.countActive()
    }

    /// All time steps of one sample of one stream.
    private func fire(_ input: Activation, _ trace: NeuronTrace, job: Int, stream: Int, sample: Int) {
        let (shape, steps) = (input.shape, input.shape.timeStepCount)
        let positions = shape.height * shape.width
        let images = (0..<steps).map { (stream * steps + $0) * shape.batchSize + sample }
        let inputs = (0..<steps).map { UnsafePointer(input.floats(group: stream * steps + $0, sample: sample)) }
        let membranes = trace.membrane.map { membrane in
            images.map { Optional(membrane.tensor.pointer + $0 * shape.featureCount) }
        }
        inputs.withOptionals { inputs in
            var currents = self.currents(trace, stream: stream, inputs: inputs)
            if trace.spikes.storage == .spikes {
                let spikes = images.map { Optional(trace.spikes.image($0).assumingMemoryBound(to: UInt8.self)) }
                trace.active[job] = (neuron_fire(&currents, 0, positions, spikes, membranes), 0)
                guard configuration.pools else { return }
                for (image, spikes) in zip(images, spikes) {
                    trace.active[job].pooled += pool_spikes(
                        spikes, trace.output.image(image).assumingMemoryBound(to: UInt8.self), Int32(shape.height),
                        Int32(shape.width), Int32(shape.channels))
                }
            } else {
                let spikes = images.map { Optional(trace.spikes.floats(image: $0)) }
                neuron_fire_dense(&currents, 0, positions, spikes, membranes)
                if configuration.pools { for image in images { trace.poolDense(image) } }
            }
        }
    }

    /// - Parameter inputs: of one sample, by time step.
    func currents(
        _ trace: NeuronTrace, stream: Int, inputs: UnsafePointer<UnsafePointer<Float>?>
    ) -> neuron_currents {
        let (steps, channels) = (trace.input.timeStepCount, trace.input.channels)
        let row = stream * steps * channels
        return neuron_currents(
            inputs: inputs, scale: trace.statistics.scale.tensor.pointer + row,
            shift: trace.statistics.shift.tensor.pointer + row, timeSteps: Int32(steps), channels: Int32(channels),
            parameters: configuration.dynamics.kernelParameters(
                threshold: configuration.threshold, firing: configuration.surrogate.firing))
    }
}

extension Activation {
    func floats(group: Int, sample: Int) -> UnsafeMutablePointer<Float> {
        floats(image: frames.image(group: group, sample: sample))
    }
}

extension Array {
    /// As C takes an array of pointers.
    func withOptionals<Pointee, Result>(
        _ body: (UnsafePointer<UnsafePointer<Pointee>?>) -> Result
    ) -> Result where Element == UnsafePointer<Pointee> {
        let optionals = map(Optional.init)
        return optionals.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("no time step") }
            return body(base)
        }
    }
}
