import Configuration
import Network

/// A network with a parameter of its own: how many channels its only convolution has.
struct ThinNetwork: NetworkModel {
    static let channels = Setting.integer(
        "network.thin_channels", "thin channels", "Channels of the thin network.", 1...256, default: 8)

    let name = "thin"
    let summary = "one convolution"
    let smallestSize = 4
    var knobs: [Knob] { [Self.channels.knob] }

    func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        convolutionalBody(
            [.block(configuration.inputChannels, configuration.settings[Self.channels]), .pool], configuration)
    }
}
