import Configuration

/// Integrate and fire, without a leak.
public struct IntegratingNeuron: NeuronKind {
    public let name = "integrate"
    public let summary = "IF: u = m + I"

    public init() {}

    public func dynamics(_ settings: RunConfiguration) -> NeuronDynamics { .integrate }
}
