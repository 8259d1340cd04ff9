import Communication
import Tensors

/// What one pass through the network remembers. All of its memory is planned before it is taken.
public final class NetworkTrace {
    /// How much a pass keeps, and what it may compute with.
    public struct Options: Sendable {
        public var policy = KernelPolicy.fast
        /// Convolutions are made again in the backward pass instead of kept.
        public var recomputes = false
        /// The gradient of the input is wanted, too.
        public var hasInputGradient = false
        /// Buffers take each other's place when they are no longer needed. Not to do so is for tests of just that.
        var sharesMemory = true

        public init() {}
    }

    /// Which images the input holds.
    public enum InputFrames: Sendable {
        /// One for each sample of each group: [S·T, B].
        case all
        /// With two streams, the event stream's frames [T, B] and then an image a sample [B]; see `showEvents(from:)`.
        case shared
        /// An image a sample [B], at all time steps.
        case repeated
    }

    public let purpose: PassPurpose
    public let streamCount: Int
    public let batchSize: Int
    public let inputShape: ActivationShape
    /// Frames that the first layer reads; written by the caller.
    public let input: Activation
    let bodyTrace: ChainTrace
    /// By stream: what its head reads.
    let features: [Activation]
    /// By stream.
    let headTraces: [ChainTrace]
    /// Told of each layer of body and heads whose gradients are complete, in the backward pass.
    public var onGradients: ((any Layer) -> Void)? {
        didSet { for chain in [bodyTrace] + headTraces { chain.onGradients = onGradients } }
    }
    /// Measures the time of each of the body's layers, where it is set.
    public var profile: StepProfile? { didSet { bodyTrace.profile = profile } }

    private let planner: TracePlanner
    /// Of the body, in the order of `SpikingNetwork.layers`.
    let layerTraces: [any LayerTrace]
    let layerNames: [String?]
    private let plannedInputGradient: PlannedMemory?
    private let plannedLogits: [PlannedTensor]
    private let plannedLogitGradients: [PlannedTensor]
    let featureTrace: (any DomainFeatureTrace)?
    private let plannedFeatureGradient: PlannedTensor?

    /// Plans a pass. No memory is taken before `allocate()`.
    ///
    /// - Parameters:
    ///   - batchSize: samples that this process passes.
    ///   - group: who passes the others of the batch at the same time.
    ///   - sharesStatistics: whether those of normalization are then of the whole batch.
    public init(
        network: SpikingNetwork, purpose: PassPurpose, streamCount: Int, batchSize: Int,
        inputFrames: InputFrames = .all, options: Options = Options(), group: RankGroup? = nil,
        sharesStatistics: Bool = true
    ) {
        (self.purpose, self.streamCount, self.batchSize) = (purpose, streamCount, batchSize)
        let configuration = network.configuration
        classCount = configuration.classCount
        let shape = SpikingNetwork.inputShape(configuration, streams: streamCount, batchSize: batchSize)
        inputShape = shape
        let frames =
            switch inputFrames {
            case .all: FrameSources(shape)
            case .shared:
                FrameSources(sharedBy: shape)
            case .repeated: FrameSources(repeatedBy: shape)
            }
        let heads = network.heads(streamCount: streamCount)
        let headLayers = heads.reduce(0) { $0 + $1.leaves.count }
        let planner = TracePlanner(
            purpose: purpose, layerCount: network.layers.count + headLayers, policy: options.policy,
            recomputes: options.recomputes, firstLayerHasGradient: options.hasInputGradient,
            sharesMemory: options.sharesMemory, group: group, sharesStatistics: sharesStatistics)
        self.planner = planner
        let inputBytes = Activation.byteCount(shape, images: frames.imageCount, storage: .dense)
        input = Activation(
            shape: shape, frames: frames, storage: .dense, memory: planner.bytes(inputBytes, planner.always))
        let body = network.body.makeTrace(input: input, planner: planner, readers: max(1, headLayers))
        bodyTrace = body
        layerTraces = body.leaves
        let titles = network.neuronTitles
        layerNames = network.layers.map { ($0 as? Neuron).flatMap { titles[$0.name] } }
        let last = body.output ?? input
        let features =
            streamCount == 1 ? [last] : (0..<streamCount).map { Activation(stream: $0, of: last) }
        self.features = features
        headTraces = zip(heads, features).map { $0.makeTrace(input: $1, planner: planner) }
        featureTrace = body.leaves.last { $0 is any DomainFeatureTrace } as? any DomainFeatureTrace
        let logits: Shape = [configuration.timeStepCount, batchSize, configuration.classCount]
        plannedLogits = (0..<streamCount).map { _ in planner.tensor(logits, planner.always) }
        guard planner.goesBackward else {
            (plannedLogitGradients, plannedInputGradient, plannedFeatureGradient) = ([], nil, nil)
            return
        }
        plannedLogitGradients = (0..<streamCount).map { _ in planner.tensor(logits, planner.always) }
        plannedInputGradient =
            options.hasInputGradient ? planner.floats(input.count, planner.always) : nil
        plannedFeatureGradient =
            streamCount == 2 ? featureTrace.map { planner.tensor($0.featureShape.shape, planner.always) } : nil
    }

