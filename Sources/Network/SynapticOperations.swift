import Tensors

/// What one layer with weights computes for one recording, all time steps together, on hardware that works only where a
/// spike arrives.
public struct LayerOperations: Sendable, Hashable, Codable {
    /// `conv1`, `conv2`, `fc3`: counted from the input.
    public var layer: String
    /// Additions of a weight, one for each synapse that a spike reaches.
    public var accumulates: Double
    /// Multiplications with an addition, where the input is numbers instead of spikes.
    public var multiplyAccumulates: Double
    /// Spikes that arrive; 0 where the input is numbers.
    public var inputSpikes: Double

    public init(layer: String, accumulates: Double, multiplyAccumulates: Double, inputSpikes: Double) {
        (self.layer, self.accumulates) = (layer, accumulates)
        (self.multiplyAccumulates, self.inputSpikes) = (multiplyAccumulates, inputSpikes)
    }

    /// Nanojoules at 45 nm (Horowitz 2014): 4.6 pJ a multiplication with addition of float32, 0.9 pJ an addition.
    public var nanojoules: Double {
        (multiplyAccumulates * Self.picojoulesPerMultiplyAccumulate + accumulates * Self.picojoulesPerAccumulate) / 1000
    }

    public static let picojoulesPerMultiplyAccumulate = 4.6
    public static let picojoulesPerAccumulate = 0.9
}

extension NetworkTrace {
    /// Operations of the event stream's last pass, of layers in order; a mean over its first samples.
    ///
    /// A spike reaches as many synapses as there are outputs whose window holds it: fewer at the edges of an image, and
    /// through a pooling those of the pooled pixel, for the pooling's quarter is part of the weight. Padding costs nothing.
    /// Biases, normalization and neurons are not counted.
    ///
    /// - Returns: `nil` where neurons fire something else than spikes.
    public func eventOperations(of network: SpikingNetwork, samples: Int) -> [LayerOperations]? {
        precondition(purpose != .evaluation, "spikes are not kept in evaluation")
        var count = OperationCount(group: (streamCount - 1) * inputShape.timeStepCount, samples: samples)
        var signal = Signal.numbers(inputShape)
        count.walk(network.body, bodyTrace, &signal)
        count.walk(network.heads(streamCount: streamCount)[streamCount - 1], headTraces[streamCount - 1], &signal)
        return count.hasOnlySpikes ? count.layers : nil
    }
}

/// What reaches a layer.
private enum Signal {
    /// Anything: every position counts.
    case numbers(ActivationShape)
    /// Spikes by position, of all channels, samples and time steps together.
    case spikes([Double], ActivationShape)

    var shape: ActivationShape {
        switch self {
        case .numbers(let shape), .spikes(_, let shape): shape
        }
    }

    /// Spikes of 2×2 pixels, or of all, together.
    func pooled(to shape: ActivationShape, side: Int) -> Signal {
        guard case .spikes(let counts, let old) = self else { return .numbers(shape) }
        var sums = [Double](repeating: 0, count: shape.height * shape.width)
        for row in 0..<min(old.height, shape.height * side) {
            for column in 0..<min(old.width, shape.width * side) {
                sums[row / side * shape.width + column / side] += counts[row * old.width + column]
            }
        }
        return .spikes(sums, shape)
    }
}

private struct OperationCount {
    /// The first of the stream's groups.
    let group: Int
    let samples: Int
    var layers: [LayerOperations] = []
    var hasOnlySpikes = true

    mutating func walk(_ chain: Chain, _ trace: ChainTrace, _ signal: inout Signal) {
        for (layer, trace) in zip(chain.layers, trace.traces) { pass(layer, trace, &signal) }
    }

    private mutating func pass(_ layer: any Layer, _ trace: any LayerTrace, _ signal: inout Signal) {
        let output = layer.outputShape(for: signal.shape)
        switch layer {
        case let layer as Convolution:
            add("conv", signal) { layer.fanOut(row: $0, column: $1, input: $2, output: output) }
            signal = .numbers(output)
        case let layer as Linear:
            add("fc", signal) { _, _, _ in layer.outputCount }
            signal = .numbers(output)
        case is Neuron:
            let own = trace.own(NeuronTrace.self)
            guard own.spikes.storage == .spikes else {
                hasOnlySpikes = false
                signal = .numbers(output)
                return
            }
            signal = .spikes(spikes(own.spikes), own.spikes.shape)
            if own.output !== own.spikes { signal = signal.pooled(to: output, side: 2) }
        case is AveragePooling: signal = signal.pooled(to: output, side: 2)
        case is PooledNormalization:
            signal = signal.pooled(to: output, side: max(signal.shape.height, signal.shape.width))
        case let layer as Residual:
            let own = trace.own(ResidualTrace.self)
            var (branch, shortcut) = (signal, signal)
            walk(layer.branch, own.branch, &branch)
            walk(layer.shortcut, own.shortcut, &shortcut)
            signal = .numbers(output)
        default:
            // Normalization, dropout and votes change numbers, not what reaches what.
            if output.featureCount != signal.shape.featureCount { signal = .numbers(output) }
        }
    }

    /// - Parameter fanOut: outputs, of all channels, that a position of the input reaches.
    private mutating func add(
        _ kind: String, _ signal: Signal, fanOut: (_ row: Int, _ column: Int, _ input: ActivationShape) -> Int
    ) {
        let shape = signal.shape
        var (accumulates, products, arriving) = (0.0, 0.0, 0.0)
        for row in 0..<shape.height {
            for column in 0..<shape.width {
                let reached = Double(fanOut(row, column, shape))
                switch signal {
                case .numbers: products += reached * Double(shape.channels * shape.timeStepCount)
                case .spikes(let counts, _):
                    let count = counts[row * shape.width + column] / Double(max(1, samples))
                    arriving += count
                    accumulates += count * reached
                }
            }
        }
        layers.append(
            LayerOperations(
                layer: "\(kind)\(layers.count + 1)", accumulates: accumulates, multiplyAccumulates: products,
                inputSpikes: arriving))
    }

    private func spikes(_ activation: Activation) -> [Double] {
        let (shape, bytes) = (activation.shape, activation.positionBytes)
        var counts = [Double](repeating: 0, count: shape.height * shape.width)
        for step in 0..<shape.timeStepCount {
            for sample in 0..<samples {
                let image = activation.image(group: group + step, sample: sample)
                    .assumingMemoryBound(to: UInt8.self)
                for position in counts.indices {
                    var sum = 0
                    for byte in 0..<bytes { sum += image[position * bytes + byte].nonzeroBitCount }
                    counts[position] += Double(sum)
                }
            }
        }
        return counts
    }
}

extension Convolution {
    /// Outputs, of all channels, whose window holds this position of the input.
    fileprivate func fanOut(row: Int, column: Int, input: ActivationShape, output: ActivationShape) -> Int {
        func windows(_ place: Int, _ count: Int) -> Int {
            (0..<count).count { (0..<kernel).contains(place + padding - $0 * stride) }
        }
        return windows(row, output.height) * windows(column, output.width) * outputChannels
    }
}
