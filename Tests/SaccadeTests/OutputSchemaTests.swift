import Foundation
import TestSupport
import Testing

/// What commands print with `--json` is what the document says that the program ships.
@Suite("JSON output and its schema") struct OutputSchemaTests {
    let home: Home
    private let root: String

    init() async throws {
        home = try await Home.inTurn()
        root = home.root.path
    }

    private static func schema(_ home: Home) async throws -> JSONSchema {
        try JSONSchema(Data(try await Program.run("help", "json", "--schema", home: home).output.utf8))
    }

    /// A command by its words, and what else is on its line.
    private struct Line {
        var command: String
        var arguments: [String]
        var code: Int32 = 0

        init(_ command: String, _ arguments: [String] = [], code: Int32 = 0) {
            (self.command, self.arguments, self.code) = (command, arguments, code)
        }
    }

    private func problems(_ output: String, _ command: String, _ schema: JSONSchema) throws -> [String] {
        let name = command.split(separator: " ").joined(separator: "-")
        return output.split(separator: "\n").flatMap { line in
            guard let value = try? JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
            else {
                return ["not JSON: \(line.prefix(300))"]
            }
            return schema.problems(of: value, as: name).map { "\($0) in \(line.prefix(300))" }
        }
    }

    @Test("each line of each command is as the schema says")
    func everyCommand() async throws {
        let schema = try await Self.schema(home)
        let recording = root + "/made.csv"
        let rows = (0..<40).map { "\($0 * 997),\($0 * 7 % 32),\($0 * 5 % 24),\($0 / 3 % 2)\n" }.joined()
        try Data(("t,x,y,p\n" + rows).utf8).write(to: URL(fileURLWithPath: recording))
        let study = root + "/tiny.yaml"
        try TinyStudy.text(name: "tiny", steps: 4, seeds: 2).write(toFile: study, atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: root + "/images/one", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: root + "/config", withIntermediateDirectories: true)
        try "validation<30% after 20 epochs: pause\nnothing\n".write(
            toFile: root + "/config/alerts", atomically: true, encoding: .utf8)

        let tiny = ["--epochs", "2"] + Home.tiny
        let second = try Home()
        #expect(try await Program.run(["train", "--name", "elsewhere"] + tiny, home: second).code == 0)
        let cells = root + "/cells"
        let lines = [
            Line("train", ["--name", "first"] + tiny), Line("train", ["--name", "other", "--seed", "2"] + tiny),
            Line("train", ["--cost"] + tiny),
            Line("train", ["--slurm", "--folder", root + "/job", "--time", "1"] + tiny),
            Line("runs list"), Line("runs show", ["first"]), Line("runs diff", ["first", "other"]),
            Line("runs compare", ["first", "other"]),
            Line("runs compare", ["first", "other", "--group-by", "settings"]),
            Line("runs timeline", ["first"]), Line("runs timeline", ["first", "--at", "2"]),
            Line("runs rename", ["other", "another"]), Line("runs tag", ["another", "some"]),
            Line("runs note", ["another", "as it was"]), Line("runs export", ["first"]),
            Line("runs fork", ["first", "--set", "sliding.exponent=4", "--name", "forked"]),
            Line("runs reproduce", ["first", "--name", "again"]), Line("runs homes", ["--add", second.root.path]),
            Line("runs queue add", ["--preset", "digits"]), Line("runs queue add", ["--name", "waiting"] + tiny),
            Line("runs queue list"), Line("runs queue move", ["2", "1"]), Line("runs queue remove", ["1"]),
            Line("runs queue run"),
            Line("evaluate", ["first", "--energy"]), Line("screen", ["train"]),
            Line("analyze", ["first", "confusion", "spikes", "--recordings", "8"]),
            Line("data list"), Line("data show", ["digits"]), Line("data show", ["nmnist"]),
            Line("data samples", ["digits", "--filter", "class:3"]), Line("data view", ["digits", "3"]),
            Line("data export", ["digits", "3", "--mode", "count", "--csv", "-o", root + "/three.csv"]),
            Line("data play", ["digits", "3", "--speed", "0"]), Line("data verify", ["digits"]),
            Line("events info", [recording]), Line("events frames", [recording, "--time-steps", "2"]),
            Line("events convert", [recording, root + "/made.npz"]), Line("events formats"),
            Line("events play", [recording, "--speed", "0"]),
            Line("presets save", ["mine", "--preset", "digits"]), Line("presets from-run", ["first", "theirs"]),
            Line("presets rename", ["mine", "ours"]), Line("presets list"), Line("presets show", ["ours"]),
            Line("presets show", ["--keys"]), Line("presets diff", ["digits", "ours"]),
            Line("presets delete", ["ours", "--yes"]),
            Line("engine-check", ["exit 3"], code: 1), Line("data get", ["nmnist", "--show", "--data", root + "/got"]),
            Line("themes"), Line("alerts", code: 1), Line("doctor", ["--quick"]),
            Line("study train", [study, "--plan"]), Line("study train", [study]),
            Line("study train", [study, "--slurm", "--set", "sliding.exponent=4", "-o", root + "/jobs"]),
            Line("study cells", [study, "--set", "sliding.exponent=5", "-o", cells]),
            Line("study cell", [cells, "1"]), Line("study status", [cells]), Line("study gather", [cells]),
            Line("bench", ["--config", "formats", "--events", "2000", "--turns", "1"]),
            Line("damage-trial", ["--inputs", "3", "--readers", "png"]), Line("runs delete", ["another", "--yes"]),
        ]
        for line in lines {
            let words = line.command == "study train" ? ["study"] : line.command.split(separator: " ").map(String.init)
            let outcome = try await Program.run(words + line.arguments + ["--json"], home: home)
            #expect(outcome.code == line.code, "\(line.command) \(line.arguments): \(outcome.errors)")
            #expect(!outcome.lines.isEmpty, "\(line.command) \(line.arguments)")
            let problems = try problems(outcome.output, line.command, schema)
            #expect(problems.isEmpty, "\(line.command) \(line.arguments): \(problems.prefix(4))")
        }

        // With more around them.
        var covered = Set(lines.map(\.command))
        let picture = root + "/images/one/three.png"
        #expect(try await Program.run("data", "export", "digits", "3", "-o", picture, home: home).code == 0)
        let simulated = try await Program.run("data", "simulate", root + "/images", root + "/out", "--json", home: home)
        #expect(try problems(simulated.output, "data simulate", schema).isEmpty, "\(simulated)")
        _ = try await Program.run("runs", "export", "first", "--tensorboard", "-o", root + "/boards", home: home)
        let imported = try await Program.run("runs", "import", root + "/boards", "--json", home: home)
        #expect(try problems(imported.output, "runs import", schema).isEmpty, "\(imported)")
        let records = try await Program.run("runs", "export", "first", "--jsonl", home: home)
        #expect(try problems(records.output, "runs export", schema).isEmpty, "\(records.output.prefix(400))")
        let other = try Home()
        let pulled = try await Program.run("runs", "pull", root, "--json", home: other)
        #expect(try problems(pulled.output, "runs pull", schema).isEmpty, "\(pulled)")
        covered.formUnion(["data simulate", "runs import", "runs pull"])

        covered.formUnion(try await live(schema))
        #expect(try await commands().subtracting(covered) == [], "these commands are not run here")
        #expect(try await commands().filter { !schema.names.contains($0.replacing(" ", with: "-")) } == [])
    }

