import Foundation
import Testing

/// `saccade alerts`, and what alerts do while a run trains.
@Suite("Alerts") struct AlertsTests {
    let home: Home

    init() async throws { home = try await Home.inTurn() }

    private func write(_ rules: String) throws {
        let folder = home.root.appendingPathComponent("config")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try rules.write(to: folder.appendingPathComponent("alerts"), atomically: true, encoding: .utf8)
    }

    @Test("are listed, and what cannot be read is named with its line")
    func list() async throws {
        #expect(try await Program.run("alerts", home: home).output.contains("no rules"))
        try write("# mine\n\nfinished: ring\nded layer: ring\n")
        let outcome = try await Program.run("alerts", home: home)
        #expect(outcome.code == 1 && outcome.output.contains("did you mean 'dead layer'?"))
        #expect(outcome.errors.contains("1 of 2 rules"))
    }

    @Test("of file and command line run commands, stop runs and are printed")
    func acting() async throws {
        let said = home.root.appendingPathComponent("said")
        try write("loss>0: run printf '%s' \"$SACCADE_STEP\" > '\(said.path)'\n")
        let outcome = try await Program.run(
            ["train", "--epochs", "100000", "--json", "--alert", "loss>0 after 2 epochs: stop"] + Home.tiny, home: home)
        #expect(outcome.output.contains("\"alert\""))
        let listed = try await Program.run("runs", "list", "--json", home: home).output
        #expect(listed.contains("stopped"))
        #expect(try String(contentsOf: said, encoding: .utf8).isEmpty == false)
        // The end is told before it, and the result stays the last line.
        try write("# mine\r\nfinished: ring\r\n")
        let ended = try await Program.run(["train", "--epochs", "1", "--json"] + Home.tiny, home: home)
        #expect(ended.output.contains("\"event\":\"alert\"") || ended.output.contains("\"alert\""))
        #expect(ended.lines.last?.contains("optimizer_steps") == true)
        let refused = try await Program.run("train", "--alert", "los>0: stop", home: home)
        #expect(refused.code == 64 && refused.errors.contains("did you mean 'loss'?"))
    }
}
