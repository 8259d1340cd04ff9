import Configuration
import Tensors

/// A network that can be chosen by name. To add one: a file beside this, a line in `ModelCatalogue`.
public protocol NetworkModel: Sendable {
    /// As it is written in presets.
    var name: String { get }
    var summary: String { get }
    /// What can be set of it alone; `layers` and `head` find the values in `configuration.settings`.
    var knobs: [Knob] { get }
    /// Smallest input side that leaves at least one feature.
    var smallestSize: Int { get }
    /// Which heads it has.
    var heads: NetworkHeads { get }
    func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer]
    /// The layers that make logits of the body's features at each time step.
    ///
    /// - Parameters:
    ///   - prefix: how the reference names this head: `rgb_fc` for images, `dvs_fc` for events, `fc` for a single one.
    ///   - features: shape of what the head reads.
    func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer]
}

/// Which heads a network has.
public enum NetworkHeads: Sendable, Hashable {
    /// One for each stream.
    case separate
    /// One for both streams.
    case shared
    /// One for one stream: a baseline without transfer.
    case single
}

extension NetworkModel {
    public var knobs: [Knob] { [] }
    public var heads: NetworkHeads { .separate }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [Linear(name: "\(prefix).1", input: features, outputCount: configuration.classCount)]
    }

    /// A network with freshly drawn weights.
    public func make(_ configuration: SpikingNetwork.Configuration, seed: UInt64) -> SpikingNetwork {
        let network = assemble(configuration)
        network.drawWeights(RandomSource(seed: seed).split("weights"))
        return network
    }

    /// A network whose weights are zeros yet.
    func assemble(_ configuration: SpikingNetwork.Configuration) -> SpikingNetwork {
        let body = withOptions(layers(configuration), configuration)
        let features = SpikingNetwork.features(of: body, configuration)
        func head(_ prefix: String) -> [any Layer] {
            self.head(prefix, features: features, configuration: configuration)
        }
        let event = head(heads == .single ? "fc" : "dvs_fc")
        let image: [any Layer]? =
            switch heads {
            case .separate: head("rgb_fc")
            case .shared: event
            case .single: nil
            }
        return SpikingNetwork(configuration: configuration, body: body, imageHead: image, eventHead: event)
    }

    /// The body with what can be set of any network.
    private func withOptions(
        _ layers: [any Layer], _ configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        var body = layers
        let settings = NetworkSettings.shared
        if configuration.settings[settings.separateInput], heads != .single, let first = body.first as? Convolution {
            body[0] = SeparateInput(of: first)
        }
        let count = configuration.settings[settings.bottleneck]
        guard count > 0 else { return body }
        var neuron = configuration.neuron
        neuron.keepsMembrane = true
        return body + [
            Linear(name: "bottleneck", input: SpikingNetwork.features(of: body, configuration), outputCount: count),
            Neuron(name: "bottleneck.node", configuration: neuron, normalization: nil),
        ]
    }
}
