import FileFormats

/// Reads the fields of one node of NIR, given what arrives at it.
struct GraphNodeReader {
    let path: String
    let node: NIRGraph.Node
    /// Shape of what arrives.
    let arriving: [Int]
    /// Seconds a time step.
    let timeStep: Double

    /// Types of NIR that have a counterpart.
    static let taken = [
        "Input", "Output", "Conv2d", "LIF", "IF", "SumPool2d", "AvgPool2d", "Flatten", "Affine", "Linear",
    ]
    /// Larger sizes are those of no network.
    static let largestSize = 1 << 20

    /// What the node does, and the shape of its output.
    func read() throws(GraphError) -> (GraphNode.Operation, shape: [Int]) {
        switch node.type {
        case "Output":
            let shape = try sizes("shape")
            guard shape.reduce(1, *) == arriving.reduce(1, *) else { throw arrival("\(shape), as it says itself") }
            return (.output, shape)
        case "Conv2d": return try convolution()
        case "Affine", "Linear": return try connection()
        case "LIF", "IF": return (.neurons(try neurons()), arriving)
        case "SumPool2d", "AvgPool2d": return try pooling(isMean: node.type == "AvgPool2d")
        case "Flatten": return (.flatten, try flattened())
        default: throw .notTaken(path: path, node: node.name, type: node.type, taken: Self.taken)
        }
    }

    /// Shape of an Input.
    func inputShape() throws(GraphError) -> [Int] { try sizes("shape") }

    // MARK: Types

