/// The paper's network for N-Omniglot at 28×28: two convolutions 5×5 without normalization, a full connection, and one head
/// for both streams. It aligns the membrane potentials of the 300 neurons behind the full connection.
public struct SCNNNetwork: NetworkModel {
    public let name = "scnn"
    public let summary = "The paper's network for N-Omniglot: 2 convolutions 5×5, one head for both streams"
    public let smallestSize = 16
    public let heads = NetworkHeads.shared

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        func neuron(_ name: String, pools: Bool) -> Neuron {
            var neuron = configuration.neuron
            (neuron.pools, neuron.keepsMembrane) = (pools, !pools)
            return Neuron(name: name, configuration: neuron, normalization: nil)
        }
        func convolution(_ name: String, _ input: Int, _ output: Int) -> Convolution {
            Convolution(
                name: name, inputChannels: input, outputChannels: output, kernel: 5, padding: 0,
                initialization: .normalByFanIn)
        }
        let features: [any Layer] = [
            convolution("feature.0", configuration.inputChannels, 15), neuron("feature.1", pools: true),
            convolution("feature.3", 15, 40), neuron("feature.4", pools: true),
        ]
        let connection = Linear(
            name: "fc1", input: SpikingNetwork.features(of: features, configuration), outputCount: 300,
            initialization: .uniform(0.1))
        let dropout: [any Layer] = configuration.dropout > 0 ? [Dropout(rate: configuration.dropout)] : []
        return features + [connection, neuron("node1", pools: false)] + dropout
    }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [
            Linear(
                name: "fc2", input: features, outputCount: configuration.classCount, initialization: .uniform(0.1))
        ]
    }
}
