import FileFormats
import Foundation
import Testing

/// `export-nir`, and `evaluate` of graphs.
@Suite("NIR graphs", .serialized) struct NIRTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func path(_ name: String) -> String { home.root.appendingPathComponent(name).path }

    @Test("of a run are evaluated as the run is, and say how")
    func journey() async throws {
        let trained = try await Program.run(
            ["train", "--name", "r", "--epochs", "2", "--json"] + Home.tiny, home: home)
        #expect(trained.code == 0, "\(trained.errors)")
        let own = try (try await Program.run("evaluate", "r", "--json", "--save", path("r.npz"), home: home)).object()
        #expect(try FileBytes.prefix(path("r.npz"), count: 2) == Array("PK".utf8))
        for pooling in ["average", "sum"] {
            let file = path("\(pooling).nir")
            let written = try await Program.run("export-nir", "r", "--pool", pooling, "-o", file, home: home)
            #expect(written.code == 0 && written.output.contains("13 nodes, 12 edges"), "\(written)")
            let read = try (try await Program.run("evaluate", file, "--json", home: home)).object()
            #expect(read["count"] as? Int == own["count"] as? Int)
            let (a, b) = (read["accuracy"] as? Double ?? -1, own["accuracy"] as? Double ?? -2)
            #expect(abs(a - b) < 0.01)
            let types = Set(try NIRGraph(contentsOf: file).nodes.map(\.type))
            #expect(types.contains(pooling == "sum" ? "SumPool2d" : "AvgPool2d") && types.contains("LIF"))
        }
        let again = try await Program.run("export-nir", "r", "-o", path("sum.nir"), home: home)
        #expect(again.code == 1 && again.errors.contains("--force"))
        let analyzed = try await Program.run("analyze", path("sum.nir"), home: home)
        #expect(analyzed.code == 1 && analyzed.errors.contains("graph of NIR"))
        // Ten outputs are not for other classes, and more settings than the graph's own are taken.
        let sized = try await Program.run(
            "evaluate", path("sum.nir"), "--set", "data.time_steps=2", "--set", "data.size=20", home: home)
        #expect(sized.output.contains("data.size is 16"), "\(sized)")
    }

    @Test("with what has no counterpart are refused")
    func refusals() async throws {
        let graph = NIRGraph(
            nodes: [
                .init("in", "Input", ["shape": .integers([2, 8, 8])]), .init("deep", "NIRGraph"),
                .init("out", "Output", ["shape": .integers([10])]),
            ], edges: [.init("in", "deep"), .init("deep", "out")])
        try Data(try graph.encoded()).write(to: URL(fileURLWithPath: path("a.nir")))
        for (arguments, code, words) in [
            (["evaluate", path("a.nir")], 1, "node 'deep' is of type NIRGraph"),
            (["evaluate", path("b.nir")], 1, "b.nir: cannot be read"),
            (["evaluate", path("a.nir"), "--dt", "0"], 64, "--dt must be above 0"),
            (["evaluate", "r", "--dt", "1e-3"], 64, "count in time steps"),
            (["evaluate", "r", "--save", "x.txt"], 64, ".npz"),
            (["export-nir", "r", "-o", "x.onnx"], 64, ".nir"),
            (["export-nir", "r"], 64, "--output"),
            (["export-nir", "r", "-o", "x.nir", "--pool", "averge"], 64, "did you mean 'average'?"),
            (["export-nir", "nothing", "-o", "x.nir"], 1, "nothing"),
        ] as [([String], Int32, String)] {
            let outcome = try await Program.run(arguments, home: home)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(arguments): \(outcome)")
        }
    }
}
