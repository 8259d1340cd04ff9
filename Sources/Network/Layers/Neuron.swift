import Tensors

/// Spiking neurons, with batch normalization of their input current where they have one.
///
/// Shapes: input, spikes, membrane [S·T, B, H, W, C]. At each time step (He et al. 2024, section 3; `NeuronDynamics`):
///
///     I = scale · input + shift       u = m + (I − m) / τ       s = H(u − θ)       m ← u · (1 − s)
///
/// Backward through time, with the surrogate g and no gradient through the reset:
///
///     dL/du = dL/ds · g(u − θ) + dL/dm · (1 − s)       dL/dI = dL/du / τ       dL/dm(t−1) = dL/du · (1 − 1/τ)
///
/// Only the spikes are kept; potentials are recomputed in the backward pass, some positions at a time.
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
    public var constants: [(name: String, value: Float)] {
        [
            ("\(name).threshold", configuration.threshold),
            ("\(name).act_fun.alpha", configuration.surrogate.sharpness),
        ]
    }
    public var worksInPlaceBackward: Bool { true }

    public func outputShape(for input: ActivationShape) -> ActivationShape { input }

    public func makeTrace(input: ActivationShape, planner: TracePlanner) -> any LayerTrace {
        NeuronTrace(input: input, planner: planner, keepsMembrane: configuration.keepsMembrane)
    }

    /// Work is split into this many blocks whatever the number of threads, so that sums do not depend on it.
    static let blockCount = 8

    public func forward(_ input: Tensor, trace: any LayerTrace) {
        let trace = trace.own(NeuronTrace.self)
        let shape = trace.input
        if let normalization {
            normalization.prepare(input, shape: shape, purpose: trace.purpose, statistics: trace.statistics)
        } else {
            trace.useIdentityNormalization()
        }
        if let check = trace.smoothCheck {
            forwardSmooth(input, trace: trace, check: check)
            return
        }
        let kernel = configuration.dynamics.kernelParameters(
            threshold: configuration.threshold, firing: configuration.surrogate.firing)
        WorkerPool.shared.run(blocks: Self.blockCount) { block in
            var parameters = kernel
            let (begin, end) = trace.elements(ofBlock: block)
            for stream in 0..<shape.streamCount {
                let offset = stream * shape.timeStepCount * shape.groupSize
                let row = stream * shape.timeStepCount * shape.channels
                neuron_forward(
                    input.pointer + offset, trace.output.pointer + offset,
                    trace.membrane.map { $0.tensor.pointer + offset }, nil, shape.groupSize,
                    Int32(shape.timeStepCount), begin, end, Int32(shape.channels),
                    trace.statistics.scale.tensor.pointer + row, trace.statistics.shift.tensor.pointer + row,
                    &parameters)
            }
        }
    }

    public func backward(
        _ outputGradient: Tensor, input: Tensor, trace: any LayerTrace, inputGradient: Tensor?
    ) {
        let trace = trace.own(NeuronTrace.self)
        let shape = trace.input
        let kernel = configuration.dynamics.kernelParameters(
            threshold: configuration.threshold, firing: configuration.surrogate.firing)
        trace.clearSums()
        WorkerPool.shared.run(blocks: Self.blockCount) { block in
            for stream in 0..<shape.streamCount {
                backward(block: block, stream: stream, gradient: outputGradient, input: input, trace: trace, kernel)
            }
        }
        guard let normalization else { return }
        let (sums, products) = trace.reducedSums()
        normalization.backward(
            outputGradient, input: input, shape: shape, statistics: trace.statistics, sums: sums, products: products,
            means: trace.gradientMeans, productMeans: trace.productMeans)
    }

    private func backward(
        block: Int, stream: Int, gradient: Tensor, input: Tensor, trace: NeuronTrace, _ kernel: neuron_parameters
    ) {
        let shape = trace.input
        var parameters = kernel
        let (blockBegin, blockEnd) = trace.elements(ofBlock: block)
        let (offset, row) = (
            stream * shape.timeStepCount * shape.groupSize, stream * shape.timeStepCount * shape.channels
        )
        let steps = Int32(shape.timeStepCount)
        let (potentials, derivatives) = trace.scratch(ofBlock: block)
        for begin in stride(from: blockBegin, to: blockEnd, by: trace.tile) {
            let end = min(begin + trace.tile, blockEnd)
            neuron_potentials(
                input.pointer + offset, potentials, shape.groupSize, steps, begin, end, Int32(shape.channels),
                trace.statistics.scale.tensor.pointer + row, trace.statistics.shift.tensor.pointer + row, &parameters)
            configuration.surrogate.derivatives(
                of: potentials, threshold: configuration.threshold, into: derivatives,
                count: (end - begin) * shape.timeStepCount)
            let tile = NeuronParameterGradients.Tile(
                shape: shape, stream: stream, begin: begin, end: end, input: input, gradient: gradient,
                statistics: trace.statistics, potentials: potentials, derivatives: derivatives)
            trace.parameterGradients?.addBeforeBackward(block: block, tile, configuration)
            neuron_backward(
                gradient.pointer + offset, trace.membraneGradient.map { UnsafePointer($0.pointer + offset) },
                input.pointer + offset, potentials, derivatives, shape.groupSize, steps, begin, end,
                Int32(shape.channels), trace.statistics.mean.tensor.pointer + row,
                trace.statistics.inverseDeviation.tensor.pointer + row, configuration.detachesMembrane ? 1 : 0,
                &parameters, trace.sums(ofBlock: block, stream: stream), trace.products(ofBlock: block, stream: stream))
            trace.parameterGradients?.addAfterBackward(block: block, tile, configuration)
        }
    }
}
