/// The body of a spiking residual network: a convolution without normalization and neuron, four stages of blocks that double
/// the channels and halve the side, and the normalized mean over all positions. Named as the reference's.
///
/// - Parameters:
///   - blocks: blocks of each stage.
///   - channels: of the first stage.
public func residualBody(
    blocks: [Int], channels: Int = 64, _ configuration: SpikingNetwork.Configuration
) -> [any Layer] {
    func neuron(_ node: String, _ normalization: String, _ channels: Int) -> Neuron {
        Neuron(
            name: node, configuration: configuration.neuron,
            normalization: BatchNormalization(name: normalization, channels: channels))
    }
    func convolution(_ name: String, _ input: Int, _ output: Int, kernel: Int = 3, stride: Int = 1) -> Convolution {
        Convolution(
            name: name, inputChannels: input, outputChannels: output, kernel: kernel, padding: kernel / 2,
            stride: stride, initialization: .normalByFanOut)
    }

    var layers: [any Layer] = [convolution("conv1", configuration.inputChannels, channels)]
    var input = channels
    for (stage, count) in blocks.enumerated() {
        let output = channels << stage
        for index in 0..<count {
            let name = "layer\(stage + 1).\(index)"
            let stride = stage > 0 && index == 0 ? 2 : 1
            let changesShape = stride != 1 || input != output
            layers.append(
                Residual(
                    branch: [
                        neuron("\(name).node1", "\(name).bn1", input),
                        convolution("\(name).conv1", input, output, stride: stride),
                        neuron("\(name).node2", "\(name).bn2", output),
                        convolution("\(name).conv2", output, output),
                    ],
                    shortcut: changesShape
                        ? [
                            neuron("\(name).downsample.1", "\(name).downsample.0", input),
                            convolution("\(name).downsample.2", input, output, kernel: 1, stride: stride),
                        ] : []))
            input = output
        }
    }
    layers.append(PooledNormalization(name: "bn1", channels: input))
    if configuration.dropout > 0 { layers.append(Dropout(rate: configuration.dropout)) }
    return layers
}
