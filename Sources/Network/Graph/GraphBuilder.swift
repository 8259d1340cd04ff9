import FileFormats

/// Writes a network's layers down as nodes of NIR, one after the other.
struct GraphBuilder {
    /// What the next layer gets: `factor` times the sum of what these nodes give.
    private struct Value {
        var sources: [String]
        /// (C, H, W) or (N).
        var shape: [Int]
        var factor = 1.0
    }

    private let export: GraphExport
    private var graph = NIRGraph()
    private var value: Value
    /// Weights that are not written yet: what comes behind may go into them.
    private var weights: GraphWeights?

    init(_ export: GraphExport, input: [Int]) {
        self.export = export
        value = Value(sources: ["input"], shape: input)
        graph.nodes.append(.init("input", "Input", ["shape": .integers(input)]))
        graph.metadata = export.metadata
        graph.metadata[GraphNetwork.timeStepKey] = "\(export.timeStep)"
    }

    mutating func finish() -> NIRGraph {
        settle()
        add("output", "Output", ["shape": .integers(value.shape)], shape: value.shape)
        return graph
    }

    mutating func walk(_ chain: Chain) throws(GraphError) {
        for layer in chain.layers { try add(layer) }
    }

    private mutating func add(_ layer: any Layer) throws(GraphError) {
        switch layer {
        case let layer as Convolution: connect(GraphWeights(layer, input: taken().shape, channels: nil))
        case let layer as SeparateInput:
            // Of both halves of the channels, the second is the events'.
            connect(
                GraphWeights(layer.convolution, input: taken().shape, channels: layer.channels..<2 * layer.channels))
        case let layer as Linear: connect(GraphWeights(layer, inputCount: flattened()))
        case let layer as Neuron: try add(layer)
        case is AveragePooling: pool("pool", kernel: [2, 2])
        case let layer as PooledNormalization:
            let shape = taken().shape
            pool(layer.normalization.name + "_pool", kernel: Array(shape[1...]))
            normalize(layer.normalization)
        case is Dropout: break
        case let layer as Voting: connect(GraphWeights(votesOf: layer.groupSize, among: flattened()))
        case let layer as Residual: try add(layer)
        default:
            throw .notTold(
                layer: "\(type(of: layer))", found: "a layer of this kind", advice: "choose another network.model")
        }
    }

    // MARK: Layers

    private mutating func add(_ layer: Neuron) throws(GraphError) {
        let trained = layer.trained
        guard !trained.surrogate.firing.isSigned else {
            throw .notTold(
                layer: layer.name, found: "neurons that fire −1, too (network.surrogate=\(trained.surrogate.name))",
                advice: "train with another network.surrogate, such as \(QuadraticGate().name)")
        }
        let dynamics = try GraphDynamics(trained.dynamics, layer: layer.name)
        if let normalization = layer.normalization { normalize(normalization) }
        if dynamics.bias != 0 || weights == nil && value.factor != 1 {
            if weights == nil { connect(GraphWeights(identity: value.shape, name: layer.name + "_current")) }
            weights?.scale(shift: { _ in dynamics.bias })
        }
        settle()
        var threshold = trained.threshold + trained.surrogate.firing.offset
        // A neuron of NIR fires above its threshold; one that fires at it, too, fires above the number before.
        if trained.surrogate.firing.equalityFires { threshold = threshold.nextDown }
        func all(_ number: Double) -> NIRGraph.Field { .init(shape: value.shape, .repeated(Float(number))) }
        var fields = ["v_reset": all(0), "v_threshold": .init(shape: value.shape, .repeated(threshold))]
        if let timeConstant = dynamics.timeConstant {
            fields["tau"] = all(timeConstant * export.timeStep)
            (fields["r"], fields["v_leak"]) = (all(dynamics.resistance), all(0))
        } else {
            fields["r"] = all(dynamics.resistance / export.timeStep)
        }
        add(layer.name, dynamics.timeConstant == nil ? "IF" : "LIF", fields, shape: value.shape)
        if layer.configuration.pools { pool(layer.name + "_pool", kernel: [2, 2]) }
    }

    private mutating func add(_ layer: Residual) throws(GraphError) {
        let before = taken()
        try walk(layer.branch)
        let branch = taken()
        value = before
        try walk(layer.shortcut)
        settle()
        if value.factor != 1 {
            connect(GraphWeights(identity: value.shape, name: branch.sources[0] + "_shortcut"))
            settle()
        }
        value.sources += branch.sources
    }

    private mutating func normalize(_ normalization: BatchNormalization) {
        if weights == nil { connect(GraphWeights(identity: value.shape, name: normalization.name)) }
        let (mean, variance) = (normalization.runningMean.values, normalization.runningVariance.values)
        let (weight, bias) = (normalization.weight.value.values, normalization.bias.value.values)
        func scale(_ c: Int) -> Double {
            Double(weight[c]) / (Double(variance[c]) + Double(BatchNormalization.epsilon)).squareRoot()
        }
        weights?.scale(scale, shift: { Double(bias[$0]) - Double(mean[$0]) * scale($0) })
    }

    private mutating func pool(_ name: String, kernel: [Int]) {
        let shape = taken().shape
        let (isSum, count) = (export.pooling == .sum, Double(kernel[0] * kernel[1]))
        let fields: [String: NIRGraph.Field] = [
            "kernel_size": .integers(kernel), "stride": .integers(kernel), "padding": .integers([0, 0]),
        ]
        let factor = value.factor
        add(
            name, isSum ? "SumPool2d" : "AvgPool2d", fields,
            shape: [shape[0], shape[1] / kernel[0], shape[2] / kernel[1]])
        value.factor = isSum ? factor / count : factor
    }

    /// - Returns: how many numbers there are in a row.
    private mutating func flattened() -> Int {
        let shape = taken().shape
        let count = shape.reduce(1, *)
        guard shape.count > 1 else { return count }
        let factor = value.factor
        add(
            "flatten", "Flatten",
            ["start_dim": .integer(0), "end_dim": .integer(-1), "input_type": .integers(shape)], shape: [count])
        value.factor = factor
        return count
    }

    // MARK: Nodes

    /// What the next layer gets, with nothing left to be written.
    private mutating func taken() -> Value {
        settle()
        return value
    }

    private mutating func connect(_ weights: GraphWeights) {
        var weights = weights
        weights.multiply(by: value.factor)
        value.factor = 1
        self.weights = weights
    }

    /// Writes the weights that wait.
    private mutating func settle() {
        guard let weights else { return }
        self.weights = nil
        add(weights.name, weights.type, weights.fields, shape: weights.output)
    }

    private mutating func add(_ name: String, _ type: String, _ fields: [String: NIRGraph.Field], shape: [Int]) {
        // Names of nodes become those of members in other programs, where a dot would part them.
        let plain = name.replacing(".", with: "_")
        let taken = Set(graph.nodes.map(\.name))
        var (own, number) = (plain, 1)
        while taken.contains(own) {
            number += 1
            own = "\(plain)_\(number)"
        }
        graph.nodes.append(.init(own, type, fields))
        for source in value.sources { graph.edges.append(.init(source, own)) }
        value = Value(sources: [own], shape: shape)
    }
}
