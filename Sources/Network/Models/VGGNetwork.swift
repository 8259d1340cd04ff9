/// The paper's VGG network: eight blocks, four poolings; 10,153,700 parameters at 101 classes, T = 10 and 48×48.
public struct VGGNetwork: NetworkModel {
    public let name = "vgg"
    public let summary = "The paper's network: 8 convolutions, 10 million parameters"
    public let smallestSize = 16

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        convolutionalBody(
            [
                .block(configuration.inputChannels, 64), .block(64, 128), .pool,
                .block(128, 256), .block(256, 256), .pool,
                .block(256, 512), .block(512, 512), .pool,
                .block(512, 512), .block(512, 512), .pool,
            ], configuration)
    }
}
