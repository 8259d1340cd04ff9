import Tensors

/// A network that can be chosen by name. To add one: a file beside this, a line in `ModelCatalogue`.
public protocol NetworkModel: Sendable {
    /// As it is written in presets.
    var name: String { get }
    var summary: String { get }
    /// Smallest input side that leaves at least one feature.
    var smallestSize: Int { get }
    func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer]
}

public enum ModelCatalogue {
    public static let all: [any NetworkModel] = [
        MiniNetwork(),
        VGGNetwork(),
    ]

    /// `nil` if there is no model of this name.
    public static func named(_ name: String) -> (any NetworkModel)? { all.first { $0.name == name } }
}

extension NetworkModel {
    /// A network with freshly drawn weights.
    public func make(_ configuration: SpikingNetwork.Configuration, seed: UInt64) -> SpikingNetwork {
        let network = SpikingNetwork(configuration: configuration, layers: layers(configuration))
        network.drawWeights(RandomSource(seed: seed).split("weights"))
        return network
    }
}
