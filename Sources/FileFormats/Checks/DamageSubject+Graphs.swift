extension DamageSubject {
    /// A graph of NIR, as bytes; modules that make networks of it add what they do with it.
    public static func graph() throws(FileFormatError) -> [UInt8] {
        func floats(_ shape: [Int]) -> NIRGraph.Field {
            NIRGraph.Field(shape: shape, .floats((0..<shape.reduce(1, *)).map { Float($0 % 5) - 2 }))
        }
        func all(_ number: Float) -> NIRGraph.Field { NIRGraph.Field(shape: [3, 6, 6], .repeated(number)) }
        let neurons = ["tau": all(2e-4), "r": all(1), "v_leak": all(0), "v_threshold": all(0.5), "v_reset": all(0)]
        let nodes: [NIRGraph.Node] = [
            .init("input", "Input", ["shape": .integers([2, 6, 6])]),
            .init(
                "conv", "Conv2d",
                [
                    "weight": floats([3, 2, 3, 3]), "bias": floats([3]), "stride": .integers([1, 1]),
                    "padding": .integers([1, 1]), "dilation": .integers([1, 1]), "groups": .integer(1),
                    "input_shape": .integers([6, 6]),
                ]),
            .init("lif", "LIF", neurons),
            .init(
                "pool", "SumPool2d",
                ["kernel_size": .integers([2, 2]), "stride": .integers([2, 2]), "padding": .integers([0, 0])]),
            .init("flatten", "Flatten", ["start_dim": .integer(0), "end_dim": .integer(-1)]),
            .init("fc", "Affine", ["weight": floats([4, 27]), "bias": floats([4])]),
            .init("output", "Output", ["shape": .integers([4])]),
        ]
        let edges = zip(nodes, nodes.dropFirst()).map { NIRGraph.Edge($0.name, $1.name) }
        return try NIRGraph(nodes: nodes, edges: edges, metadata: ["dt": "0.0001"]).encoded()
    }

    static func graphs() throws(FileFormatError) -> [DamageSubject] {
        [DamageSubject("nir", try graph()) { _ = try NIRGraph($0, path: "damaged") }]
    }
}
