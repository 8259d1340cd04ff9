@testable import Network

/// The paper's residual network with few channels and blocks.
public struct SmallResidualNetwork: NetworkModel {
    public let name = "residual"
    public let summary = ""
    public let smallestSize = 4

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        residualBody(blocks: [1, 2], channels: 4, configuration)
    }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [Linear(name: prefix, input: features, outputCount: configuration.classCount)]
    }
}
