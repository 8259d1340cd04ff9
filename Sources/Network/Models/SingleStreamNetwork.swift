import Configuration

/// The baseline of a network: the same body with a single head and without time-step coefficients, for events only or images
/// only.
public struct SingleStreamNetwork: NetworkModel {
    private let base: any NetworkModel

    public init(of base: any NetworkModel) { self.base = base }

    public var name: String { "\(base.name)-single" }
    public var summary: String { "Baseline with one stream: \(base.summary)" }
    public var knobs: [Knob] { base.knobs }
    public var smallestSize: Int { base.smallestSize }
    public var heads: NetworkHeads { .single }

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] { base.layers(configuration) }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        base.head(prefix, features: features, configuration: configuration)
    }
}
