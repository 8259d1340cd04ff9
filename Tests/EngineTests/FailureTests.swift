import Configuration
import Foundation
import GRDB
import Messages
import RunStore
import Testing
import TestSupport

@testable import Engine

@Suite("What goes wrong", .serialized)
struct FailureTests {
    let scratch = try! Scratch()

    @Test("with the numbers ends the run with a message and advice, and the engine lives on")
    func notFinite() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1000), heldAt: 4)
        _ = await bench.edit(("optimizer.learning_rate_scale", .number(1000)), ("optimizer.weight_decay", .number(1)))
        let ended = try await bench.proceed()
        #expect(ended.phase == .failed && ended.run == run)
        let failure = try #require(bench.diary.failures.first)
        #expect(failure.run == run && failure.optimizerStep > 4)
        #expect(
            failure.message.contains("the weights were not updated") && failure.advice.contains("learning_rate_scale"))
        let detail = try bench.store.run(run)
        #expect(detail.summary.phase == .failed && detail.failure == failure)

        let other = try await bench.start(.tiny(epochs: 1))
        #expect(try await bench.diary.state { $0.run == other && $0.phase == .finished }.phase == .finished)

        // The journal would make it fail again: it waits, and the edit can be undone.
        #expect(try await bench.resume(run) >= 4)
        try await bench.diary.state { $0.run == run && $0.phase == .paused }
        await bench.send(.undo)
        #expect(bench.diary.log.contains { $0.contains("undo or change what made it fail") })
        await bench.send(.proceed)
        try await bench.diary.state { $0.phase == .running && $0.optimizerStep > 60 }
        await bench.send(.stop)
        #expect(try bench.store.run(run).summary.phase == .stopped)
        await bench.close()
    }

    @Test(
        "with a configuration is said before a run enters the history",
        arguments: [
            ("data.set=nmnist data.folder=/no/such/folder", "/no/such/folder"),
            ("data.set=none", "digits"),
            ("network.model=none", "mini"),
            ("network.surrogate=none", "quadratic-gate"),
            ("sliding.strategy=none", "hard-switch"),
            ("data.slicing=none", "time"),
            ("data.size=4", "8 or more"),
        ])
    func configuration(assignments: String, hint: String) async throws {
        var configuration = try RunConfiguration.tiny()
        for assignment in assignments.split(separator: " ") { try configuration.assignUnnamed(String(assignment)) }
        let bench = try await Bench(scratch.paths)
        guard case .refused(let reason) = await bench.send(.start(configuration: configuration, name: nil)) else {
            Issue.record("it began")
            return
        }
        #expect(reason.contains(hint), "\(reason)")
        #expect(try bench.store.runs().isEmpty)
        let run = try await bench.start(.tiny(epochs: 1))
        try await bench.diary.state { $0.run == run && $0.phase == .finished }
        await bench.close()
    }

    @Test("with the folder of the runs refuses the start")
    func unwritableRuns() async throws {
        let bench = try await Bench(scratch.paths)
        try FileManager.default.removeItem(at: scratch.paths.runs)
        try Data().write(to: scratch.paths.runs)
        guard case .refused(let reason) = await bench.send(.start(configuration: try .tiny(), name: nil)) else {
            Issue.record("it began")
            return
        }
        #expect(reason.contains(scratch.paths.runs.path) && reason.contains("not a folder"))
        await bench.close()
    }

    @Test("with the folder of the checkpoints refuses edits, and ends the run where it needs a checkpoint")
    func unwritableCheckpoints() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 4), heldAt: 4)
        let folder = bench.store.checkpointFolder(of: run)
        try FileManager.default.removeItem(at: folder)
        try Data().write(to: folder)
        for command in [
            TuningCommand.checkpoint, .edit([KnobChange(key: "sliding.exponent", value: .number(2))], at: .nextStep),
        ] {
            guard case .refused(let reason) = await bench.send(command) else {
                Issue.record("\(command) had an effect")
                return
            }
            #expect(reason.contains(folder.path) && reason.contains("cannot be written"), "\(reason)")
        }
        #expect(try bench.store.run(run).edits.isEmpty)
        #expect(try await bench.proceed().phase == .failed)
        let failure = try #require(bench.diary.failures.last)
        #expect(failure.message.contains(folder.path))
        #expect(try bench.store.run(run).failure == failure)
        let other = try await bench.start(.tiny(epochs: 1))
        try await bench.diary.state { $0.run == other && $0.phase == .finished }
        await bench.close()
    }

    @Test("with the disk ends no run: what cannot be written is told once, kept, and written when there is room")
    func nothingCanBeWritten() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 8), heldAt: 4)
        let summary = bench.store.folder(of: run).appendingPathComponent("summary.csv")
        let folder = bench.store.checkpointFolder(of: run)
        let aside = folder.deletingLastPathComponent().appendingPathComponent("aside")
        let manager = FileManager.default
        try manager.moveItem(at: folder, to: aside)
        try Data().write(to: folder)
        let rows = try Data(contentsOf: summary)
        try manager.removeItem(at: summary)
        try manager.createDirectory(at: summary, withIntermediateDirectories: true)
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        for table in ["metrics", "states", "snapshots"] {
            try await raw.write {
                try $0.execute(
                    sql: """
                        CREATE TRIGGER no_\(table) BEFORE INSERT ON \(table)
                        BEGIN SELECT RAISE(ABORT, 'no room'); END
                        """)
            }
        }
        while (bench.diary.states.last?.optimizerStep ?? 0) < 13 {
            let step = bench.diary.states.last?.optimizerStep ?? 0
            await bench.send(.step)
            try await bench.diary.state { $0.phase == .paused && $0.optimizerStep > step }
        }
        let said = bench.diary.log.filter { $0.contains("cannot be written") }
        #expect(
            said.map { $0.prefix { $0 != ";" } }.sorted() == [
                "a checkpoint cannot be written", "metrics cannot be written", "spikes and alignment cannot be written",
                "the state of the run cannot be written", "the summary cannot be written",
            ])
        #expect(said.filter { $0.contains("no room") }.count == 3 && said.contains { $0.contains(summary.path) })
        #expect(bench.diary.failures.isEmpty)

        for table in ["metrics", "states", "snapshots"] {
            try await raw.write { try $0.execute(sql: "DROP TRIGGER no_\(table)") }
        }
        try manager.removeItem(at: folder)
        try manager.moveItem(at: aside, to: folder)
        try manager.removeItem(at: summary)
        try rows.write(to: summary)
        #expect(try await bench.proceed().phase == .finished)
        #expect(bench.diary.log.filter { $0.contains("can be written again") }.count == 5)
        #expect(try bench.store.metrics(run: run, series: .totalLoss).map(\.optimizerStep) == Array(1...24))
        let table = try String(contentsOf: summary, encoding: .utf8).split(separator: "\n")
        #expect(table.dropFirst().map { Int($0.prefix { $0 != "," }) } == Array(1...8))
        #expect(try bench.store.result(run: run)?.testAccuracy != nil)
        await bench.close()
    }

    @Test("with the history leaves a run that nobody trains: with room again it goes on, without a restart")
    func theEndCannotBeWritten() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 4), heldAt: 4)
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try await raw.write {
            try $0.execute(
                sql: "CREATE TRIGGER no_runs BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'no room'); END")
        }
        await bench.send(.stop)
        try await bench.diary.state { $0.phase == .failed }
        // The history says that this process trains it, which knows better.
        let summary = try bench.store.summary(of: run)
        #expect(summary.isInterrupted && summary.processIdentifier == nil)
        #expect(try bench.store.runs().first?.isInterrupted == true)
        #expect(try bench.store.run(run).summary.processIdentifier == nil)
        try await raw.write { try $0.execute(sql: "DROP TRIGGER no_runs") }
        guard case .tookEffect = await bench.send(.resume(run: run)) else {
            Issue.record("it was not resumed")
            return
        }
        await bench.send(.proceed)
        try await bench.diary.state { $0.phase == .finished }
        #expect(try bench.store.summary(of: run).phase == .finished)
        await bench.close()
    }

    @Test("with a run that another process runs refuses the resume")
    func foreign() async throws {
        let parent = ProcessIdentity(of: getppid())
        let store = try RunStore(paths: scratch.paths, identity: parent)
        let run = try store.create(configuration: .tiny(), name: nil, parent: nil)
        let bench = try await Bench(scratch.paths)
        guard case .refused(let reason) = await bench.send(.resume(run: run)) else {
            Issue.record("it was taken away")
            return
        }
        #expect(reason.contains("process \(parent.processIdentifier)"))
        await bench.close()
    }

    @Test("with the latest checkpoint goes on from the one before, and says so")
    func damagedCheckpoint() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(), heldAt: 4)
        await bench.send(.checkpoint)
        await bench.send(.step)
        try await bench.diary.state { $0.phase == .paused && $0.optimizerStep == 5 }
        await bench.send(.stop)
        try await bench.diary.state { $0.phase == .stopped }
        let file = try bench.store.checkpoint(of: run, reason: "stop").appendingPathComponent("training.safetensors")
        try Data("no numbers".utf8).write(to: file)
        try await bench.resume(run)
        try await bench.diary.state { $0.phase == .finished }
        #expect(bench.diary.log.contains { $0.contains("older checkpoint") && $0.contains(file.path) })
        await bench.close()
    }
}
