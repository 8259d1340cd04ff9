import Foundation
import Testing

@testable import FileFormats

@Suite struct NIRGraphTests {
    private static let typical = NIRGraph(
        nodes: [
            .init("a", "Input", ["shape": .integers([2, 3, 4])]),
            .init(
                "b", "Conv2d",
                [
                    "weight": .init(shape: [2, 2, 1, 1], .floats([0.5, -1.5, 3e-20, .greatestFiniteMagnitude])),
                    "groups": .integer(-7), "padding": .init(shape: [], .text("same")),
                ]),
            .init("c", "LIF", ["tau": .init(shape: [2, 3, 4], .repeated(2e-4))]),
        ], edges: [.init("a", "b"), .init("b", "c")], metadata: ["dt": "0.0001", "a name": "Grüße"])

    @Test func whatIsWrittenIsRead() throws {
        let bytes = try Self.typical.encoded()
        #expect(try Self.typical.encoded() == bytes)
        var expected = Self.typical
        // How the same numbers are kept is the file's affair.
        expected.nodes[2].fields["tau"] = .init(shape: [2, 3, 4], .floats([Float](repeating: 2e-4, count: 24)))
        #expect(try NIRGraph(bytes, path: "a.nir") == expected)
    }

    /// A leaf of a group's tree has room for 32 members.
    @Test(arguments: [1, 32, 33, 200, 1024])
    func groupsOfAnySize(count: Int) throws {
        let nodes = (0..<count).map { NIRGraph.Node("node \($0)", "Output", ["shape": .integers([$0 + 1])]) }
        let graph = try NIRGraph(NIRGraph(nodes: nodes).encoded(), path: "a.nir")
        #expect(graph.nodes == nodes.sorted { $0.name < $1.name })
        #expect(graph.edges.isEmpty)
    }

    @Test func moreThanAGroupHoldsIsRefused() {
        let nodes = (0..<1025).map { NIRGraph.Node("\($0)", "Output") }
        #expect(throws: FileFormatError.self) { try NIRGraph(nodes: nodes).encoded() }
    }

    @Test(arguments: [
        (["node/type"], "has no 'node/type'"), (["node", "node/type"], "has no 'node'"),
        (["node/edges"], "has no 'node/edges'"), (["node/nodes"], "has no 'node/nodes'"),
        (["node/nodes/b/type"], "has no 'node/nodes/b/type'"),
    ])
    func whatIsMissingIsNamed(gone: [String], message: String) throws {
        typealias Entry = Hdf5Writer.Entry
        func kept(_ path: String, _ entries: [Entry]) -> [Entry] {
            entries.filter { !gone.contains(path + $0.name) }
        }
        let inner = kept("node/nodes/b/", [Entry("type", .text("Input"))])
        let graph = kept(
            "node/",
            [
                Entry("type", .text("NIRGraph")), Entry("edges", .texts(shape: [0, 2], [])),
                Entry("nodes", .group([Entry("b", .group(inner))])),
            ])
        let bytes = try Hdf5Writer.encode(kept("", [Entry("node", .group(graph))]))
        let error = #expect(throws: FileFormatError.self) { try NIRGraph(bytes, path: "a.nir") }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func anotherFileIsNoGraph() throws {
        let bytes = try Hdf5Writer.encode([.init("node", .group([.init("type", .text("Conv2d"))]))])
        let error = #expect(throws: FileFormatError.self) { try NIRGraph(bytes, path: "a.nir") }
        #expect(error?.description.contains("'node/type' is 'Conv2d', expected 'NIRGraph'") == true)
        #expect(throws: FileFormatError.self) { try NIRGraph([1, 2, 3], path: "a.nir") }
    }

    @Test func pathsAreKnownByTheirEnding() {
        #expect(NIRGraph.isNamed("net.nir") && NIRGraph.isNamed("/nowhere/Net.NIR"))
        #expect(!NIRGraph.isNamed("nir") && !NIRGraph.isNamed("net.safetensors"))
    }
}
