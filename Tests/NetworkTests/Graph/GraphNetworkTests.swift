import FileFormats
import Foundation
import Testing

@testable import Network

@Suite struct GraphNetworkTests {
    private typealias Node = NIRGraph.Node

    private static func floats(_ shape: [Int], _ numbers: [Float]) -> NIRGraph.Field {
        .init(shape: shape, .floats(numbers))
    }
    private static func one(_ number: Float) -> NIRGraph.Field { floats([1], [number]) }
    private static let neurons: [String: NIRGraph.Field] = [
        "r": one(1), "v_threshold": one(1), "v_reset": one(0), "v_leak": one(0), "tau": one(2e-4),
    ]

    /// Nodes one after the other between an input of this shape and an output of that.
    private static func chain(_ input: [Int], _ nodes: [Node], _ output: [Int]) -> NIRGraph {
        let all =
            [Node("in", "Input", ["shape": .integers(input)])] + nodes
            + [Node("out", "Output", ["shape": .integers(output)])]
        return NIRGraph(nodes: all, edges: zip(all, all.dropFirst()).map { .init($0.name, $1.name) })
    }

    /// Outputs of each time step, and spikes.
    private static func run(
        _ graph: NIRGraph, _ steps: [[Float]], timeStep: Double? = nil
    ) throws -> (outputs: [[Float]], spikes: Int) {
        let network = try GraphNetwork(graph, path: "a.nir", timeStep: timeStep)
        let pass = GraphPass(network)
        var (outputs, spikes) = ([[Float]](), 0)
        // The second time as if nothing had been before.
        for _ in 0..<2 {
            (outputs, spikes) = ([], 0)
            pass.begin()
            for step in steps {
                var output = [Float](repeating: .nan, count: network.outputCount)
                output.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    spikes += pass.step(into: base) { $0.update(from: step, count: step.count) }
                }
                outputs.append(output)
            }
        }
        return (outputs, spikes)
    }

    /// v = 0.6, then 1.2 > 1: a spike and back to 0; 0.6; then 1.6: again. A negative weight never fires.
    @Test(arguments: [(Float(1), 1e-4), (10_000, 1e-4), (1000, 1e-3)])
    func integratorsAsCountedByHand(resistance: Float, timeStep: Double) throws {
        let graph = Self.chain(
            [1],
            [
                Node("w", "Linear", ["weight": Self.floats([2, 1], [1, -1])]),
                Node("if", "IF", ["r": Self.one(resistance), "v_threshold": Self.one(1)]),
            ], [2])
        let (outputs, spikes) = try Self.run(graph, [[0.6], [0.6], [0.6], [1], [0]], timeStep: timeStep)
        #expect(outputs == [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0]])
        #expect(spikes == 2)
    }

    /// The threshold itself does not fire; with v_reset −0.5 the potential begins there after a spike.
    @Test func thresholdAndReset() throws {
        let fields = ["r": Self.one(1), "v_threshold": Self.one(1), "v_reset": Self.one(-0.5)]
        let graph = Self.chain([1], [Node("if", "IF", fields)], [1])
        #expect(try Self.run(graph, [[1], [0.5], [1.5], [0.25]]).outputs == [[0], [1], [0], [1]])
    }

    /// τ = 2 time steps: v = 1.5; then 1.5 + (2 − 1.5) / 2 = 1.75.
    @Test func leakyNeuronsAsCountedByHand() throws {
        var fields = Self.neurons
        fields["v_threshold"] = Self.floats([2], [1.6, 1.4])
        let graph = Self.chain([2], [Node("lif", "LIF", fields)], [2])
        #expect(try Self.run(graph, [[3, 3], [2, 2], [0, 0]]).outputs == [[0, 1], [1, 0], [0, 0]])
        // With a time step of half the length τ is 4 of them: 0.75, then 1.0625.
        #expect(try Self.run(graph, [[3, 3], [2, 2], [0, 0]], timeStep: 5e-5).spikes == 0)
    }

    /// 2 channels of 2×3; stride, padding and groups as PyTorch counts them.
    @Test func convolutionAndPoolingAsCountedByHand() throws {
        let convolution = Node(
            "c", "Conv2d",
            [
                "weight": Self.floats([2, 1, 1, 2], [1, 10, 1, -1]), "bias": Self.floats([2], [0, 100]),
                "stride": .integers([1, 2]), "padding": .integers([0, 1]), "dilation": .integers([1, 1]),
                "groups": .integer(2), "input_shape": .integers([2, 3]),
            ])
        func pool(_ type: String) -> Node {
            Node(
                "p", type,
                ["kernel_size": .integers([2, 2]), "stride": .integers([2, 2]), "padding": .integers([0, 0])])
        }
        let image: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        // Windows of a row (0, a), (b, c): 10a, b + 10c; −a, b − c.
        let direct = Self.chain([2, 2, 3], [convolution, Node("f", "Flatten")], [8])
        #expect(try Self.run(direct, [image]).outputs == [[10, 32, 40, 65, 93, 99, 90, 99]])
        for (type, factor) in [("SumPool2d", Float(1)), ("AvgPool2d", 0.25)] {
            let pooled = Self.chain([2, 2, 3], [convolution, pool(type), Node("f", "Flatten")], [2])
            #expect(try Self.run(pooled, [image]).outputs == [[147 * factor, 381 * factor]])
        }
    }

    @Test func edgesAddUpAndAreMeantOnce() throws {
        let graph = NIRGraph(
            nodes: [
                Node("in", "Input", ["shape": .integers([1])]),
                Node("a", "Affine", ["weight": Self.floats([1, 1], [2]), "bias": Self.one(0.5)]),
                Node("b", "Linear", ["weight": Self.floats([1, 1], [3])]),
                Node("out", "Output", ["shape": .integers([1])]),
            ],
            edges: [
                .init("in", "a"), .init("in", "b"), .init("a", "out"), .init("b", "out"), .init("b", "out"),
                .init("in", "out"),
            ])
        #expect(try Self.run(graph, [[1], [-2]]).outputs == [[6.5], [-11.5]])
    }

    private static let circle = NIRGraph(
        nodes: [
            Node("in", "Input", ["shape": .integers([1])]), Node("round", "Linear", ["weight": floats([1, 1], [1])]),
            Node("lif", "LIF", neurons), Node("out", "Output", ["shape": .integers([1])]),
        ],
        edges: [.init("in", "lif"), .init("lif", "round"), .init("round", "lif"), .init("lif", "out")])

    private static func without(_ field: String) -> [String: NIRGraph.Field] {
        neurons.filter { $0.key != field }
    }

    @Test(arguments: [
        (chain([1], [Node("memory", "CubaLIF")], [1]), ["'memory'", "CubaLIF", "Conv2d, LIF, IF"]),
        (chain([1], [Node("inner", "NIRGraph")], [1]), ["'inner'", "NIRGraph", "no counterpart"]),
        (chain([1], [Node("d", "Delay")], [1]), ["'d'", "Delay"]),
        (circle, ["circle", "'"]),
        (chain([1], [Node("n", "LIF", without("tau"))], [1]), ["'n' (LIF)", "tau is missing"]),
        (chain([1], [Node("n", "IF", without("r"))], [1]), ["'n' (IF)", "r is missing"]),
        (
            chain([3], [Node("n", "IF", ["r": one(1), "v_threshold": floats([2], [1, 1])])], [3]),
            ["2 numbers", "3 neurons"]
        ),
        (chain([1], [Node("n", "LIF", neurons.merging(["tau": one(1e-5)]) { $1 })], [1]), ["tau", "--dt"]),
        (
            chain([2, 2, 2], [Node("w", "Linear", ["weight": floats([1, 8], .init(repeating: 1, count: 8))])], [1]),
            ["'w'", "Flatten"]
        ),
        (
            chain(
                [1, 2, 2],
                [
                    Node(
                        "c", "Conv2d",
                        ["weight": floats([1, 1, 3, 3], .init(repeating: 1, count: 9)), "padding": .integers([0, 0])])
                ], [1]), ["'c'", "kernel"]
        ),
        (
            chain([1, 2, 2], [Node("c", "Conv2d", ["weight": floats([1, 2, 1, 1], [1, 1])])], [1]),
            ["'c'", "2 channels"]
        ),
        (chain([2], [], [3]), ["'out'", "[3]"]),
        (NIRGraph(nodes: [Node("in", "Input", ["shape": .integers([1])])]), ["0 nodes of type Output"]),
        (NIRGraph(nodes: chain([1], [], [1]).nodes, edges: [.init("in", "nowhere")]), ["'nowhere'"]),
        (NIRGraph(nodes: chain([1], [], [1]).nodes), ["no edge leads to node 'out'"]),
        (chain([4096, 4096, 4096], [], [1]), ["'in' (Input)", "shape"]),
    ])
    func whatCannotBeDoneIsRefusedByName(graph: NIRGraph, words: [String]) {
        let error = #expect(throws: GraphError.self) { try GraphNetwork(graph, path: "a.nir") }
        for word in words {
            #expect(error?.description.contains(word) == true, "\(word): \(String(describing: error))")
        }
    }
}
