/// The reference's network for N-MNIST at 34×34: two convolutions of 128 channels, a full connection to 2048 neurons, and for
/// each stream a head of ten neurons a class, whose spikes are the votes. Half of the features are dropped before either full
/// connection; `network.dropout` says another share where it is not 0.
public struct NMnistNetwork: NetworkModel {
    public let name = "nmnist"
    public let summary = "The reference's network for N-MNIST: 2 convolutions, voting neurons, 17 million parameters"
    public let smallestSize = 4

    private static let hiddenCount = 2048
    private static let votersPerClass = 10
    private static let dropout: Float = 0.5

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        let rate = configuration.dropout > 0 ? configuration.dropout : Self.dropout
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
            Dropout(rate: rate), connection, Neuron(name: "feature.7", configuration: hidden, normalization: nil),
            Dropout(rate: rate),
        ]
        return features + rest
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
