import Tensors

/// A pass for gradient checks: the surrogate's primitive takes the step's place, so that its derivative is the true one.
///
/// The reset carries no gradient, so it must not move between the passes that finite differences compare: the first pass
/// records which neurons reset at which time step, the others take it over.
public final class SmoothCheck {
    public enum Mode { case record, reuse }
    public var mode = Mode.record
    /// Spikes of the recorded pass, by element of the activation.
    fileprivate var recorded: [Float] = []

    public init() {}
}

extension Neuron {
    func forwardSmooth(_ input: Activation, trace: NeuronTrace, check: SmoothCheck) {
        let shape = input.shape
        if check.mode == .record { check.recorded = [Float](repeating: 0, count: shape.count) }
        let configuration = trained
        let (scale, shift) = (trace.statistics.scale.tensor, trace.statistics.shift.tensor)
        for stream in 0..<shape.streamCount {
            for element in 0..<shape.groupSize {
                var membrane: Float = 0
                let (sample, inside) = (element / shape.featureCount, element % shape.featureCount)
                for timeStep in 0..<shape.timeStepCount {
                    let group = stream * shape.timeStepCount + timeStep
                    let row = group * shape.channels + element % shape.channels
                    let at = group * shape.groupSize + element
                    let value = input.floats(group: group, sample: sample)[inside]
                    let potential = configuration.integrated(membrane, value * scale.pointer[row] + shift.pointer[row])
                    if check.mode == .record { check.recorded[at] = configuration.recordedSpike(at: potential) }
                    membrane = potential * (1 - check.recorded[at])
                    trace.spikes.floats[at] = configuration.surrogate.primitive(potential - configuration.threshold)
                    trace.membranePotential?.pointer[at] = membrane
                }
            }
        }
        if configuration.pools { for image in 0..<shape.imageCount { trace.poolDense(image) } }
    }
}

extension Neuron.Configuration {
    fileprivate func integrated(_ membrane: Float, _ current: Float) -> Float {
        switch dynamics {
        case .leaky(let timeConstant): membrane + (current - membrane) / timeConstant
        case .integrate: membrane + current
        case .parametric(let weight): membrane + (current - membrane) * NeuronDynamics.gain(ofWeight: weight)
        case .biased(let timeConstant, let bias): membrane + (current - membrane) / timeConstant + bias
        case .linear(let memory, let gain, let bias): membrane * memory + current * gain + bias
        }
    }

    fileprivate func recordedSpike(at potential: Float) -> Float {
        let x = potential - threshold
        if surrogate.firing.isSigned { return x > 0 ? 1 : x < 0 ? -1 : 0 }
        return isFiring(at: potential) ? 1 : 0
    }
}
