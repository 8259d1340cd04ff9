/// The reference's network for N-MNIST at 34×34: two convolutions of 128 channels, a full connection to 2048 neurons, and for
/// each stream a head of ten neurons a class, whose spikes are the votes. The reference drops half of the features before
/// either full connection: `network.dropout=0.5`.
public struct NMnistNetwork: NetworkModel {
    public let name = "nmnist"
    public let summary = "The reference's network for N-MNIST: 2 convolutions, voting neurons, 17 million parameters"
    public let smallestSize = 4

    private static let hiddenCount = 2048
    private static let votersPerClass = 10

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        var plain = configuration
        plain.dropout = 0
        let features: [any Layer] =
            convolutionalBody(
                [.block(configuration.inputChannels, 128), .pool, .block(128, 128), .pool], plain,
                givesFeature: false)
        let connection = Linear(
            name: "feature.6", input: SpikingNetwork.features(of: features, configuration),
            outputCount: Self.hiddenCount)
        var hidden = configuration.neuron
        hidden.keepsMembrane = true
        let rest: [any Layer] = [
            connection, Neuron(name: "feature.7", configuration: hidden, normalization: nil),
        ]
        guard configuration.dropout > 0 else { return features + rest }
        return features + rest.flatMap { $0 is Linear ? [Dropout(rate: configuration.dropout), $0] : [$0] }
            + [Dropout(rate: configuration.dropout)]
    }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [
            Linear(
                name: "\(prefix).0", input: features, outputCount: configuration.classCount * Self.votersPerClass),
            Neuron(name: "\(prefix).1", configuration: configuration.neuron, normalization: nil),
            Voting(groupSize: Self.votersPerClass),
        ]
    }
}
