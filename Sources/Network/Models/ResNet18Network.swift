/// The paper's spiking ResNet-18. What it aligns is the pooled, normalized feature of 512 channels, not a membrane potential.
public struct ResNet18Network: NetworkModel {
    public let name = "resnet18"
    public let summary = "The paper's spiking ResNet-18: residual blocks, 11 million parameters"
    public let smallestSize = 8

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        residualBody(blocks: [2, 2, 2, 2], configuration)
    }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [Linear(name: prefix, input: features, outputCount: configuration.classCount)]
    }
}
