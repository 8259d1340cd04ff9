import Tensors

/// One body shared by both streams, a head for each, and a learnable coefficient for each time step (He et al. 2024,
/// figure 2).
public final class SpikingNetwork {
    public struct Configuration: Sendable {
        public var classCount: Int
        public var timeStepCount: Int
        /// Height and width of the input in pixels.
        public var size: Int
        /// OFF and ON.
        public var inputChannels = 2
        public var neuron = Neuron.Configuration()
        /// Share of the features dropped before the heads.
        public var dropout: Float = 0

        public init(classCount: Int, timeStepCount: Int, size: Int) {
            (self.classCount, self.timeStepCount, self.size) = (classCount, timeStepCount, size)
        }
    }

    public let configuration: Configuration
    public let layers: [any Layer]
    /// The head of the static stream; the reference's `rgb_fc`.
    public let imageHead: Linear
    /// The head of the event stream, which evaluation uses; the reference's `dvs_fc`.
    public let eventHead: Linear
    /// One a time step, begins at 1; the time step's weight is σ(coefficient). The reference's `coefficient.t`.
    public let timeStepCoefficients: [Parameter]

    /// - Parameter layers: the body. The last neuron of it gives the feature that is aligned.
    public init(configuration: Configuration, layers: [any Layer]) {
        self.configuration = configuration
        self.layers = layers
        let features = layers.reduce(Self.inputShape(configuration, streams: 1, batchSize: 1)) {
            $1.outputShape(for: $0)
        }
        imageHead = Linear(name: "rgb_fc.1", input: features, classCount: configuration.classCount)
        eventHead = Linear(name: "dvs_fc.1", input: features, classCount: configuration.classCount)
        timeStepCoefficients = (0..<configuration.timeStepCount).map {
            let coefficient = Parameter(name: "coefficient.\($0)", shape: [1])
            coefficient.value.fill(1)
            return coefficient
        }
    }

    static func inputShape(_ configuration: Configuration, streams: Int, batchSize: Int) -> ActivationShape {
        ActivationShape(
            streamCount: streams, timeStepCount: configuration.timeStepCount, batchSize: batchSize,
            height: configuration.size, width: configuration.size, channels: configuration.inputChannels)
    }

    /// In the reference's order: coefficients, body, heads.
    public var parameters: [Parameter] {
        timeStepCoefficients + layers.flatMap(\.parameters) + imageHead.parameters + eventHead.parameters
    }

    public var buffers: [NamedBuffer] { layers.flatMap(\.buffers) }

    public var normalizations: [BatchNormalization] { layers.flatMap(\.normalizations) }

    /// As the reference counts: trained values plus each neuron's threshold and sharpness.
    public var parameterCount: Int {
        parameters.reduce(0) { $0 + $1.value.count } + layers.reduce(0) { $0 + $1.constants.count }
    }

    /// σ(coefficient) of each time step.
    public var timeStepWeights: [Float] {
        timeStepCoefficients.map { NeuronDynamics.gain(ofWeight: $0.value.pointer[0]) }
    }

    public func clearGradients() {
        for parameter in parameters { parameter.gradient.fill(0) }
    }

    /// Floating-point operations of a training step if every input counted: two a multiplication and addition, forward, for the
    /// weight's gradient and for the input's, of all convolutions but the first's input gradient. Time steps at which a
    /// static image repeats count, too.
    public func denseOperations(streamCount: Int, batchSize: Int) -> Double {
        var shape = Self.inputShape(configuration, streams: streamCount, batchSize: batchSize)
        var operations = 0.0
        for (index, layer) in layers.enumerated() {
            let output = layer.outputShape(for: shape)
            if let convolution = layer as? Convolution {
                let taps = convolution.kernel * convolution.kernel
                let products = Double(output.count) * Double(taps * convolution.inputChannels)
                operations += 2 * products * (index == 0 ? 2 : 3)
            }
            shape = output
        }
        return operations
    }

    // MARK: Passes

    /// Reads `trace.input`, writes the logits of each stream.
    public func forward(_ trace: NetworkTrace) {
        var activation = trace.input
        for (index, layer) in layers.enumerated() {
            let layerTrace = trace.layerTraces[index]
            trace.profile.measure(.init(layer: index, phase: .forward)) {
                layer.forward(activation, trace: layerTrace)
            }
            activation = layerTrace.output
        }
        trace.profile.measure(.init(phase: .heads)) {
            let (features, rows, heads) = (trace.features(), trace.rowsPerStream, heads(of: trace))
            WorkerPool.shared.run(blocks: heads.count) { stream in
                heads[stream].forward(
                    features + stream * rows * heads[stream].featureCount, rows: rows,
                    into: trace.logits[stream].pointer)
            }
        }
    }

    /// Takes `trace.logitGradients` and the membrane gradient of the domain feature, adds to all gradients.
    public func backward(_ trace: NetworkTrace) {
        guard let last = trace.layerTraces.last else { return }
        trace.profile.measure(.init(phase: .heads)) {
            let (features, rows, heads) = (trace.features(), trace.rowsPerStream, heads(of: trace))
            WorkerPool.shared.run(blocks: heads.count) { stream in
                let offset = stream * rows * heads[stream].featureCount
                heads[stream].backward(
                    trace.logitGradients[stream].pointer, features: features + offset, rows: rows,
                    featureGradient: last.outputGradient + offset)
            }
        }
        for index in layers.indices.reversed() {
            let input = index == 0 ? trace.input : trace.layerTraces[index - 1].output
            if index > 0 {
                let below = index == 1 ? trace.input : trace.layerTraces[index - 2].output
                trace.profile.measure(.init(layer: index - 1, phase: .forward)) {
                    layers[index - 1].restoreOutput(below, trace: trace.layerTraces[index - 1])
                }
            }
            let inputGradient = index == 0 ? trace.inputGradient : trace.layerTraces[index - 1].outputGradient
            trace.profile.measure(.init(layer: index, phase: .backward)) {
                layers[index].backward(input, trace: trace.layerTraces[index], inputGradient: inputGradient)
            }
        }
    }

    /// The heads in the order of the streams. A single stream is the event stream.
    private func heads(of trace: NetworkTrace) -> [Linear] {
        trace.streamCount == 2 ? [imageHead, eventHead] : [eventHead]
    }
}
