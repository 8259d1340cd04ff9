/// A body of blocks convolution 3×3 – BatchNorm – neuron and of poolings, named as the reference's `feature.N`.
public enum BodyStage: Sendable, Hashable {
    case block(Int, Int)
    case pool
}

/// - Parameter givesFeature: whether the last block's membrane potential is what the streams are aligned by.
public func convolutionalBody(
    _ stages: [BodyStage], _ configuration: SpikingNetwork.Configuration, givesFeature: Bool = true
) -> [any Layer] {
    let lastBlock = stages.lastIndex { if case .block = $0 { true } else { false } }
    var layers: [any Layer] = []
    for (index, stage) in stages.enumerated() {
        switch stage {
        case .pool:
            // A neuron pools its own spikes.
            if index == 0 || stages[index - 1] == .pool { layers.append(AveragePooling()) }
        case .block(let input, let output):
            var neuron = configuration.neuron
            neuron.keepsMembrane = givesFeature && index == lastBlock
            neuron.pools = index + 1 < stages.count && stages[index + 1] == .pool
            layers.append(
                Convolution(name: "feature.\(index).conv", inputChannels: input, outputChannels: output))
            layers.append(
                Neuron(
                    name: "feature.\(index).node", configuration: neuron,
                    normalization: BatchNormalization(name: "feature.\(index).bn", channels: output)))
        }
    }
    if configuration.dropout > 0 { layers.append(Dropout(rate: configuration.dropout)) }
    return layers
}
