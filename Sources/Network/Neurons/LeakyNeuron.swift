import Configuration

/// The paper's: leaky integrate and fire.
public struct LeakyNeuron: NeuronKind {
    public let name = "leaky"
    public let summary = "LIF: u = m + (I − m) / τ"

    public init() {}

    public func dynamics(_ settings: RunConfiguration) -> NeuronDynamics {
        .leaky(membraneTimeConstant: Float(settings[NetworkSettings.shared.membraneTimeConstant]))
    }
}
