import Configuration

/// The reference's leaky neuron with a constant current; it adds 0.1.
public struct BiasedNeuron: NeuronKind {
    public static let bias = Setting.number(
        "network.bias", "bias", "Added to the potential of biased neurons at each time step.", -10...10, step: 0.05,
        default: 0.1, live: false)

    public let name = "biased"
    public let summary = "LIF with a bias: u = m + (I − m) / τ + bias"
    public var knobs: [Knob] { [Self.bias.knob] }

    public init() {}

    public func dynamics(_ settings: RunConfiguration) -> NeuronDynamics {
        .biased(
            membraneTimeConstant: Float(settings[NetworkSettings.shared.membraneTimeConstant]),
            bias: Float(settings[Self.bias]))
    }
}
