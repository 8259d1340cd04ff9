import Tensors

/// Drops features with probability `rate` and scales the others by 1/(1 − rate), in training; a new mask at every time
/// step.
public final class Dropout: Layer {
    public let rate: Float
    /// The masks are drawn from this; the training step sets it anew, so that a resumed run draws the same.
    public var random = RandomSource(seed: 0)

    public init(rate: Float) {
        precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
        self.rate = rate
    }

    public var worksInPlaceBackward: Bool { true }
    public func outputShape(for input: ActivationShape) -> ActivationShape { input }

    public func makeTrace(input: ActivationShape, planner: TracePlanner) -> any LayerTrace {
        DropoutTrace(input: input, planner: planner)
    }

    public func forward(_ input: Tensor, trace: any LayerTrace) {
        let trace = trace.own(DropoutTrace.self)
        guard let mask = trace.mask?.tensor else {
            trace.output.copy(from: input)
            return
        }
        let kept = 1 / (1 - rate)
        for index in 0..<input.count {
            let factor = random.uniform(0, 1) < rate ? 0 : kept
            mask.pointer[index] = factor
            trace.output.pointer[index] = input.pointer[index] * factor
        }
    }

    public func backward(
        _ outputGradient: Tensor, input: Tensor, trace: any LayerTrace, inputGradient: Tensor?
    ) {
        guard let mask = trace.own(DropoutTrace.self).mask?.tensor else { return }
        for index in 0..<mask.count { outputGradient.pointer[index] *= mask.pointer[index] }
    }
}

final class DropoutTrace: LayerTrace {
    let input: ActivationShape
    let mask: PlannedTensor?
    private let planned: PlannedTensor

    init(input: ActivationShape, planner: TracePlanner) {
        self.input = input
        planned = planner.output(input.shape)
        mask = planner.purpose == .training ? planner.kept(input.shape) : nil
    }

    var output: Tensor { planned.tensor }
}
