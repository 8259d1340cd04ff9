import Foundation
import Testing

/// What standard output cannot take is said, and ends nothing that is worth more than its lines.
@Suite("The program, where its output goes", .serialized)
struct OutputTests {
    let home: Home
    private let recording: String

    init() async throws {
        home = try await Home.inTurn()
        recording = home.root.path + "/good.csv"
        let rows = (0..<40).map { "\($0 * 997),\($0 * 7 % 32),\($0 * 5 % 24),\($0 / 3 % 2)\n" }.joined()
        try Data(("t,x,y,p\n" + rows).utf8).write(to: URL(fileURLWithPath: recording))
    }

    /// - Parameter line: for a shell; `$S` is the program, `$F` a recording, `$H` a folder.
    private func shell(_ line: String) async throws -> Program.Outcome {
        let values = "S='\(Program.path)'; F='\(recording)'; H='\(home.root.path)'; "
        return try await Running(["-c", values + line], home: home, path: "/bin/bash").end()
    }

    private static let commands = [
        "$S events info $F", "$S events info $F --json", "$S events formats", "$S events frames $F",
        "$S events play $F --plain --speed 0 --slicing time:2", "$S events convert $F $H/made.npz --force", "$S themes",
        "$S themes --json", "$S presets show digits", "$S presets show --keys", "$S presets list", "$S data list",
        "$S data show digits", "$S runs list", "$S runs list --json", "$S screen train", "$S screen train --json",
        "$S man",
        "$S --help", "$S help train", "$S --version", "$S --generate-completion-script bash", "$S train --cost",
        "$S data samples digits", "$S data verify digits",
    ]

    @Test("a full disk is said, with 1", arguments: commands)
    func full(command: String) async throws {
        let outcome = try await shell("\(command) >/dev/full")
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot write to standard output: No space left on device"))
        #expect(outcome.errors.split(separator: "\n").count(where: { $0.contains("cannot write") }) == 1)
    }

    @Test("closed descriptors are no files that are opened later", arguments: ["$S runs list --json", "$S themes"])
    func closed(command: String) async throws {
        let outcome = try await shell("\(command) >&-")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("cannot write to standard output: Bad file descriptor"))
        #expect(try await shell("\(command) <&- >$H/list; r=$?; cat $H/list; exit $r").code == 0)
        #expect(try await shell("\(command) <&- >&- 2>&-").code == 1)
        // The history is as it was.
        #expect(try await shell("$S runs list --json").output.hasPrefix("["))
    }

    @Test("a reader that goes ends it as it ends any other", arguments: ["$S man", "$S presets show --keys"])
    func closedPipe(command: String) async throws {
        // A pipe whose reader has gone for sure.
        let outcome = try await shell("exec 3> >(:); sleep 0.3; \(command) >&3")
        #expect(outcome.code == 141)
        #expect(outcome.errors.isEmpty)
    }

    @Test(
        "a run goes on without its lines, and says so",
        arguments: [
            (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"), ("| head -n 1", "Broken pipe"),
        ])
    func training(redirection: String, reason: String) async throws {
        let outcome = try await shell(
            "set -o pipefail; $S train --json --epochs 30 \(Home.tiny.joined(separator: " ")) \(redirection)")
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot write to standard output: \(reason); the run continues"))
        #expect(outcome.errors.contains("runs show"))
        let runs = try await Program.run("runs", "list", "--json", home: home).array().compactMap {
            $0 as? [String: Any]
        }
        #expect(runs.first?["phase"] as? String == "finished" && runs.first?["epoch"] as? Int == 30)
    }

    @Test(
        "what cannot be written with --output is said, and a device stays one",
        arguments: [
            "$S events convert $F /dev/full --format npz", "$S events frames $F -o $H/full.npz",
            "$S screen train -o /dev/full", "$S data export digits 0 --csv -o /dev/full",
            "$S data export digits 0 -o $H/full.png", "$S data verify digits --write $H/full.json",
        ])
    func file(command: String) async throws {
        let links = ["npz", "png", "json"].map { "ln -s /dev/full $H/full.\($0)" }.joined(separator: "; ")
        let outcome = try await shell("\(links); \(command)")
        #expect(outcome.code == 1, "\(outcome.output)")
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
        var status = stat()
        #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test("a file is whole or not there")
    func noHalf() async throws {
        let outcome = try await shell("mkdir $H/new; ulimit -f 8; $S screen train -o $H/new/made.svg")
        #expect(outcome.code == 1 && outcome.errors.contains("File too large"), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.root.path + "/new").isEmpty)
        #expect(try await shell("$S events convert $F $H/new --format npz").errors.contains("is a folder"))
        #expect(try await shell("$S screen train -o /dev/stdout").output.contains("Train"))
    }
}
