import Foundation
import Testing

@Suite("Looking into a trained network")
struct AnalyzeTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    @Test("prints tables, and writes pictures, tables and an account of all")
    func files() async throws {
        // Long enough for its last layer to spike.
        let small = Home.tiny + ["--epochs", "12"]
        #expect(try await Program.run(["train", "--name", "first", "--json"] + small, home: home).code == 0)
        #expect(
            try await Program.run(["train", "--name", "other", "--seed", "2", "--json"] + small, home: home).code == 0)
        let folder = home.root.appendingPathComponent("found")
        let outcome = try await Program.run(
            [
                "analyze", "first", "--against", "other", "--output", folder.path, "--grid", "3", "--recordings", "12",
                "--examples", "1", "--perplexity", "3",
            ], home: home)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        let expected = [
            "report.md", "confusion.svg", "confusion-by-class.csv", "class-gain.svg", "spikes-rates.svg",
            "spikes-energy.csv", "alignment.svg", "feature-maps-1.svg", "grad-cam.svg", "embedding.svg",
            "landscape.svg",
            "landscape-along-axes.csv",
        ]
        #expect(names.isSuperset(of: expected), "\(names.sorted())")
        let account = try String(contentsOf: folder.appendingPathComponent("report.md"), encoding: .utf8)
        for name in ["## Confusion matrix", "## Grad-CAM on event frames", "## Loss landscape", "![", "pJ"] {
            #expect(account.contains(name), "\(name)")
        }
        #expect(outcome.output.contains("Accuracy by class") && outcome.output.contains("gain"))
        // The same as text and as numbers.
        let json = try await Program.run(
            ["analyze", "first", "confusion", "landscape", "--grid", "3", "--recordings", "8", "--json"], home: home)
        let reports = try json.array().compactMap { $0 as? [String: Any] }
        #expect(reports.map { $0["analysis"] as? String } == ["confusion", "landscape"])
        let center = try #require((reports[1]["findings"] as? [String])?.first)
        #expect(center.hasPrefix("loss ") && center.contains("accuracy"))
        // In the middle of the landscape are the weights themselves.
        let whole = try await Program.run(
            ["analyze", "first", "landscape", "--grid", "3", "--recordings", "100000", "--split", "test", "--json"],
            home: home)
        let middle = try #require(
            (try whole.array().first as? [String: Any])?["findings"].flatMap { ($0 as? [String])?.first })
        let evaluated = try await Program.run("evaluate", "first", "--json", home: home).object()
        let loss = try #require(evaluated["loss"] as? Double)
        #expect(middle.hasPrefix(String(format: "loss %.4f", loss)), "\(middle), evaluated: \(loss)")
        // A report that is there is not written over.
        let again = try await Program.run("analyze", "first", "confusion", "--output", folder.path, home: home)
        #expect(again.code == 1 && again.errors.contains("--force"), "\(again.errors)")
        // An analysis that was asked for by its name says why it cannot be made.
        let refused = try await Program.run("analyze", "first", "class-gain", home: home)
        #expect(refused.code == 1 && refused.errors.contains("--against"), "\(refused.errors)")
    }

    @Test(
        "says what is wrong with what was asked for",
        arguments: [
            (["grad-kam"], "did you mean 'grad-cam'?"), (["landscape", "--grid", "4"], "an odd number"),
            (["embedding", "--perplexity", "1"], "2 to 200"), (["--png"], "--output"),
        ])
    func refusals(arguments: [String], words: String) async throws {
        if arguments.count > 1 {
            let small = Home.tiny + ["--epochs", "1"]
            #expect(try await Program.run(["train", "--name", "first", "--json"] + small, home: home).code == 0)
        }
        let outcome = try await Program.run(["analyze", "first"] + arguments, home: home)
        #expect(outcome.code == 64 && outcome.errors.contains(words), "\(outcome.errors)")
    }
}
