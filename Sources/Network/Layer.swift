import Tensors

/// What a pass is for.
public enum PassPurpose: Hashable, Sendable {
    /// Statistics of the batch, running statistics updated, everything kept that the backward pass needs.
    case training
    /// Running statistics, nothing kept.
    case evaluation
    /// Running statistics, spikes kept to be looked at.
    case inspection
    /// Running statistics, and everything kept to go backward: what an answer depends on, layer by layer. Nothing is dropped.
    case attribution
}

/// One layer: forward and backward over all time steps of both streams at once.
///
/// A layer owns its parameters and nothing else. What one pass must remember lives in the trace that `makeTrace` plans.
public protocol Layer: AnyObject {
    var parameters: [Parameter] { get }
    var buffers: [NamedBuffer] { get }
    /// Entries of the reference's checkpoint that are constants here: thresholds and surrogate sharpness.
    var constants: [(name: String, value: Float)] { get }
    /// The normalizations in it, in order.
    var normalizations: [BatchNormalization] { get }
    /// The layers that it is made of, in the order of their forward passes; itself where it is of one piece.
    var leaves: [any Layer] { get }

    /// Draws the weights that a run begins with. A layer that has weights has to say how, or that they begin as they are.
    ///
    /// - Parameter random: this layer's own, the same in every run with the same seed.
    func drawWeights(_ random: inout RandomSource)
    /// Sets its random numbers apart from those of layers of other kinds.
    var randomLabel: StaticString { get }

    func outputShape(for input: ActivationShape) -> ActivationShape
    /// Plans the buffers of a pass that reads `input`.
    func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace
    /// Reads `input`, writes `trace.output`.
    func forward(_ input: Activation, trace: any LayerTrace)
    /// Makes the output again where it was not kept; right before the next layer's backward pass.
    func restoreOutput(_ input: Activation, trace: any LayerTrace)
    /// Takes dL/d(output) from `trace.outputGradient` and leaves it as it is, adds to the parameters' gradients, writes
    /// dL/d(input), image by image of the input, unless that is nil. The gradient of the input may lie where the input lies.
    func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?)
}

extension Layer {
    public var parameters: [Parameter] { [] }
    public var buffers: [NamedBuffer] { [] }
    public var constants: [(name: String, value: Float)] { [] }
    public var normalizations: [BatchNormalization] { [] }
    public var leaves: [any Layer] { [self] }
    public var randomLabel: StaticString { "layer" }
    public func drawWeights(_ random: inout RandomSource) {
        precondition(parameters.isEmpty, "\(type(of: self)) has weights and does not say how they are drawn")
    }
    public func restoreOutput(_ input: Activation, trace: any LayerTrace) {}
}

/// What one pass through one layer remembers.
public protocol LayerTrace: AnyObject {
    var output: Activation { get }
    /// dL/d(output), a float for each element of the output's images. Exists in training.
    var outputGradient: UnsafeMutablePointer<Float> { get }
    /// The traces of the layer's leaves.
    var leaves: [any LayerTrace] { get }
    /// Measures the parts of the layer's passes, where it has any.
    var profile: StepProfile? { get set }
    /// Before a pass of training: what is drawn in it is drawn from this, so that a run that is resumed draws the same.
    func beginPass(_ random: RandomSource)
}

/// What a pass remembers of a layer whose numbers can be aligned between the streams.
public protocol DomainFeatureTrace: LayerTrace {
    /// Shape of the feature.
    var featureShape: ActivationShape { get }
    /// The feature, [S·T, B, H, W, C]; `nil` where it is not kept.
    var feature: Tensor? { get }
    /// dL/d(feature), set by the loss before the backward pass; `nil` where no loss sees the feature.
    var featureGradient: Tensor? { get set }
}

extension LayerTrace {
    public func beginPass(_ random: RandomSource) {}
    public var leaves: [any LayerTrace] { [self] }
    public var profile: StepProfile? {
        get { nil }
        set {}
    }

    /// This trace as the kind that the layer made.
    func own<Trace: LayerTrace>(_ kind: Trace.Type) -> Trace {
        guard let trace = self as? Trace else { preconditionFailure("\(type(of: self)) given to a layer with \(kind)") }
        return trace
    }
}
