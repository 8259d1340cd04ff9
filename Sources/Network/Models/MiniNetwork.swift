/// A small network that trains in a minute on two cores: what people tune live.
public struct MiniNetwork: NetworkModel {
    public let name = "mini"
    public let summary = "Small network for live tuning: 3 convolutions, 16-32-64 channels"
    public let smallestSize = 8

    public init() {}

    public func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        convolutionalBody(
            [.block(configuration.inputChannels, 16), .pool, .block(16, 32), .pool, .block(32, 64), .pool],
            configuration)
    }
}
