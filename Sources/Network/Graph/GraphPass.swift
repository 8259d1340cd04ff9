import Tensors

/// One recording through a `GraphNetwork`: memory for all of its nodes, used again for the next recording. One owner at a
/// time.
public final class GraphPass {
    private let network: GraphNetwork
    /// What each node gave at the last time step.
    private let outputs: [UnsafeMutablePointer<Float>]
    /// v of each neuron; empty of nodes without.
    private let potentials: [UnsafeMutablePointer<Float>?]
    /// Sums of several edges.
    private let sum: UnsafeMutablePointer<Float>
    /// Windows of a convolution as the columns of a matrix.
    private let windows: UnsafeMutablePointer<Float>

    public init(_ network: GraphNetwork) {
        self.network = network
        func room(_ count: Int) -> UnsafeMutablePointer<Float> {
            let room = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
            room.initialize(repeating: 0, count: max(1, count))
            return room
        }
        outputs = network.nodes.map { room($0.count) }
        potentials = network.nodes.map { node in
            if case .neurons = node.operation { room(node.count) } else { nil }
        }
        sum = room(network.nodes.map(\.count).max() ?? 1)
        windows = room(
            network.nodes.map { node in
                guard case .convolution(let convolution) = node.operation else { return 0 }
                return convolution.rowsOfWindows * node.shape[1] * node.shape[2]
            }.max() ?? 1)
    }

    deinit {
        for room in outputs + potentials.compactMap({ $0 }) + [sum, windows] { room.deallocate() }
    }

    /// Forgets the recording before.
    public func begin() {
        for (node, potentials) in zip(network.nodes, potentials) { potentials?.update(repeating: 0, count: node.count) }
    }

    /// One time step.
    ///
    /// - Parameters:
    ///   - output: room for `outputCount` numbers.
    ///   - input: writes as many numbers as `inputShape` says, the last axis fastest.
    /// - Returns: spikes of all neurons.
    public func step(into output: UnsafeMutablePointer<Float>, input: (UnsafeMutablePointer<Float>) -> Void) -> Int {
        var spikes = 0
        for (place, node) in network.nodes.enumerated() {
            let target = outputs[place]
            switch node.operation {
            case .input: input(target)
            case .output:
                target.update(from: arriving(at: node), count: node.count)
                output.update(from: target, count: node.count)
            case .flatten: target.update(from: arriving(at: node), count: node.count)
            case .convolution(let convolution): convolution.run(arriving(at: node), into: target, node.shape, windows)
            case .connection(let connection): connection.run(arriving(at: node), into: target)
            case .pooling(let pooling): pooling.run(arriving(at: node), into: target, node.shape)
            case .neurons(let neurons):
                guard let potentials = potentials[place] else { continue }
                spikes += neurons.run(arriving(at: node), potentials, into: target, count: node.count)
            }
        }
        return spikes
    }

    private func arriving(at node: GraphNode) -> UnsafePointer<Float> {
        guard node.sources.count > 1 else { return UnsafePointer(outputs[node.sources[0]]) }
        let count = network.nodes[node.sources[0]].count
        sum.update(from: outputs[node.sources[0]], count: count)
        for source in node.sources.dropFirst() {
            for index in 0..<count { sum[index] += outputs[source][index] }
        }
        return UnsafePointer(sum)
    }
}

extension GraphConvolution {
    /// Weights of an output.
    var rowsOfWindows: Int { input[0] / groups * window.kernel[0] * window.kernel[1] }

    fileprivate func run(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ output: [Int],
        _ windows: UnsafeMutablePointer<Float>
    ) {
        let places = output[1] * output[2]
        for channel in 0..<output[0] {
            (target + channel * places).update(repeating: bias[channel], count: places)
        }
        let (rows, inner) = (output[0] / groups, rowsOfWindows)
        for group in 0..<groups {
            spread(source, group: group, output, into: windows)
            weight.withUnsafeBufferPointer { weight in
                guard let weight = weight.baseAddress else { return }
                MatrixProduct.multiply(
                    weight + group * rows * inner, windows, into: target + group * rows * places, rows: rows,
                    columns: places, inner: inner, accumulates: true)
            }
        }
    }

    /// [in / groups · rows · columns of the kernel, places of the window].
    private func spread(
        _ source: UnsafePointer<Float>, group: Int, _ output: [Int], into windows: UnsafeMutablePointer<Float>
    ) {
        let channels = input[0] / groups
        var target = windows
        for channel in group * channels..<(group + 1) * channels {
            let plane = source + channel * input[1] * input[2]
            for row in 0..<window.kernel[0] {
                for column in 0..<window.kernel[1] {
                    for y in 0..<output[1] {
                        let line = y * window.stride[0] + row * window.dilation[0] - window.padding[0]
                        for x in 0..<output[2] {
                            let place = x * window.stride[1] + column * window.dilation[1] - window.padding[1]
                            let isInside = line >= 0 && line < input[1] && place >= 0 && place < input[2]
                            target[y * output[2] + x] = isInside ? plane[line * input[2] + place] : 0
                        }
                    }
                    target += output[1] * output[2]
                }
            }
        }
    }
}

extension GraphConnection {
    fileprivate func run(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for index in bias.indices { target[index] = bias[index] }
        weight.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            MatrixProduct.multiply(
                source, weight, into: target, rows: 1, columns: bias.count, inner: inputCount, transposesRight: true,
                accumulates: true)
        }
    }
}

extension GraphPooling {
    fileprivate func run(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ output: [Int]
    ) {
        let size = isMean ? Float(window.kernel[0] * window.kernel[1]) : 1
        for channel in 0..<output[0] {
            let plane = source + channel * input[1] * input[2]
            for y in 0..<output[1] {
                let lines = range(0, y)
                for x in 0..<output[2] {
                    var sum: Float = 0
                    for line in lines { for place in range(1, x) { sum += plane[line * input[2] + place] } }
                    target[(channel * output[1] + y) * output[2] + x] = sum / size
                }
            }
        }
    }

    /// Rows or columns of the input under the window.
    private func range(_ axis: Int, _ place: Int) -> Range<Int> {
        let first = place * window.stride[axis] - window.padding[axis]
        let start = max(0, first)
        return start..<max(start, min(first + window.kernel[axis], input[axis + 1]))
    }
}

extension GraphNeurons {
    fileprivate func run(
        _ current: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>, into spikes: UnsafeMutablePointer<Float>,
        count: Int
    ) -> Int {
        func at(_ numbers: [Float], _ index: Int) -> Float { numbers.count == 1 ? numbers[0] : numbers[index] }
        var fired = 0
        for index in 0..<count {
            let driven = at(resistance, index) * current[index]
            let u: Float
            if let timeConstant {
                u = v[index] + (at(leak, index) - v[index] + driven) / at(timeConstant, index)
            } else {
                u = v[index] + driven
            }
            let fires = u > at(threshold, index)
            spikes[index] = fires ? 1 : 0
            v[index] = fires ? at(reset, index) : u
            if fires { fired += 1 }
        }
        return fired
    }
}
