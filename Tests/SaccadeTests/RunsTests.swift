import Foundation
import Testing

@Suite("The program, on runs and presets", .serialized)
struct RunsTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func run(_ arguments: String..., code: Int32 = 0) async throws -> Program.Outcome {
        let outcome = try await Program.run(arguments, home: home)
        #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func train(_ name: String, _ more: String...) async throws -> String {
        let outcome = try await Program.run(
            ["train", "--json", "--epochs", "4", "--name", name] + Home.tiny + more, home: home)
        return try #require(try outcome.object()["run"] as? String)
    }

    private static let edits = "training.edits=0.25 sliding.exponent=2; 0.5 loss.domain_coefficient=1"

    @Test("what only a new run can change is refused before a resumed run goes on")
    func restartKnobs() async throws {
        _ = try await train("base")
        let refused = try await run("train", "--resume", "base", "--set", "training.batch_size=4", code: 64)
        #expect(refused.errors.contains("training.batch_size cannot change once a run has begun"))
    }

    @Test("forks, reproduces bit for bit, saves the edits as a preset that does the same, and compares")
    func lineage() async throws {
        let original = try await train("base", "--set", Self.edits)
        let verdict = try await run("runs", "reproduce", "base", "--json").object()
        #expect(verdict["is_same"] as? Bool == true && verdict["original"] as? String == original)
        #expect((verdict["original_sha256"] as? String)?.count == 64)
        // Under the name that it had before.
        #expect(try await run("runs", "replay", "base", "--discard").output.contains("same weights after step 12"))

        let fork = try await run(
            "runs", "fork", "base", "--before", "b", "--set", "loss.domain_coefficient=4", "--name", "other", "--json")
        let forked = try #require(try fork.object()["run"] as? String)
        let shown = try await run("runs", "show", forked, "--json").object()
        let summary = try #require(shown["summary"] as? [String: Any])
        #expect(summary["parent"] as? String == original && summary["fork_step"] as? Int == 6)
        let values = (shown["edits"] as? [[String: Any]])?.compactMap {
            ($0["differences"] as? [[String: Any]])?.first?["new"] as? Double
        }
        #expect(values == [2, 4], "the fork's own edit did not take the place of the scheduled one")

        let diff = try await run("runs", "diff", "base", "other", "--json").object()
        let knobs = try #require(diff["knobs"] as? [[String: Any]])
        let row = try #require(knobs.first { $0["key"] as? String == "loss.domain_coefficient" })
        #expect((row["right_changes"] as? [[String: Any]])?.first?["value"] as? Double == 4)
        #expect(try await run("runs", "diff", "base", "preset:digits").output.contains("same: "))

        #expect(shown["differences"] as? [[String: Any]] != nil)
        let difference = try #require((shown["differences"] as? [[String: Any]])?.first)
        #expect(difference["kind"] as? String == "parent" && difference["reference"] as? String == original)
        #expect(difference["over_seeds"] is NSNull && difference["test_accuracy"] is Double)
        #expect(try await run("runs", "show", "other").output.contains("difference to the parent base: test "))

        let table = try await run("runs", "compare", "base", "other", "--reference", "base", "--json").object()
        let columns = try #require(table["columns"] as? [String])
        #expect(columns.contains("loss.domain_coefficient") && !columns.contains("sliding.exponent"))
        #expect(columns.contains("test_difference") && table["reference"] as? String == original)
        let text = try await run(
            "runs", "compare", "--filter", "base", "other", "--group-by", "settings", code: 64
        ).errors
        #expect(text.contains("not both"))
        let grouped = try await run(
            "runs", "compare", "base", "other", "--group-by", "domain_coefficient", "--sort", "test", "--columns",
            "test,steps")
        #expect(grouped.lines.count == 6 && grouped.lines[0].split(separator: " ") == ["name", "test", "steps"])
        #expect(grouped.lines.count { $0.hasPrefix("n 1") } == 2)
        let unknown = try await run("runs", "compare", "base", "other", "--group-by", "exponent", code: 64)
        #expect(unknown.errors.contains("do not differ in sliding.exponent"))
        #expect(try await run("runs", "compare", "base", "other", "--sort", "tst", code: 64).errors.contains("'test'"))
        _ = try await run("runs", "compare", "base", code: 64)
        _ = try await run("runs", "compare", "base", original, code: 64)
        _ = try await run("runs", "compare", "base", "nobody", code: 1)

        _ = try await run("presets", "from-run", "other", "mine", "--note", "what worked")
        let again = try await Program.run("train", "--preset", "mine", "--json", home: home)
        #expect(again.code == 0)
        let paths = try await [forked, try #require(try again.object()["run"] as? String)].asyncMap { run in
            let detail = try await Program.run("runs", "show", run, "--json", home: home).object()
            let checkpoints = try #require(detail["checkpoints"] as? [[String: Any]])
            return try #require(checkpoints.last { $0["reason"] as? String == "final" }?["path"] as? String)
        }
        // The optimizer's moments as well, but for what the file says of the configuration.
        let weights = try paths.map { try SafetensorsBody.of($0 + "/model.safetensors") }
        #expect(weights[0] == weights[1])

        _ = try await run("runs", "fork", "base", "--at", "5", code: 64)
        _ = try await run("runs", "fork", "base", "--before", "z", code: 64)
        _ = try await run("runs", "fork", "base", "--set", "training.seed=1", code: 64)
        _ = try await run("runs", "fork", "nobody", code: 1)
    }

    @Test("are found, tagged, noted, renamed, drawn and deleted")
    func housekeeping() async throws {
        let id = try await train("base")
        _ = try await run("runs", "tag", "base", "slide", "good")
        #expect(
            try await run("runs", "tag", "base", "--remove", "good", "--json").object()["tags"] as? [String] == [
                "slide"
            ])
        _ = try await run("runs", "note", "base", "a note")
        #expect(try await run("runs", "list", "--filter", "tag:slide acc>=0 note:\"a n\"", "--json").array().count == 1)
        #expect(try await run("runs", "list", "--filter", "acc>100").output.contains("none of 1 runs"))
        #expect(try await run("runs", "list", "--filter", "colour:red", code: 64).errors.contains("Known: name, id"))
        #expect(try await run("runs", "list", "--sort", "data-set").lines.count == 2)
        #expect(try await run("runs", "list", "--sort", "preset", "--reverse", "--json").array().count == 1)
        let layout = home.root.appendingPathComponent("state/layout.json")
        try FileManager.default.createDirectory(
            at: layout.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(#"{"pinnedRun":"\#(id)"}"#.utf8).write(to: layout)
        #expect(try await run("runs", "list").lines[1].contains("pinned"))
        #expect(try await run("screen", "runs").output.contains("★ base"))
        try Data(#"{"pinnedRun":"gone"}"#.utf8).write(to: layout)
        #expect(try await !run("runs", "list").output.contains("pinned"))
        _ = try await run("runs", "rename", "base", "new name")
        #expect(try await run("runs", "timeline", "new name").output.contains("checkpoint (final)"))
        #expect((try await run("runs", "timeline", id, "--json").object()["spikes"] as? [Any])?.count == 4)
        let moment = try await run("runs", "timeline", id, "--at", "1", "--json").object()
        #expect(moment["optimizer_step"] as? Int == 1)
        _ = try await run("runs", "timeline", id, "--at", "100000", code: 64)

        let csv = try await run("runs", "export", id, "--csv", "--plot", "loss").lines
        #expect(csv[0] == "panel,kind,series,x,y,text" && csv.count > 40)
        let spikes = try await run("runs", "export", id, "--csv", "--plot", "spikes-per-inference").lines
        #expect(spikes.count > 1 && spikes[1].contains("spikes per inference"))
        // These neurons learn nothing of themselves.
        _ = try await run("runs", "export", id, "--csv", "--plot", "neurons", code: 1)
        #expect(try await run("runs", "export", id, "--json").array().count == 1)
        #expect(try await run("runs", "export", id, "--svg").output.contains("</svg>"))
        let picture = home.root.appendingPathComponent("picture.png")
        _ = try await run("runs", "export", id, "--output", picture.path, "--with", id, "--smooth", "0.9")
        #expect(try Data(contentsOf: picture).prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
        _ = try await run("runs", "export", id, "--output", "/nowhere/x.png", code: 1)
        _ = try await run("runs", "export", id, "--output", "x.gif", code: 64)
        _ = try await run("runs", "export", id, "--csv", "--plot", "dreams", code: 64)

        _ = try await run("runs", "delete", id, code: 64)
        _ = try await run("runs", "delete", id, "nobody", "--yes", code: 1)
        #expect(try await run("runs", "delete", id, "--yes", "--json").array().count == 1)
        #expect(try await run("runs", "list", "--json").array().isEmpty)
    }

    @Test("keeps a queue in order")
    func queue() async throws {
        for name in ["one", "two", "three"] {
            let outcome = try await Program.run(
                ["runs", "queue", "add", "--epochs", "1", "--name", name] + Home.tiny, home: home)
            #expect(outcome.code == 0)
        }
        _ = try await run("runs", "queue", "move", "3", "1")
        _ = try await run("runs", "queue", "remove", "2")
        _ = try await run("runs", "queue", "remove", "9", code: 1)
        #expect(try await run("runs", "queue").lines.dropFirst().map { $0.contains("three") } == [true, false])
        #expect(try await run("runs", "queue", "run").lines.count { $0.hasPrefix("finished") } == 2)
        #expect(try await run("runs", "queue").output == "the queue is empty\n")
        #expect(try await run("runs", "queue", "run", code: 1).errors.contains("the queue is empty"))
        _ = try await run("runs", "queue", "add", "--set", "network.model=nothing", code: 64)
    }

    @Test("changes presets, and keeps the comments")
    func presets() async throws {
        _ = try await run("presets", "save", "mine", "--preset", "digits", "--set", "sliding.exponent=4")
        let file = home.root.appendingPathComponent("config/presets/mine.yaml")
        let commented = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: "exponent: 4", with: "exponent: 4  # worked best")
        try commented.write(to: file, atomically: true, encoding: .utf8)
        _ = try await run("presets", "save", "mine", code: 64)
        _ = try await run(
            "presets", "save", "mine", "--preset", "mine", "--set", "sliding.exponent=5", "--set", Self.edits,
            "--replace")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("exponent: 5  # worked best"))
        #expect(text.contains("edits:\n  - at: 0.25\n    sliding.exponent: 2\n"))
        #expect(try await run("presets", "diff", "mine", "digits").output.contains("sliding.exponent  5"))
        #expect(try await run("presets", "diff", "mine", "--json").object()["right_title"] as? String == "defaults")
        _ = try await run("presets", "rename", "mine", "yours")
        _ = try await run("presets", "rename", "digits", "yours2", code: 64)
        try (text + "    slidng.exponent: 2\n").write(
            to: file.deletingLastPathComponent().appendingPathComponent("bad.yaml"), atomically: true, encoding: .utf8)
        let bad = try await run("presets", "show", "bad", code: 1).errors
        #expect(bad.contains("bad.yaml:\(text.split(separator: "\n", omittingEmptySubsequences: false).count):5: "))
        #expect(bad.contains("did you mean 'sliding.exponent'"))
        _ = try await run("presets", "delete", "yours", code: 64)
        _ = try await run("presets", "delete", "yours", "bad", "--yes")
        _ = try await run("presets", "delete", "digits", "--yes", code: 64)
    }

    @Test("writes a man page with every command, and completions for three shells")
    func manual() async throws {
        let page = try await run("man")
        for command in [
            "train", "study cells", "attach", "tell", "runs reproduce", "runs queue move", "presets from-run",
            "export-nir",
        ] {
            #expect(page.lines.contains(".Ss \(command)"), "\(command)")
        }
        #expect(page.output.allSatisfy(\.isASCII) && !page.output.contains("detached"))
        // Everything that is a topic is a section, and the other way round it can be asked for alone.
        for (topic, section, words) in [
            ("keys", "KEYS OF THE WORKBENCH", "predict with latest checkpoint"),
            ("files", "EVENT FILES", "AEDAT"),
            ("data", "DATA SETS", "nomniglot"), ("networks", "NETWORKS", "resnet18"),
            ("nir", "NIR GRAPHS AND PYTORCH", "SpikingJelly"),
            ("settings", "SETTINGS", "schedule.kind"), ("studies", "STUDIES", "McNemar"),
            ("cluster", "CLUSTERS", "squeue"),
            ("engine", "EXTERNAL TRAINERS", "engine-check"),
            ("speed", "PERFORMANCE", "sgemm"), ("json", "JSON OUTPUT", "ISO 8601"),
            ("results", "RESULTS OF THE PRESETS", "92.8"), ("environment", "ENVIRONMENT", "SACCADE_MOUSE"),
            ("exit", "EXIT STATUS", "64"), ("limits", "LIMITS", "viewers"), ("examples", "EXAMPLES", "saccade train"),
        ] {
            #expect(page.lines.contains(".Sh \(section)"), "\(section)")
            let text = try await run("help", topic)
            #expect(text.output.contains(words) && page.output.contains(words), "\(topic)")
            #expect(text.lines.allSatisfy { $0.count <= 84 }, "\(topic) is too wide")
        }
        let queue = (try await run("help", "runs", "queue").lines, try await run("runs", "queue", "--help").lines)
        #expect(queue.0 == queue.1)
        #expect(try await run("help").output.contains("SUBCOMMANDS"))
        #expect(try await run("help", "nothing", code: 64).errors.contains("limits"))
        // A bracket alone would be punctuation, and the key have no name.
        #expect(page.lines.contains(#".It "\&[""#))
        for shell in ["bash", "zsh", "fish"] {
            #expect(try await run("--generate-completion-script", shell).output.contains("from-run"), "\(shell)")
        }
    }
}

/// A safetensors file without its table, which says how it was trained.
private enum SafetensorsBody {
    static func of(_ path: String) throws -> Data {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        return data.dropFirst(8 + length)
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var result: [Value] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}