    /// A run that somebody looks at and steers.
    private func live(_ schema: JSONSchema) async throws -> Set<String> {
        let running = try Running(["train", "--name", "live", "--epochs", "10000", "--json"] + Home.tiny, home: home)
        try await eventually("a run trains") { running.output.contains(#""event":"epoch""#) }
        let viewer = try Running(["attach", "live", "--json"], home: home)
        try await eventually("a viewer sees it") { viewer.output.contains(#""event":"epoch""#) }
        for words in [["note", "seen"], ["edit", "loss.image_weight=1.25"], ["stop"]] {
            let told = try await Program.run(["tell", "live"] + words + ["--json"], home: home)
            #expect(try problems(told.output, "tell", schema).isEmpty, "\(told)")
            #expect(!told.lines.isEmpty, "\(told)")
        }
        let (run, seen) = (try await running.end(), try await viewer.end())
        let problems = try problems(run.output, "train", schema) + problems(seen.output, "attach", schema)
        #expect(problems.isEmpty, "\(problems.prefix(4))")
        #expect(seen.output.contains(#""event":"past""#) && seen.output.contains(#""event":"edit""#))
        return ["attach", "tell"]
    }

    /// Those that have `--json`, as the program itself says, but the alias that nobody is shown.
    private func commands() async throws -> Set<String> {
        struct Dump: Decodable { var command: Command }
        struct Command: Decodable {
            struct Argument: Decodable {
                struct Name: Decodable { var name: String }
                var names: [Name]?
            }
            var commandName: String
            var arguments: [Argument]?
            var subcommands: [Command]?
        }
        let text = try await Program.run("--experimental-dump-help", home: home).output
        var found: Set<String> = []
        func walk(_ command: Command, _ path: [String]) {
            if (command.arguments ?? []).contains(where: { ($0.names ?? []).contains { $0.name == "json" } }) {
                found.insert(path.joined(separator: " "))
            }
            for next in command.subcommands ?? [] { walk(next, path + [next.commandName]) }
        }
        walk(try JSONDecoder().decode(Dump.self, from: Data(text.utf8)).command, [])
        #expect(found.count > 50)
        return found.subtracting(["runs replay"])
    }

    @Test("times of day are ISO 8601, and files keep their seconds")
    func times() async throws {
        _ = try await Program.run(["train", "--name", "first", "--epochs", "1"] + Home.tiny, home: home)
        let run = try #require(
            try await Program.run("runs", "list", "--json", home: home).array().first as? [String: Any])
        let text = try #require(run["created"] as? String)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let created = try Date(text, strategy: style)
        #expect(abs(created.timeIntervalSinceNow) < 300 && text.hasSuffix("Z"))
        let shown = try await Program.run("runs", "show", "first", "--json", home: home).object()
        #expect((shown["summary"] as? [String: Any])?["created"] as? String == text)
    }

    @Test(
        "one command's schema has what it needs and no more", arguments: [("runs list", "RunSummary"), ("themes", nil)])
    func oneCommand(command: String, needed: String?) async throws {
        let words = command.split(separator: " ").map(String.init)
        let text = try await Program.run(["help"] + words + ["--schema"], home: home).output
        let schema = try JSONSchema(Data(text.utf8))
        #expect(
            schema.names
                == Set([words.joined(separator: "-")] + [needed].compactMap(\.self)).union(
                    needed == nil ? [] : ["RunStatePhase", "Time", "Number"]))
        let refused = try await Program.run("help", "man", "--schema", home: home)
        #expect(refused.code == 64 && refused.errors.contains("prints no JSON"))
    }
}
