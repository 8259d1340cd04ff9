import Foundation
import Testing
import TestSupport

/// From files in the published layout to a trained run, for data sets that cannot be here whole.
@Suite("The program, on data sets of every file format", .serialized)
struct DataSetJourneyTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func options(_ set: MadeDataSet) -> [String] {
        let data = home.root.appendingPathComponent("files").path
        return set.name == "folders" ? ["--data", data + "/mine", "--images", data + "/pictures"] : ["--data", data]
    }

    @Test("lists, checks, shows and trains on", arguments: MadeDataSet.all)
    func journey(set: MadeDataSet) async throws {
        let files = home.root.appendingPathComponent("files")
        try set.write(files)
        let options = options(set)

        // 1. Every file is read, and a manifest written.
        let manifest = home.root.appendingPathComponent("manifest.json").path
        let sound = try await Program.run(
            ["data", "verify", set.name, "--json", "--write", manifest] + options, home: home)
        #expect(sound.code == 0, "\(sound.output)\(sound.errors)")
        let report = try sound.object()
        let all = set.name == "folders" ? 2 * MadeDataSet.layouts.count : set.training + set.test
        #expect(report["recordings"] as? Int == (set.name == "cep-dvs" ? 20 : all))
        #expect(report["images"] as? Int == set.images)

        // 2. What is shown of it.
        let show = try await Program.run(
            ["data", "show", set.name, "--json", "--data", options[1]], home: home)
        #expect(show.code == 0, "\(show.errors)")
        let classes = try #require(try show.object()["classes"] as? [[String: Any]])
        if set.name != "folders" {
            #expect(classes.reduce(0) { $0 + ($1["training"] as? Int ?? 0) } >= set.training)
            #expect(classes.reduce(0) { $0 + ($1["test"] as? Int ?? 0) } == set.test)
        }

        // 3. A short run, its result found again by `evaluate` and its files by its manifest.
        let settings = ["data.set=" + set.name, "data.size=16", "data.time_steps=2", "training.batch_size=4"]
        let assignments = (settings + set.settings).flatMap { ["--set", $0] }
        let train = try await Program.run(["train", "--json", "--epochs", "1"] + options + assignments, home: home)
        #expect(train.code == 0, "\(train.errors)")
        let result = try train.object()
        let run = try #require(result["run"] as? String)
        let accuracy = try #require(result["test_accuracy"] as? Double)
        #expect((0...1).contains(accuracy))
        let again = try await Program.run("evaluate", run, "--json", home: home)
        #expect(try again.object()["accuracy"] as? Double == accuracy)
        let checked = try await Program.run(
            ["data", "verify", set.name, "--json", "--run", run] + options, home: home)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")

        // 4. A file that is cut in the middle: found by the check, with its place, and by a run that needs it.
        let files3 = try #require(try Self.recordings(in: files).first)
        let whole = try Data(contentsOf: files3)
        try whole.prefix(whole.count / 2).write(to: files3)
        let broken = try await Program.run(
            ["data", "verify", set.name, "--json", "--manifest", manifest] + options, home: home)
        #expect(broken.code == 1)
        let found = try broken.object()
        let damaged = try #require(found["damaged"] as? [[String: Any]])
        #expect(damaged.count == 1 && (damaged[0]["path"] as? String)?.hasSuffix(files3.lastPathComponent) == true)
        let changed = try #require(found["changed"] as? [[String: Any]])
        #expect(changed.count == 1)
        let refused = try await Program.run(["train", "--json", "--epochs", "1"] + options + assignments, home: home)
        // With few recordings a class the damaged one may not be among those that were chosen.
        if refused.code != 0 {
            #expect(refused.code == 1 && refused.errors.contains(files3.lastPathComponent), "\(refused.errors)")
            #expect(!refused.errors.contains("Fatal"))
        } else {
            #expect(set.settings.contains { $0.hasPrefix("data.recordings_per_class") } || set.name == "cep-dvs")
        }
    }

    /// Files of events, sorted, without lists and pictures.
    private static func recordings(in folder: URL) throws -> [URL] {
        let endings: Set<String> = ["aedat", "aedat4", "mat", "npz", "raw"]
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .map { folder.appendingPathComponent($0) }
            .filter { endings.contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
    }
}
