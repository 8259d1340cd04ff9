import Foundation
import GRDB
import Testing
import TestSupport

/// What is wrong with one run of a history, or with the process that trains it, and what is said of it.
@Suite("The program and what stands in its way", .serialized)
struct DamagedHomeTests {
    let home: Home
    init() async throws { home = try await Home.inTurn() }

    private func train() async throws -> String {
        let outcome = try await Program.run(
            ["train", "--epochs", "1", "--name", "kept", "--json"] + Home.tiny, home: home)
        return try #require(try outcome.object()["run"] as? String)
    }

    @Test(
        "draws the screens beside a damaged value of the newest run, and says which",
        arguments: ["configuration", "edited_configuration"])
    func damaged(column: String) async throws {
        let run = try await train()
        let history = try DatabaseQueue(path: home.root.path + "/data/runs.sqlite")
        try await history.write { try $0.execute(sql: "UPDATE runs SET \(column) = '[\"no settings\"]'") }
        try history.close()
        for screen in ["train", "runs", "log"] {
            let outcome = try await Program.run("screen", screen, "--size", "120x36", home: home)
            // The last line may be empty.
            #expect(outcome.code == 0 && (35...36).contains(outcome.lines.count))
            #expect(outcome.errors.contains(run) && outcome.errors.contains("runs.\(column) holds the text"))
            #expect(!outcome.errors.contains("DecodingError") && !outcome.errors.contains("Context("))
            if screen == "log" { #expect(outcome.output.contains("damaged in the history")) }
        }
        #expect(try await Program.run("runs", "list", home: home).output.contains("kept"))
    }

    @Test("does not call checkpoints superseded that it cannot reach")
    func unreachable() async throws {
        let run = try await train()
        let (folder, moved) = (home.root.path + "/data/runs/" + run, home.root.path + "/moved")
        let manager = FileManager.default
        try manager.moveItem(atPath: folder, toPath: moved)
        try manager.createSymbolicLink(atPath: folder, withDestinationPath: home.root.path + "/away")
        let lost = try await Program.run("runs", "show", run, home: home)
        #expect(lost.output.contains("none is accessible: \(folder) is a symbolic link to \(home.root.path)/away"))
        #expect(!lost.output.contains("superseded"))
        let fork = try await Program.run("runs", "fork", run, home: home)
        #expect(fork.code == 1 && fork.errors.contains("which does not exist"))
        // On another disk.
        try manager.removeItem(atPath: folder)
        try manager.createSymbolicLink(atPath: folder, withDestinationPath: moved)
        let found = try await Program.run("runs", "show", run, home: home)
        #expect(found.output.contains(folder + "/checkpoints/") && !found.output.contains("reached"))
        // A preset is meant, but written as a run.
        let diff = try await Program.run("runs", "diff", run, "digits", home: home)
        #expect(diff.code == 64 && diff.errors.contains("write preset:digits"))
    }

    @Test("names a trainer that is stopped, and what lets it go on")
    func stopped() async throws {
        let trainer = try Running(["train", "--epochs", "100000", "--name", "slow"] + Home.tiny, home: home)
        try await eventually("its first epoch") { trainer.output.contains("epoch 1/") }
        trainer.send(SIGSTOP)
        for arguments in [["runs", "delete", "slow", "--yes"], ["train", "--resume", "slow"]] {
            let outcome = try await Program.run(arguments, home: home)
            #expect(outcome.code == 1)
            #expect(
                outcome.errors.contains(
                    "process \(trainer.identifier), which is suspended (`kill -CONT \(trainer.identifier)`"),
                "\(outcome.errors)")
        }
        trainer.send(SIGCONT)
        trainer.send(SIGTERM)
        #expect(try await trainer.end().code == 0)
    }
}
