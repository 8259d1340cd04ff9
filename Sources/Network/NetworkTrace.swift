import Tensors

/// What one pass through the network remembers. All of its memory is planned before it is taken.
public final class NetworkTrace {
    public let purpose: PassPurpose
    public let streamCount: Int
    public let batchSize: Int
    public let inputShape: ActivationShape
    let layerTraces: [any LayerTrace]
    /// Set to have the gradient of the input, as in tests: shape of `input`.
    public var inputGradient: Tensor?

    private let planner: TracePlanner
    private let layerNames: [String?]
    private let plannedInput: PlannedTensor
    private let plannedLogits: [PlannedTensor]
    private let plannedLogitGradients: [PlannedTensor]
    private let plannedGradients: [PlannedTensor]
    private let featureTrace: NeuronTrace?

    /// Plans a pass. No memory is taken before `allocate()`.
    public init(network: SpikingNetwork, purpose: PassPurpose, streamCount: Int, batchSize: Int) {
        (self.purpose, self.streamCount, self.batchSize) = (purpose, streamCount, batchSize)
        let configuration = network.configuration
        inputShape = SpikingNetwork.inputShape(configuration, streams: streamCount, batchSize: batchSize)
        var shapes = [inputShape]
        for layer in network.layers { shapes.append(layer.outputShape(for: shapes.last!)) }
        let largest = shapes.dropFirst().map(\.count).max() ?? 0
        let planner = TracePlanner(purpose: purpose, largestOutput: largest)
        self.planner = planner
        plannedInput = planner.kept(inputShape.shape)
        layerTraces = zip(network.layers, shapes).map { $0.makeTrace(input: $1, planner: planner) }
        layerNames = network.layers.map { ($0 as? Neuron)?.name }
        featureTrace = layerTraces.last { $0 is NeuronTrace } as? NeuronTrace
        let logits: Shape = [configuration.timeStepCount, batchSize, configuration.classCount]
        plannedLogits = (0..<streamCount).map { _ in planner.kept(logits) }
        guard purpose == .training else {
            (plannedLogitGradients, plannedGradients) = ([], [])
            return
        }
        plannedLogitGradients = (0..<streamCount).map { _ in planner.kept(logits) }
        plannedGradients = (0..<2).map { _ in planner.kept([largest]) }
    }

    /// Bytes that `allocate()` takes.
    public var byteCount: Int { planner.byteCount }

    public func allocate() { planner.allocate() }

    /// [S·T, B, H, W, polarity]: static stream first.
    public var input: Tensor { plannedInput.tensor }
    /// By stream, static first: [T, B, K].
    public var logits: [Tensor] { plannedLogits.map(\.tensor) }
    public var logitGradients: [Tensor] { plannedLogitGradients.map(\.tensor) }
    public var eventLogits: Tensor { plannedLogits[streamCount - 1].tensor }

    var rowsPerStream: Int { inputShape.timeStepCount * batchSize }
    var gradientBuffers: (Tensor, Tensor) { (plannedGradients[0].tensor, plannedGradients[1].tensor) }

    /// The membrane potential after reset of the body's last neuron: [S·T, B, H, W, C]. `nil` in evaluation.
    public var domainFeature: Tensor? { featureTrace?.membranePotential }
    /// Elements of the domain feature, of all time steps of all streams.
    public var domainFeatureCount: Int { featureTrace?.input.count ?? 0 }
    /// Where the loss puts dL/d(domain feature); `nil` where no loss sees it.
    public var domainFeatureGradient: Tensor? {
        get { featureTrace?.membraneGradient }
        set { featureTrace?.membraneGradient = newValue }
    }

    /// Spikes of each neuron layer, by the layer's name: [S·T, B, H, W, C]. In evaluation they are overwritten layer by
    /// layer and cannot be asked for.
    public var spikes: [(name: String, spikes: Tensor, shape: ActivationShape)] {
        precondition(purpose != .evaluation, "spikes are not kept in evaluation")
        return zip(layerNames, layerTraces).compactMap { name, trace in
            name.map { ($0, trace.output, trace.input) }
        }
    }

    /// Turns every neuron's step into the surrogate's primitive; for gradient checks only.
    public func useSmoothChecks() -> [SmoothCheck] {
        layerTraces.compactMap { trace in
            guard let trace = trace as? NeuronTrace else { return nil }
            let check = SmoothCheck()
            trace.smoothCheck = check
            return check
        }
    }
}
