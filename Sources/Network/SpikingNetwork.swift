import Configuration
import Tensors

/// One body shared by both streams, a head for each, and a learnable coefficient for each time step (He et al. 2024,
/// figure 2); or, for baselines, a body with a single head and no coefficients.
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
        /// Of the run: for what a network declares itself.
        public var settings = RunConfiguration()

        public init(classCount: Int, timeStepCount: Int, size: Int) {
            (self.classCount, self.timeStepCount, self.size) = (classCount, timeStepCount, size)
        }
    }

    public let configuration: Configuration
    /// What both streams pass through. The last neuron or pooled normalization of it gives the feature that is aligned.
    public let body: Chain
    /// The head of the static stream; the reference's `rgb_fc`. `nil` where there is a single stream.
    public let imageHead: Chain?
    /// The head of the event stream, which evaluation uses; the reference's `dvs_fc`. The image head's own layers where both
    /// streams share one.
    public let eventHead: Chain
    /// One a time step, begins at 1; the time step's weight is σ(coefficient). The reference's `coefficient.t`. None where
    /// there is a single stream.
    public let timeStepCoefficients: [Parameter]
    /// The body's layers in the order of their forward passes, residual blocks taken apart.
    public let layers: [any Layer]

    public init(configuration: Configuration, body: [any Layer], imageHead: [any Layer]?, eventHead: [any Layer]) {
        self.configuration = configuration
        self.body = Chain(body)
        self.imageHead = imageHead.map(Chain.init)
        self.eventHead = Chain(eventHead)
        layers = self.body.leaves
        timeStepCoefficients =
            imageHead == nil
            ? []
            : (0..<configuration.timeStepCount).map {
                let coefficient = Parameter(name: "coefficient.\($0)", shape: [1])
                coefficient.value.fill(1)
                return coefficient
            }
    }

    /// With a linear head for each stream, named as the VGG network's.
    public convenience init(configuration: Configuration, layers: [any Layer]) {
        let features = Self.features(of: layers, configuration)
        let heads = ["rgb_fc.1", "dvs_fc.1"].map {
            Linear(name: $0, input: features, outputCount: configuration.classCount)
        }
        self.init(configuration: configuration, body: layers, imageHead: [heads[0]], eventHead: [heads[1]])
    }

    static func inputShape(_ configuration: Configuration, streams: Int, batchSize: Int) -> ActivationShape {
        ActivationShape(
            streamCount: streams, timeStepCount: configuration.timeStepCount, batchSize: batchSize,
            height: configuration.size, width: configuration.size, channels: configuration.inputChannels)
    }

    /// Shape of what the heads read, of one sample.
    static func features(of body: [any Layer], _ configuration: Configuration) -> ActivationShape {
        Chain(body).outputShape(for: inputShape(configuration, streams: 1, batchSize: 1))
    }

    /// Whether static images and events can be trained on together.
    public var hasTwoStreams: Bool { imageHead != nil }

    /// All layers of body and heads; one that both heads share is there once.
    var allLayers: [any Layer] {
        var seen = Set<ObjectIdentifier>()
        return (layers + (imageHead?.leaves ?? []) + eventHead.leaves).filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
    }

    /// What losses train beside the network, by name: small heads of their own. Kept in checkpoints; a file may lack them.
    public private(set) var lossParameters: [Parameter] = []

    /// Takes parameters that a loss trains; before anybody asks for the parameters.
    public func adopt(_ parameters: [Parameter]) { lossParameters += parameters }

    /// In the reference's order: coefficients, body, heads; then those of losses.
    public var parameters: [Parameter] {
        timeStepCoefficients + allLayers.flatMap(\.parameters) + lossParameters
    }

    /// Those of the static stream's head that the event stream's does not have.
    public var imageHeadParameters: [Parameter] {
        let shared = Set(eventHead.leaves.map(ObjectIdentifier.init))
        return (imageHead?.leaves ?? []).filter { !shared.contains(ObjectIdentifier($0)) }.flatMap(\.parameters)
    }

    /// Of body and heads, in the order of their forward passes.
    public var neurons: [Neuron] { allLayers.compactMap { $0 as? Neuron } }

    public var buffers: [NamedBuffer] { allLayers.flatMap(\.buffers) }

    public var normalizations: [BatchNormalization] { allLayers.flatMap(\.normalizations) }

    public var constants: [(name: String, value: Float)] { allLayers.flatMap(\.constants) }

    /// As the reference counts: trained values plus each neuron's threshold and sharpness.
    public var parameterCount: Int {
        parameters.reduce(0) { $0 + $1.value.count } + constants.count
    }

    /// σ(coefficient) of each time step; none where there is a single stream.
    public var timeStepWeights: [Float] {
        timeStepCoefficients.map { NeuronDynamics.gain(ofWeight: $0.value.pointer[0]) }
    }

    public func clearGradients() {
        for parameter in parameters { parameter.gradient.fill(0) }
    }

    /// Numbers a sample of what is aligned between the streams; 0 without a neuron or pooled normalization.
    public var alignedFeatureCount: Int {
        NetworkTrace(network: self, purpose: .training, streamCount: hasTwoStreams ? 2 : 1, batchSize: 1)
            .featureShape?.featureCount ?? 0
    }

    /// Floating-point operations of a training step if every input counted: two a multiplication and addition, forward, for the
    /// weight's gradient and for the input's, of all convolutions but the first's input gradient. Time steps at which a
    /// static image repeats count, too.
    public func denseOperations(streamCount: Int, batchSize: Int) -> Double {
        let trace = NetworkTrace(
            network: self, purpose: .evaluation, streamCount: streamCount, batchSize: batchSize)
        return zip(layers, trace.bodyOutputs).enumerated().reduce(0) { sum, entry in
            let (index, (layer, output)) = entry
            guard let convolution = layer as? Convolution ?? (layer as? SeparateInput)?.convolution else { return sum }
            let taps = convolution.kernel * convolution.kernel
            let products = Double(output.count) * Double(taps * convolution.inputChannels)
            return sum + 2 * products * (index == 0 ? 2 : 3)
        }
    }

    /// By place among the body's layers, what each is called.
    public var layerNames: [Int: String] {
        Dictionary(
            uniqueKeysWithValues: layers.enumerated().map { index, layer in
                (index, (layer as? Convolution)?.name ?? (layer as? Neuron)?.name ?? "\(type(of: layer)) \(index)")
            })
    }

    /// The layers whose gradients are told, in that order: the heads', last stream first, then the body's. One that both
    /// heads share is there twice.
    public func backwardOrder(streamCount: Int) -> [any Layer] {
        heads(streamCount: streamCount).reversed().flatMap { $0.layers.reversed() } + body.layers.reversed()
    }

    // MARK: Passes

    /// Reads `trace.input`, writes the logits of each stream.
    public func forward(_ trace: NetworkTrace) {
        body.forward(trace.input, trace: trace.bodyTrace)
        trace.profile.measure(.init(phase: .heads)) {
            for (stream, head) in heads(of: trace).enumerated() {
                let (features, headTrace) = (trace.features[stream], trace.headTraces[stream])
                head.forward(features, trace: headTrace)
                trace.logits[stream].pointer.update(
                    from: (headTrace.output ?? features).floats, count: trace.logits[stream].count)
            }
        }
    }

    /// Takes `trace.logitGradients` and the gradient of the domain feature, adds to all gradients.
    public func backward(_ trace: NetworkTrace) {
        trace.profile.measure(.init(phase: .heads)) {
            for (stream, head) in heads(of: trace).enumerated().reversed() {
                let (features, headTrace) = (trace.features[stream], trace.headTraces[stream])
                headTrace.traces.last?.outputGradient.update(
                    from: trace.logitGradients[stream].pointer, count: trace.logitGradients[stream].count)
                let gradient = trace.bodyTrace.traces.last?.outputGradient ?? trace.inputGradient
                head.backward(
                    features, trace: headTrace, inputGradient: gradient.map { $0 + stream * features.count })
            }
        }
        body.backward(trace.input, trace: trace.bodyTrace, inputGradient: trace.inputGradient)
    }

    /// The heads in the order of the streams. A single stream is the event stream.
    func heads(of trace: NetworkTrace) -> [Chain] { heads(streamCount: trace.streamCount) }

    func heads(streamCount: Int) -> [Chain] {
        guard streamCount == 2 else { return [eventHead] }
        guard let imageHead else { preconditionFailure("two streams through a network with a single head") }
        return [imageHead, eventHead]
    }
}
