import Configuration
import Foundation

/// Fang et al. (ICCV 2021): leaky integrate and fire whose time constant each layer trains.
public struct ParametricNeuron: NeuronKind {
    public let name = "parametric"
    public let summary = "PLIF: as leaky, with a learned τ for each layer"

    public init() {}

    public func dynamics(_ settings: RunConfiguration) throws(NeuronError) -> NeuronDynamics {
        let setting = NetworkSettings.shared.membraneTimeConstant
        // w = −ln(τ − 1) is where the trained σ(w) begins at 1 / τ.
        let timeConstant = Float(settings[setting])
        guard timeConstant > 1 else {
            throw NeuronError(
                "\(setting.key) is \(settings[setting]), but the parametric neuron needs more than 1",
                advice:
                    "set it to 2, or \(NetworkSettings.shared.neuron.key) to \(IntegratingNeuron().name), which does not leak"
            )
        }
        return .parametric(weight: -log(timeConstant - 1))
    }
}
