import Tensors

/// Drops features with probability `rate` and scales the others by 1/(1 − rate), in training; a new mask at every time
/// step.
public final class Dropout: Layer {
    public let rate: Float

    public init(rate: Float) {
        precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
        self.rate = rate
    }

    public func outputShape(for input: ActivationShape) -> ActivationShape { input }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        DropoutTrace(input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(DropoutTrace.self)
        let values = trace.output.floats
        for image in 0..<input.imageCount {
            input.expand(image: image, into: values + image * input.shape.featureCount)
        }
        guard let mask = trace.mask?.floats else { return }
        let kept = 1 / (1 - rate)
        let (size, batch) = (input.shape.featureCount, input.shape.batchSize)
        for image in 0..<input.imageCount {
            // A sample's draws are the same whoever passes it.
            if image % batch == 0 { trace.random.skip(trace.samplesBefore * size) }
            for index in image * size..<(image + 1) * size {
                mask[index] = trace.random.uniform(0, 1) < rate ? 0 : kept
                values[index] *= mask[index]
            }
            if image % batch == batch - 1 { trace.random.skip(trace.samplesAfter * size) }
        }
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        guard let inputGradient else { return }
        guard let mask = trace.own(DropoutTrace.self).mask?.floats else {
            return inputGradient.update(from: trace.outputGradient, count: input.count)
        }
        for index in 0..<input.count { inputGradient[index] = trace.outputGradient[index] * mask[index] }
    }
}

final class DropoutTrace: LayerTrace {
    let output: Activation
    let mask: PlannedMemory?
    /// Masks are drawn from this.
    fileprivate var random = RandomSource(seed: 0)
    /// Samples of the batch that other ranks pass, before and after this one's.
    fileprivate let samplesBefore: Int
    fileprivate let samplesAfter: Int
    private let gradient: PlannedMemory?

    init(input: Activation, planner: TracePlanner) {
        let (rank, ranks) = (planner.group?.rank ?? 0, planner.group?.count ?? 1)
        (samplesBefore, samplesAfter) = (rank * input.shape.batchSize, (ranks - 1 - rank) * input.shape.batchSize)
        output = Activation(
            shape: input.shape, frames: input.frames, storage: .dense,
            memory: planner.floats(input.count, planner.untilReadAgain))
        mask = planner.purpose == .training ? planner.floats(input.count, planner.throughBackward) : nil
        gradient = planner.goesBackward ? planner.floats(input.count, planner.ofGradient) : nil
    }

    func beginPass(_ random: RandomSource) { self.random = random }

    var outputGradient: UnsafeMutablePointer<Float> {
        guard let gradient else { preconditionFailure("a gradient outside training") }
        return gradient.floats
    }
}
