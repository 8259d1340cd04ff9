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
        /// Whether θ is trained, one for each layer.
        public var trainsThreshold = false
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
    /// θ, where it is trained.
    public let threshold: Parameter?
    /// The parametric neuron's w.
    public let timeConstantWeight: Parameter?

    public init(name: String, configuration: Configuration, normalization: BatchNormalization?) {
        (self.name, self.configuration, self.normalization) = (name, configuration, normalization)
        func scalar(_ suffix: String, _ value: Float) -> Parameter {
            let parameter = Parameter(name: "\(name).\(suffix)", shape: [])
            parameter.value.fill(value)
            return parameter
        }
        threshold = configuration.trainsThreshold ? scalar("threshold", configuration.threshold) : nil
        if case .parametric(let weight) = configuration.dynamics {
            timeConstantWeight = scalar("w", weight)
        } else {
            timeConstantWeight = nil
        }
    }

    public var parameters: [Parameter] {
        (normalization.map { [$0.weight, $0.bias] } ?? []) + [threshold, timeConstantWeight].compactMap { $0 }
    }
    public var buffers: [NamedBuffer] { normalization?.buffers ?? [] }
    public var normalizations: [BatchNormalization] { normalization.map { [$0] } ?? [] }
    public var constants: [(name: String, value: Float)] {
        (threshold == nil ? [("\(name).threshold", configuration.threshold)] : [])
            + [("\(name).act_fun.alpha", configuration.surrogate.sharpness)]
    }

    /// The configuration with what has been trained so far.
    var trained: Configuration {
        var trained = configuration
        if let threshold { trained.threshold = threshold.value.pointer[0] }
        if let timeConstantWeight { trained.dynamics = .parametric(weight: timeConstantWeight.value.pointer[0]) }
        return trained
    }

    /// τ = 1 / σ(w) as it is now, in time steps; `nil` where it is not trained.
    public var trainedTimeConstant: Float? {
        timeConstantWeight.map { 1 / NeuronDynamics.gain(ofWeight: $0.value.pointer[0]) }
    }

    /// θ as it is now; `nil` where it is not trained.
    public var trainedThreshold: Float? { threshold.map { $0.value.pointer[0] } }

    /// Which of its own constants it trains.
    var trainedConstants: NeuronParameterGradients.Wanted {
        var wanted: NeuronParameterGradients.Wanted = []
        if threshold != nil { wanted.insert(.threshold) }
        if timeConstantWeight != nil { wanted.insert(.weight) }
        return wanted
    }

    /// Time constant, threshold and normalization begin where they are.
    public func drawWeights(_ random: inout RandomSource) {}

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
        func image(_ step: Int) -> Int { (stream * steps + step) * shape.batchSize + sample }
        withPointers(steps) { step in
            UnsafePointer(input.floats(group: stream * steps + step, sample: sample))
        } body: { inputs in
            var currents = self.currents(trace, stream: stream, inputs: inputs)
            withPointers(steps) { step in
                trace.membrane.map { $0.tensor.pointer + image(step) * shape.featureCount }
            } body: { membranes in
                let membranes = trace.membrane == nil ? nil : membranes
                if trace.spikes.storage == .spikes {
                    withPointers(steps) { step in
                        trace.spikes.image(image(step)).assumingMemoryBound(to: UInt8.self)
                    } body: { spikes in
                        trace.active[job] = (neuron_fire(&currents, 0, positions, spikes, membranes), 0)
                    }
                } else {
                    withPointers(steps) { step in
                        trace.spikes.floats(image: image(step))
                    } body: { spikes in
                        neuron_fire_dense(&currents, 0, positions, spikes, membranes)
                    }
                }
            }
        }
        guard configuration.pools else { return }
        for step in 0..<steps {
            guard trace.spikes.storage == .spikes else {
                trace.poolDense(image(step))
                continue
            }
            trace.active[job].pooled += pool_spikes(
                trace.spikes.image(image(step)).assumingMemoryBound(to: UInt8.self),
                trace.output.image(image(step)).assumingMemoryBound(to: UInt8.self), Int32(shape.height),
                Int32(shape.width), Int32(shape.channels))
        }
    }

    /// - Parameter inputs: of one sample, by time step.
    func currents(
        _ trace: NeuronTrace, stream: Int, inputs: UnsafePointer<UnsafePointer<Float>?>
    ) -> neuron_currents {
        let (steps, channels) = (trace.input.timeStepCount, trace.input.channels)
        let row = stream * steps * channels
        let trained = trained
        return neuron_currents(
            inputs: inputs, scale: trace.statistics.scale.tensor.pointer + row,
            shift: trace.statistics.shift.tensor.pointer + row, timeSteps: Int32(steps), channels: Int32(channels),
            parameters: trained.dynamics.kernelParameters(
                threshold: trained.threshold, firing: trained.surrogate.firing))
    }
}

extension Activation {
    func floats(group: Int, sample: Int) -> UnsafeMutablePointer<Float> {
        floats(image: frames.image(group: group, sample: sample))
    }
}

/// Pointers by time step, as C takes them, on the stack.
func withPointers<Pointer>(
    _ count: Int, _ pointer: (Int) -> Pointer?, body: (UnsafePointer<Pointer?>) -> Void
) {
    withUnsafeTemporaryAllocation(of: Pointer?.self, capacity: max(count, 1)) { pointers in
        guard let base = pointers.baseAddress else { return }
        for step in 0..<count { (base + step).initialize(to: pointer(step)) }
        body(UnsafePointer(base))
        base.deinitialize(count: count)
    }
}
