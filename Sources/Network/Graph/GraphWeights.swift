import FileFormats

/// Weights of a convolution or full connection on their way into a graph, into which factors and shifts can go.
struct GraphWeights {
    let name: String
    /// `Conv2d` or `Affine`.
    let type: String
    /// Shape of the output: (C, H, W) or (N).
    let output: [Int]
    private let shape: [Int]
    private var weight: [Double]
    private var bias: [Double]
    private let others: [String: NIRGraph.Field]

    /// - Parameters:
    ///   - input: (C, H, W).
    ///   - channels: those of the input that there are; `nil`: all.
    init(_ layer: Convolution, input: [Int], channels: Range<Int>?) {
        let channels = channels ?? 0..<layer.inputChannels
        let taps = layer.kernel * layer.kernel
        let all = layer.weight.referenceOrder(of: layer.weight.value)
        name = layer.name
        type = "Conv2d"
        shape = [layer.outputChannels, channels.count, layer.kernel, layer.kernel]
        weight = (0..<layer.outputChannels).flatMap { out in
            let first = out * layer.inputChannels * taps
            return all[first + channels.lowerBound * taps..<first + channels.upperBound * taps].map(Double.init)
        }
        bias = [Double](repeating: 0, count: layer.outputChannels)
        func side(_ size: Int) -> Int { (size + 2 * layer.padding - layer.kernel) / layer.stride + 1 }
        output = [layer.outputChannels, side(input[1]), side(input[2])]
        others = Self.window(input, stride: layer.stride, padding: layer.padding, groups: 1)
    }

    init(_ layer: Linear, inputCount: Int) {
        name = layer.name
        type = "Affine"
        (shape, output) = ([layer.outputCount, inputCount], [layer.outputCount])
        weight = layer.weight.referenceOrder(of: layer.weight.value).map(Double.init)
        bias = layer.bias.value.values.map(Double.init)
        others = [:]
    }

    /// The mean of each so many neighbors.
    init(votesOf size: Int, among count: Int) {
        name = "votes"
        type = "Affine"
        (shape, output) = ([count / size, count], [count / size])
        weight = (0..<count / size * count).map { $0 % count / size == $0 / count ? 1 / Double(size) : 0 }
        bias = [Double](repeating: 0, count: count / size)
        others = [:]
    }

    /// What arrives, as it is: (C, H, W), or (N).
    init(identity input: [Int], name: String) {
        self.name = name
        output = input
        let isImage = input.count == 3
        type = isImage ? "Conv2d" : "Affine"
        shape = isImage ? [input[0], 1, 1, 1] : [input[0], input[0]]
        weight =
            isImage
            ? [Double](repeating: 1, count: input[0])
            : (0..<input[0] * input[0]).map { $0 / input[0] == $0 % input[0] ? 1 : 0 }
        bias = [Double](repeating: 0, count: input[0])
        others = isImage ? Self.window(input, stride: 1, padding: 0, groups: input[0]) : [:]
    }

    private static func window(
        _ input: [Int], stride: Int, padding: Int, groups: Int
    ) -> [String: NIRGraph.Field] {
        [
            "input_shape": .integers(Array(input[1...])), "stride": .integers([stride, stride]),
            "padding": .integers([padding, padding]), "dilation": .integers([1, 1]), "groups": .integer(groups),
        ]
    }

    /// What arrives is so many times as much.
    mutating func multiply(by factor: Double) {
        if factor != 1 { for index in weight.indices { weight[index] *= factor } }
    }

    /// Each output channel times `factor`, and `shift` more.
    mutating func scale(_ factor: (Int) -> Double = { _ in 1 }, shift: (Int) -> Double) {
        let size = weight.count / max(1, bias.count)
        for channel in bias.indices {
            let factor = factor(channel)
            for index in channel * size..<(channel + 1) * size { weight[index] *= factor }
            bias[channel] = bias[channel] * factor + shift(channel)
        }
    }

    var fields: [String: NIRGraph.Field] {
        var fields = others
        fields["weight"] = .init(shape: shape, .floats(weight.map { Float($0) }))
        fields["bias"] = .init(shape: [bias.count], .floats(bias.map { Float($0) }))
        return fields
    }
}

/// A neuron as NIR tells it: u = v + (r · I − v) / τ, or u = v + r · I without a leak.
struct GraphDynamics {
    /// In time steps; `nil` without a leak.
    let timeConstant: Double?
    let resistance: Double
    /// Of the current: what NIR's neurons do not have.
    let bias: Double

    /// - Throws: `GraphError.notTold` for a memory that grows or turns its sign.
    init(_ dynamics: NeuronDynamics, layer: String) throws(GraphError) {
        switch dynamics {
        case .leaky(let timeConstant): self.init(Double(timeConstant), 1, 0)
        case .integrate: self.init(nil, 1, 0)
        case .parametric(let weight): self.init(1 / Double(NeuronDynamics.gain(ofWeight: weight)), 1, 0)
        case .biased(let timeConstant, let bias): self.init(Double(timeConstant), 1, Double(bias * timeConstant))
        case .linear(let memory, let gain, let bias):
            guard 0...1 ~= memory, gain != 0 else {
                throw .notTold(
                    layer: layer,
                    found: "neurons that keep \(memory) of their potential and add \(gain) of the current",
                    advice: "choose network.neuron leaky or integrate")
            }
            let leak = 1 - Double(memory)
            self.init(leak == 0 ? nil : 1 / leak, Double(gain) / (leak == 0 ? 1 : leak), Double(bias / gain))
        }
    }

    private init(_ timeConstant: Double?, _ resistance: Double, _ bias: Double) {
        (self.timeConstant, self.resistance, self.bias) = (timeConstant, resistance, bias)
    }
}
