/// The paper's spiking ResNet-34. What it aligns is the pooled, normalized feature of 512 channels, not a membrane potential.
public struct ResNet34Network: NetworkModel {
    public let name = "resnet34"
    public let summary = "The paper's spiking ResNet-34: residual blocks, 21 million parameters"
    public let smallestSize = 8

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        residualBody(blocks: [3, 4, 6, 3], configuration)
    }

    public func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        [Linear(name: prefix, input: features, outputCount: configuration.classCount)]
    }
}