    private func convolution() throws(GraphError) -> (GraphNode.Operation, shape: [Int]) {
        guard arriving.count == 3 else { throw arrival("channels, rows and columns") }
        let (shape, weight) = try floats("weight")
        let groups = node.fields["groups"] == nil ? 1 : try integers("groups").first ?? 0
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            throw field("weight", "of shape \(shape)", "(O, I, H, W)")
        }
        guard groups > 0, shape[0] % groups == 0 else { throw field("groups", "\(groups)", "a divisor of \(shape[0])") }
        guard shape[1] * groups == arriving[0] else {
            throw arrival("\(shape[1] * groups) channels, as its weight has")
        }
        let dilation = node.fields["dilation"] == nil ? [1, 1] : try pair("dilation", least: 1)
        let stride = node.fields["stride"] == nil ? [1, 1] : try pair("stride", least: 1)
        let kernel = Array(shape[2...])
        var window = GraphWindow(kernel: kernel, stride: stride, padding: [0, 0], dilation: dilation)
        if case .text(let word) = node.fields["padding"]?.values {
            guard word == "valid" || word == "same" && stride == [1, 1] && kernel.allSatisfy({ $0 % 2 == 1 }) else {
                throw field("padding", "'\(word)'", "numbers, 'valid', or 'same' with odd kernels and stride 1")
            }
            if word == "same" { window.padding = zip(kernel, dilation).map { ($0 - 1) * $1 / 2 } }
        } else {
            window.padding = try pair("padding", least: 0)
        }
        let bias = node.fields["bias"] == nil ? [Float](repeating: 0, count: shape[0]) : try floats("bias").numbers
        guard bias.count == shape[0] else { throw field("bias", "\(bias.count) numbers", "\(shape[0])") }
        if let said = node.fields["input_shape"], said.count == 2, try integers("input_shape") != Array(arriving[1...])
        {
            throw arrival("rows and columns \(try integers("input_shape")), as its input_shape says")
        }
        let convolution = GraphConvolution(
            weight: weight, bias: bias, window: window, groups: groups, input: arriving)
        let places = try outputs(of: window)
        let size = (places + [convolution.rowsOfWindows]).reduce(1.0) { $0 * Double($1) }
        guard size <= Double(GraphNetwork.largestSum) else { throw arrival("less than windows of \(size) numbers") }
        return (.convolution(convolution), [shape[0]] + places)
    }

    private func connection() throws(GraphError) -> (GraphNode.Operation, shape: [Int]) {
        let (shape, weight) = try floats("weight")
        guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
            throw field("weight", "of shape \(shape)", "(O, I)")
        }
        guard arriving == [shape[1]] else {
            throw arrival("\(shape[1]) numbers in a row, as its weight has: a Flatten before it")
        }
        let bias = node.type == "Linear" ? [Float](repeating: 0, count: shape[0]) : try floats("bias").numbers
        guard bias.count == shape[0] else { throw field("bias", "\(bias.count) numbers", "\(shape[0])") }
        return (.connection(GraphConnection(weight: weight, bias: bias, inputCount: shape[1])), [shape[0]])
    }

    private func neurons() throws(GraphError) -> GraphNeurons {
        let threshold = try neuronNumbers("v_threshold")
        let reset = node.fields["v_reset"] == nil ? [0] : try neuronNumbers("v_reset")
        let resistance = try neuronNumbers("r")
        guard node.type == "LIF" else {
            // A resistance of 1 / dt says what one of 1 says elsewhere: that a spike of weight w raises the potential by w.
            let isPerSecond = resistance.allSatisfy { abs(Double($0) * timeStep - 1) < 1e-3 }
            return GraphNeurons(
                timeConstant: nil, leak: [0], resistance: isPerSecond ? [1] : resistance, threshold: threshold,
                reset: reset)
        }
        let steps = try neuronNumbers("tau").map { Float(Double($0) / timeStep) }
        guard let least = steps.min(), least >= 0.999 else {
            throw field(
                "tau", "\(steps.min() ?? 0) time steps of \(timeStep) s", "at least one: tell the time step with --dt")
        }
        return GraphNeurons(
            timeConstant: steps.map { max(1, $0) }, leak: try neuronNumbers("v_leak"), resistance: resistance,
            threshold: threshold, reset: reset)
    }

    private func pooling(isMean: Bool) throws(GraphError) -> (GraphNode.Operation, shape: [Int]) {
        guard arriving.count == 3 else { throw arrival("channels, rows and columns") }
        let window = GraphWindow(
            kernel: try pair("kernel_size", least: 1), stride: try pair("stride", least: 1),
            padding: node.fields["padding"] == nil ? [0, 0] : try pair("padding", least: 0))
        let pooling = GraphPooling(window: window, isMean: isMean, input: arriving)
        return (.pooling(pooling), [arriving[0]] + (try outputs(of: window)))
    }

    private func flattened() throws(GraphError) -> [Int] {
        func axis(_ name: String, _ usual: Int) throws(GraphError) -> Int {
            let axis = node.fields[name] == nil ? usual : try integers(name).first ?? usual
            let place = axis < 0 ? axis + arriving.count : axis
            guard arriving.indices.contains(place) else {
                throw field(name, "\(axis)", "an axis of \(arriving), without a batch")
            }
            return place
        }
        let (first, last) = (try axis("start_dim", 0), try axis("end_dim", -1))
        guard first <= last else { throw field("end_dim", "\(last)", "at least start_dim, \(first)") }
        return Array(arriving[..<first]) + [arriving[first...last].reduce(1, *)] + Array(arriving[(last + 1)...])
    }

    // MARK: Fields

    private func outputs(of window: GraphWindow) throws(GraphError) -> [Int] {
        guard let rows = window.outputs(0, of: arriving[1]), let columns = window.outputs(1, of: arriving[2]) else {
            throw arrival("at least as many rows and columns as its kernel has, \(window.kernel)")
        }
        return [rows, columns]
    }

    /// Sizes of a shape, 1 to 4 of them.
    private func sizes(_ name: String) throws(GraphError) -> [Int] {
        let sizes = try integers(name)
        guard 1...4 ~= sizes.count, sizes.allSatisfy({ 1...Self.largestSize ~= $0 }),
            sizes.reduce(1.0, { $0 * Double($1) }) <= Double(GraphNetwork.largestCount)
        else { throw field(name, "\(sizes.prefix(8))", "one to four sizes above 0") }
        return sizes
    }

    /// Two numbers, or one for both.
    private func pair(_ name: String, least: Int) throws(GraphError) -> [Int] {
        let numbers = try integers(name)
        guard 1...2 ~= numbers.count, numbers.allSatisfy({ least...Self.largestSize ~= $0 }) else {
            throw field(name, "\(numbers.prefix(8))", "two numbers from \(least) on")
        }
        return numbers.count == 2 ? numbers : numbers + numbers
    }

    /// A number for each neuron, or one for all.
    private func neuronNumbers(_ name: String) throws(GraphError) -> [Float] {
        let numbers = try floats(name).numbers
        let count = arriving.reduce(1, *)
        guard numbers.count == 1 || numbers.count == count, let first = numbers.first else {
            throw field(name, "\(numbers.count) numbers", "one, or one for each of \(count) neurons")
        }
        guard numbers.allSatisfy(\.isFinite) else { throw field(name, "not a number for some neurons", "numbers") }
        return numbers.allSatisfy { $0 == first } ? [first] : numbers
    }

    private func integers(_ name: String) throws(GraphError) -> [Int] {
        switch node.fields[name]?.values {
        case .integers(let numbers): return numbers.map { Int($0) }
        case .floats(let numbers):
            let whole = numbers.compactMap { Int(exactly: $0) }
            guard whole.count == numbers.count else { throw field(name, "numbers with fractions", "whole numbers") }
            return whole
        case .repeated, .text: throw field(name, "something else", "whole numbers")
        case nil: throw field(name, "missing", "whole numbers")
        }
    }

    private func floats(_ name: String) throws(GraphError) -> (shape: [Int], numbers: [Float]) {
        guard let found = node.fields[name] else { throw field(name, "missing", "numbers") }
        switch found.values {
        case .floats(let numbers): return (found.shape, numbers)
        case .integers(let numbers): return (found.shape, numbers.map { Float($0) })
        case .repeated(let number): return (found.shape, [Float](repeating: number, count: found.count))
        case .text: throw field(name, "a text", "numbers")
        }
    }

    private func field(_ name: String, _ found: String, _ expected: String) -> GraphError {
        .field(path: path, node: node.name, type: node.type, field: name, found: found, expected: expected)
    }

    private func arrival(_ expected: String) -> GraphError {
        .arrival(
            path: path, node: node.name, type: node.type, found: "an input of shape \(arriving)", expected: expected)
    }
}
