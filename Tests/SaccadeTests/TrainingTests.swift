import Foundation
import Testing
import TestSupport

@Suite("The program, training", .serialized)
struct ProgramTrainingTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    @Test("ends with the result, which evaluate finds again")
    func train() async throws {
        let outcome = try await Program.run(
            ["train", "--preset", "digits", "--json", "--epochs", "2"] + Home.tiny, home: home)
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        for line in outcome.lines.indices { _ = try outcome.object(line: line) }
        let result = try outcome.object()
        let run = try #require(result["run"] as? String)
        #expect(result["optimizer_steps"] as? Int == 6)
        let test = try #require(result["test_accuracy"] as? Double)
        let validation = try #require(result["validation_accuracy"] as? Double)
        #expect((0...1).contains(test) && (0...1).contains(validation))
        #expect(try outcome.lines.indices.count { try outcome.object(line: $0)["event"] as? String == "epoch" } == 2)

        let evaluation = try await Program.run("evaluate", run, "--json", home: home)
        #expect(evaluation.code == 0)
        #expect(try evaluation.object()["accuracy"] as? Double == test)
        let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
        #expect((shown["summary"] as? [String: Any])?["test_accuracy"] as? Double == test)
        let checkpoints = try #require(shown["checkpoints"] as? [[String: Any]])
        let best = try #require(checkpoints.last { $0["reason"] as? String == "best" }?["path"] as? String)
        let file = best + "/model.safetensors"
        let itself = try await Program.run("evaluate", file, "--json", home: home)
        #expect(try itself.object()["accuracy"] as? Double == test)
        let byFile = try await Program.run(["evaluate", file, "--json", "--preset", "digits"] + Home.tiny, home: home)
        #expect(try byFile.object()["accuracy"] as? Double == test)

        let again = try await Program.run("train", "--resume", run, home: home)
        // Killed on its way out, it would be asked to go on: its result is there.
        #expect(
            again.code == 0 && again.errors.isEmpty && again.lines.last?.hasPrefix("finished \(run): 6 steps") == true)
        #expect(
            try await Program.run("train", "--resume", run, "--json", home: home).object() as NSDictionary
                == result as NSDictionary)
        let edited = try await Program.run(
            "train", "--resume", run, "--set", "loss.image_weight=2", home: home)
        #expect(edited.code == 1 && edited.errors.contains("can no longer change"))
    }

    @Test("prints a line an epoch without --json")
    func plain() async throws {
        let outcome = try await Program.run(
            ["train", "--plain", "--epochs", "2", "--name", "quiet"] + Home.tiny, home: home)
        #expect(outcome.code == 0)
        #expect(outcome.lines.count { $0.hasPrefix("epoch ") } == 2)
        #expect(outcome.lines.last?.hasPrefix("finished ") == true)
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(try await Program.run("runs", "show", "quiet", home: home).code == 0)
    }

    private func trainForLong() async throws -> (program: Running, run: String) {
        let program = try Running(["train", "--json", "--epochs", "100000"] + Home.tiny, home: home)
        try await eventually("the run goes on; it printed \(program.output)") {
            program.output.contains(#""phase":"running""#) && program.output.contains(#""event":"epoch""#)
        }
        let run = program.output.firstMatch(of: /"run":"([^"]+)"/).map { String($0.output.1) }
        return (program, try #require(run))
    }

    /// Edits nothing but the number of epochs, which is no knob of a run: a run that lasts must be stopped again.
    private func resumes(_ run: String) async throws {
        let program = try Running(["train", "--json", "--resume", run], home: home)
        try await eventually("the run goes on; it printed \(program.output)") {
            program.output.contains(#""event":"epoch""#)
        }
        let first = try #require(
            program.output.split(separator: "\n").first { $0.contains(#""phase":"running""#) })
        #expect(!first.contains(#""optimizer_step":0,"#))
        program.send(SIGTERM)
        #expect(try await program.end().code == 0)
    }

    @Test(
        "stops with a checkpoint when it is interrupted, and goes on",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1])
    func interrupted(signal: Int32) async throws {
        let (program, run) = try await trainForLong()
        program.send(signal)
        let outcome = try await program.end()
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(try outcome.object()["phase"] as? String == "stopped")
        #expect(outcome.output.contains(#""reason":"stop""#))
        let shown = try await Program.run("runs", "show", run, "--json", home: home).object()
        #expect((shown["summary"] as? [String: Any])?["phase"] as? String == "stopped")
        try await resumes(run)
    }

    @Test("shows a run whose process was killed as interrupted, and goes on with it")
    func killed() async throws {
        let (program, run) = try await trainForLong()
        program.send(SIGKILL)
        #expect(try await program.end().code == -SIGKILL)
        let listed = try await Program.run("runs", "list", "--json", home: home).array()
        #expect((listed.first as? [String: Any])?["is_interrupted"] as? Bool == true)
        #expect(try await Program.run("runs", home: home).output.contains("interrupted"))
        try await resumes(run)
        let later = try await Program.run("runs", "list", "--json", home: home).array()
        #expect((later.first as? [String: Any])?["is_interrupted"] as? Bool == false)
        #expect((later.first as? [String: Any])?["id"] as? String == run)
    }

    @Test("finishes a run that was killed, with what it would have got")
    func killedAndFinished() async throws {
        let arguments = ["train", "--json", "--epochs", "60", "--seed", "5"] + Home.tiny
        let straight = try await Program.run(arguments, home: home).object()
        let program = try Running(arguments, home: home)
        try await eventually("epochs; it printed \(program.output)") {
            program.output.split(separator: "\n").count { $0.contains(#""event":"epoch""#) } >= 3
        }
        program.send(SIGKILL)
        let killed = try await program.end()
        try #require(killed.code == -SIGKILL, "it had finished before it was killed")
        let run = try #require(try killed.object(line: 0)["run"] as? String)
        let finished = try await Program.run("train", "--json", "--resume", run, home: home)
        #expect(finished.code == 0)
        for key in ["optimizer_steps", "validation_accuracy", "test_accuracy", "tested_epoch"] {
            #expect("\(try finished.object()[key] ?? 0)" == "\(straight[key] ?? 1)", "\(key)")
        }
    }

    @Test("goes on to the end when nobody reads any more, and says so with 1")
    func closedPipe() async throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.environment = home.environment
        shell.standardInput = FileHandle.nullDevice
        let said = FileManager.default.temporaryDirectory.appendingPathComponent("said-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: said) }
        shell.arguments = [
            "-c",
            "{ \"$0\" train --plain --epochs 30 \(Home.tiny.joined(separator: " ")) 2>\"$1\"; echo $? >>\"$1\"; } "
                + "| head -n 3 >/dev/null",
            Program.path, said,
        ]
        try shell.run()
        try await eventually("the run finishes") { !shell.isRunning }
        let runs = try await Program.run("runs", "list", "--json", home: home).array()
        #expect((runs.first as? [String: Any])?["phase"] as? String == "finished")
        let text = try String(contentsOfFile: said, encoding: .utf8)
        #expect(text.hasSuffix("\n1\n") && text.contains("cannot write to standard output"), "\(text)")
    }
}
