import Tensors

/// What a pass is for.
public enum PassPurpose: Hashable, Sendable {
    /// Statistics of the batch, running statistics updated, everything kept that the backward pass needs.
    case training
    /// Running statistics, nothing kept.
    case evaluation
    /// Running statistics, spikes kept to be looked at.
    case inspection
}

/// One layer: forward and backward over all time steps of both streams at once.
///
/// A layer owns its parameters and nothing else. What one pass must remember lives in the trace that `makeTrace` plans.
public protocol Layer: AnyObject {
    var parameters: [Parameter] { get }
    var buffers: [NamedBuffer] { get }
    /// Entries of the reference's checkpoint that are constants here: thresholds and surrogate sharpness.
    var constants: [(name: String, value: Float)] { get }

    func outputShape(for input: ActivationShape) -> ActivationShape
    /// Plans the buffers of a pass over input of this shape.
    func makeTrace(input: ActivationShape, planner: TracePlanner) -> any LayerTrace
    /// Reads `input`, writes `trace.output`.
    func forward(_ input: Tensor, trace: any LayerTrace)
    /// Takes dL/d(output), adds to the parameters' gradients, writes dL/d(input) unless that is nil.
    ///
    /// `outputGradient` may be overwritten.
    func backward(_ outputGradient: Tensor, input: Tensor, trace: any LayerTrace, inputGradient: Tensor?)
    /// The gradient of the input takes the place of the gradient of the output.
    var worksInPlaceBackward: Bool { get }
}

extension Layer {
    public var parameters: [Parameter] { [] }
    public var buffers: [NamedBuffer] { [] }
    public var constants: [(name: String, value: Float)] { [] }
    public var worksInPlaceBackward: Bool { false }
}

/// What one pass through one layer remembers.
public protocol LayerTrace: AnyObject {
    var input: ActivationShape { get }
    var output: Tensor { get }
}

extension LayerTrace {
    /// This trace as the kind that the layer made.
    func own<Trace: LayerTrace>(_ kind: Trace.Type) -> Trace {
        guard let trace = self as? Trace else { preconditionFailure("\(type(of: self)) given to a layer with \(kind)") }
        return trace
    }
}

/// The trace of a layer that remembers its output only.
public final class OutputTrace: LayerTrace {
    public let input: ActivationShape
    private let planned: PlannedTensor

    init(input: ActivationShape, output: PlannedTensor) {
        self.input = input
        planned = output
    }

    public var output: Tensor { planned.tensor }
}