    /// Bytes that `allocate()` takes.
    public var byteCount: Int { planner.byteCount }

    public func allocate() { planner.allocate() }

    /// Before a pass of training: gives each layer of body and heads the random numbers that it draws from in the pass.
    ///
    /// - Parameter random: by place: the body's layers in order, then those of the heads.
    public func beginPass(_ random: (_ place: Int) -> RandomSource) {
        for (place, trace) in (layerTraces + headTraces.flatMap(\.leaves)).enumerated() {
            trace.beginPass(random(place))
        }
    }

    /// Says from which time step on, 0…T, the static stream shows each sample's event frames, where the input is shared;
    /// T: never.
    public func showEvents(from starts: [Int]) { input.frames.showEvents(from: starts) }

    /// By stream, static first: [T, B, K].
    public var logits: [Tensor] { plannedLogits.map(\.tensor) }
    public var logitGradients: [Tensor] { plannedLogitGradients.map(\.tensor) }
    public var eventLogits: Tensor { plannedLogits[streamCount - 1].tensor }
    /// dL/d(input), an element for each of the input's; `nil` unless the options ask for it.
    public var inputGradient: UnsafeMutablePointer<Float>? { plannedInputGradient?.floats }

    /// What is aligned between the streams, [S·T, B, H, W, C]: the membrane potential after reset of the body's last neuron,
    /// or its pooled normalization. `nil` in evaluation.
    public var domainFeature: Tensor? { featureTrace?.feature }
    /// Room for dL/d(domain feature), for the loss to fill; `nil` with a single stream.
    public var domainGradientSpace: Tensor? { plannedFeatureGradient?.tensor }
    /// Where the loss says dL/d(domain feature); `nil` where no loss sees it.
    public var domainFeatureGradient: Tensor? {
        get { featureTrace?.featureGradient }
        set { featureTrace?.featureGradient = newValue }
    }

    /// Shape of the domain feature, also before memory is taken; `nil` without one.
    var featureShape: ActivationShape? { featureTrace?.featureShape }
    /// Numbers a sample of the domain feature, also before memory is taken; `nil` without one.
    public var alignedFeatureCount: Int? { featureShape?.featureCount }
    public let classCount: Int

    /// Shapes of what the body's layers give, in the order of `SpikingNetwork.layers`.
    var bodyOutputs: [ActivationShape] { layerTraces.map(\.output.shape) }

    /// Spikes of each of the body's neuron layers, by what people call the layer. In evaluation they are overwritten layer by layer and cannot be asked
    /// for.
    public var spikes: [(name: String, spikes: Activation)] {
        precondition(purpose != .evaluation, "spikes are not kept in evaluation")
        return neuronTraces.map { ($0.name, $0.trace.spikes) }
    }

    /// Spikes of all neurons at all time steps, event stream, for the first samples of the last pass, of any purpose: they
    /// are counted when they are fired. `nil` where neurons fire something else than spikes.
    public func eventSpikeCount(samples: Int) -> Int? {
        let traces = (layerTraces + headTraces[streamCount - 1].leaves).compactMap { $0 as? NeuronTrace }
        guard traces.allSatisfy({ $0.spikes.storage == .spikes }) else { return nil }
        // A head sees its own stream alone.
        return traces.reduce(0) { sum, trace in
            let first = (trace.input.streamCount - 1) * batchSize
            return sum + (first..<first + samples).reduce(0) { $0 + trace.active[$1].spikes }
        }
    }

    /// What each convolution used in the last pass, by its place among the layers.
    public var convolutions: [(layer: Int, use: ConvolutionUse)] {
        layerTraces.enumerated().compactMap { index, trace in
            (trace as? ConvolutionTrace).map { (index, $0.used) }
        }
    }

    /// Turns every neuron's step into the surrogate's primitive; for gradient checks only.
    public func useSmoothChecks() -> [SmoothCheck] {
        (layerTraces + headTraces.flatMap(\.leaves)).compactMap { trace in
            guard let trace = trace as? NeuronTrace else { return nil }
            let check = SmoothCheck()
            trace.smoothCheck = check
            return check
        }
    }
}
