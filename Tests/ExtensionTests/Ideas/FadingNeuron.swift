import Configuration
import Network

/// A neuron with a parameter of its own: u = retention · m + I, as others write a leaky one.
struct FadingNeuron: NeuronKind {
    static let retention = Setting.number(
        "network.retention", "retention", "Share of its potential that a fading neuron keeps.", 0...1, step: 0.05,
        default: 0.5, live: false)

    let name = "fading"
    let summary = "u = retention · m + I"
    var knobs: [Knob] { [Self.retention.knob] }

    func dynamics(_ settings: RunConfiguration) throws(NeuronError) -> NeuronDynamics {
        guard settings[Self.retention] > 0 else {
            throw NeuronError(
                "\(Self.retention.key) is 0, but a fading neuron remembers something", advice: "set it above 0")
        }
        return .linear(memory: Float(settings[Self.retention]), gain: 1, bias: 0)
    }
}
