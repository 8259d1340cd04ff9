import Foundation
import Testing
import TestSupport

@Suite("A screen as text", .serialized)
struct ScreenCommandTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func screen(_ arguments: String...) async throws -> Program.Outcome {
        try await Program.run(["screen"] + arguments, home: home)
    }

    private func lines(_ outcome: Program.Outcome) -> [Substring] {
        outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    @Test(
        "is as large as it is wanted, also where nothing has been trained", arguments: ["data", "train", "runs", "log"])
    func empty(name: String) async throws {
        for (size, rows) in [("120x36", 36), ("80x24", 24), ("40x10", 10)] {
            let outcome = try await screen(name, "--size", size, "--ascii")
            #expect(outcome.code == 0 && outcome.errors.isEmpty)
            #expect(lines(outcome).count == rows && outcome.output.allSatisfy(\.isASCII))
        }
        let object = try await screen(name, "--json").object()
        #expect((object["lines"] as? [String])?.count == 36 && object["width"] as? Int == 120)
        #expect(object["screen"] as? String == name && object["is_live"] as? Bool == false)
    }

    @Test("shows what is stored, takes keys, and changes nothing")
    func stored() async throws {
        let trained = try await Program.run(
            ["train", "--epochs", "2", "--name", "kept", "--json"] + Home.tiny, home: home)
        let run = try #require(try trained.object()["run"] as? String)
        let train = try await screen("train")
        for text in ["[2 Train]", "kept", "finished", "conv1", "finished: validation"] {
            #expect(train.output.contains(text), "\(text) in \(train.output)")
        }
        let runs = try await screen("runs", "--run", "kept")
        #expect(runs.output.contains("[3 Runs]") && runs.output.contains("Detail  kept"), "\(runs.output)")
        let data = try await screen("data", "--keys", "Tab Tab j j Enter")
        #expect(data.output.contains("▸digits") || data.output.contains("▸Digits"), "\(data.output)")
        let help = try await screen("train", "--keys", "?")
        #expect(help.output.contains(" Keys "))
        let filtered = try await screen("train", "--keys", "/ \"domain_coef\" Enter")
        #expect(filtered.output.contains("▸λ domain"), "\(filtered.output)")

        // Delete, confirmed.
        let refused = try await screen("runs", "--keys", "D Right Enter")
        #expect(refused.output.contains("nothing can be changed"), "\(refused.output)")
        let left = try await Program.run("runs", "list", "--json", home: home).array()
        #expect((left.first as? [String: Any])?["id"] as? String == run)

        let file = home.root.appendingPathComponent("screen.txt").path
        #expect(try await screen("train", "--output", file).code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == train.output)
        #expect(try await screen("train", "--output", file).code == 1)
    }

    @Test("is drawn as a picture where the file's ending says so")
    func pictures() async throws {
        let folder = home.root
        for (name, begin) in [("a.svg", Array("<svg ".utf8)), ("b.PNG", [0x89, 0x50, 0x4E, 0x47])] {
            let file = folder.appendingPathComponent(name)
            let drawn = try await screen("data", "-o", file.path, "--theme", "dark")
            #expect(drawn.code == 0 && drawn.output.isEmpty, "\(drawn.errors)")
            #expect(Array(try Data(contentsOf: file).prefix(begin.count)) == begin)
            #expect(try await screen("data", "-o", file.path).code == 1, "it was replaced")
        }
        let svg = try String(contentsOf: folder.appendingPathComponent("a.svg"), encoding: .utf8)
        #expect(svg.contains(">Digits</text>") || svg.contains(">digits</text>"), "\(svg.prefix(2000))")
        // What is told of the terminal does not concern a file.
        let script = "NO_COLOR=1 \"$0\" screen data --theme dark -o \"$1\""
        let other = folder.appendingPathComponent("c.svg")
        let without = try await Program.run(["-c", script, Program.path, other.path], home: home, path: "/bin/sh")
        #expect(without.code == 0)
        #expect(try String(contentsOf: other, encoding: .utf8) == svg)
        for arguments in [["-o", "x.pdf"], ["-o", "x.svg", "--json"], ["-o", "x.png", "--ansi"]] {
            let refused = try await Program.run(["screen", "data"] + arguments, home: home)
            #expect(refused.code == 64, "\(arguments)")
            #expect(refused.errors.contains("x.pdf") == refused.errors.contains(".txt, .svg, .png"))
        }
    }

    @Test("has colors where they are wanted, and none with NO_COLOR")
    func colors() async throws {
        let plain = try await screen("train", "--theme", "dark")
        #expect(!plain.output.contains("\u{1B}"))
        let colored = try await screen("train", "--theme", "dark", "--ansi")
        #expect(colored.output.contains(";38;5;") && colored.output.contains(";48;5;"))
        // The same characters, but where colors stand for numbers.
        let runs = try await screen("runs", "--theme", "dark")
        let bare = try await screen("runs", "--theme", "dark", "--ansi").output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        func trimmed(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        #expect(trimmed(bare) == trimmed(runs.output))
        let script = "NO_COLOR=1 \"$0\" screen train --theme dark --ansi"
        let none = try await Program.run(["-c", script, Program.path], home: home, path: "/bin/sh")
        #expect(none.code == 0 && none.output.contains("\u{1B}[0;") && none.output.firstMatch(of: /[;\[][34]8;/) == nil)
    }

    @Test("shows a run that goes on in another process as it is now")
    func live() async throws {
        let started = try await Program.run(
            ["train", "--detach", "--json", "--epochs", "100000", "--name", "afar"] + Home.tiny, home: home)
        let process = Int32(try #require(try started.object()["process"] as? Int))
        defer { kill(process, SIGKILL) }
        try await eventually("it trains") {
            let runs = try await Program.run("runs", "list", "--json", home: home).array()
            return ((runs.first as? [String: Any])?["optimizer_step"] as? Int ?? 0) > 3
        }
        let shown = try await screen("train", "--json").object()
        #expect(shown["is_live"] as? Bool == true)
        let lines = try #require(shown["lines"] as? [String])
        #expect(lines[0].contains("afar "), "\(lines.joined(separator: "\n"))")
        // Keys do not reach it.
        _ = try await screen("train", "--keys", "S Right Enter")
        let phase = try await Program.run("runs", "show", "afar", "--json", home: home).object()["summary"]
        #expect(["running", "validating"].contains((phase as? [String: Any])?["phase"] as? String))
    }

    @Test("says what it does not understand")
    func refusals() async throws {
        for (arguments, text) in [
            (["nothing"], "data, train, runs, log"), (["train", "--size", "big"], "120x36"),
            (["train", "--size", "5x5"], "from 10x3"), (["train", "--keys", "Hyper-X"], "'Hyper-X' is not a key"),
        ] {
            let outcome = try await Program.run(["screen"] + arguments, home: home)
            #expect(outcome.code == 64 && outcome.errors.contains(text), "\(outcome.errors)")
        }
        let unknown = try await screen("train", "--run", "nobody")
        #expect(unknown.code == 1 && unknown.errors.contains("no run 'nobody'"))
        let theme = try await screen("train", "--theme", "nothing")
        #expect(theme.code != 0 && theme.errors.contains("nothing"))
    }
}

@Suite("A recording, played without a screen", .serialized)
struct PlainPlayTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    /// 5 bytes an event, one every 100 ms.
    private func file() throws -> String {
        let bytes = (0..<5).flatMap { index -> [UInt8] in
            let time = index * 100_000
            return [UInt8(index), 2, UInt8(truncatingIfNeeded: time >> 16) | (index % 2 == 0 ? 0x80 : 0)]
                + [8, 0].map { UInt8(truncatingIfNeeded: time >> $0) }
        }
        let url = home.root.appendingPathComponent("\(UUID().uuidString).bin")
        try Data(bytes).write(to: url)
        return url.path
    }

    @Test("prints a slice after another at its pace")
    func paced() async throws {
        let path = try file()
        let begin = ContinuousClock.now
        let slow = try await Program.run(
            "events", "play", path, "--json", "--slicing", "window:100", "--speed", "0.5", home: home)
        #expect(ContinuousClock.now - begin > .milliseconds(600))
        #expect(slow.code == 0 && slow.lines.count >= 4)
        let first = try slow.object(line: 0)
        #expect(first["slice"] as? Int == 1 && first["on"] as? Int == 1 && first["off"] as? Int == 0)
        #expect((first["lines"] as? [String])?.isEmpty == false)
        // No terminal: as with --plain.
        let plain = try await Program.run("events", "play", path, "--speed", "0", "--slicing", "time:5", home: home)
        #expect(plain.code == 0 && plain.output.contains("slice 1 of 5, 0.000 to "))
        #expect(plain.output.contains("ON 1, OFF 0"))
        for arguments in [["--speed", "-1"], ["--slicing", "time:0"], ["--mode", "nothing"], ["--plain", "--json"]] {
            #expect(try await Program.run(["events", "play", path] + arguments, home: home).code == 64)
        }
    }

    @Test("plays a sample of a data set")
    func sample() async throws {
        let outcome = try await Program.run(
            "data", "play", "digits", "3", "--json", "--speed", "0", "--slicing", "time:6", home: home)
        #expect(outcome.code == 0 && outcome.lines.count == 6)
        let counts = try outcome.lines.indices.map { try outcome.object(line: $0) }
        #expect(counts.reduce(0) { $0 + ($1["on"] as? Int ?? 0) + ($1["off"] as? Int ?? 0) } > 500)
        #expect(try await Program.run("data", "play", "digits", "nothing", home: home).code == 64)
    }
}
