import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

@Suite("Forks and reproduced runs", .serialized)
struct ForkTests {
    let scratch = try! Scratch()

    private func end(_ bench: Bench, _ command: TuningCommand) async throws -> String {
        let seen = bench.diary.states.count
        guard case .tookEffect(let run?, _) = await bench.send(command) else {
            throw BenchError("\(command) was refused")
        }
        try await bench.diary.state {
            bench.diary.states.count > seen && $0.run == run && [.finished, .stopped, .failed].contains($0.phase)
        }
        return run
    }

    /// 12 steps; edits before 3, 5 and 8, the second undone before 6.
    private func edited(_ bench: Bench) async throws -> String {
        let run = try await bench.start(.tiny(), heldAt: 3)
        _ = await bench.edit(("sliding.exponent", .number(1)))
        try await bench.hold(at: 5)
        _ = await bench.edit(("loss.domain_coefficient", .number(2)), ("loss.time_step_weights", .text("fixed")))
        try await bench.hold(at: 6)
        await bench.send(.undo)
        try await bench.hold(at: 8)
        _ = await bench.edit(("sliding.strategy", .text("events-only")))
        #expect(try await bench.proceed().phase == .finished)
        return run
    }

    @Test("without changes give the same bits as the parent, from every checkpoint")
    func sameBits() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench)
        let weights = try bench.store.finalWeights(of: run)
        let parent = try bench.store.run(run)
        let present = parent.checkpoints.filter { FileManager.default.fileExists(atPath: $0.path) }
        #expect(present.count >= 6)
        for checkpoint in present where checkpoint.reason != "final" {
            // The child makes the parent's later edits by hand, as far as it has not inherited them.
            let inherited = parent.edits.filter { $0.optimizerStep < checkpoint.optimizerStep }
            guard inherited.count == 4 else { continue }
            let child = try await end(
                bench, .fork(run: run, checkpoint: checkpoint.path, changes: [], name: nil))
            #expect(try bench.store.finalWeights(of: child) == weights)
            let detail = try bench.store.run(child)
            #expect(detail.summary.parent == run && detail.summary.forkStep == checkpoint.optimizerStep)
            #expect(detail.edits.map(\.differences) == inherited.map(\.differences))
            // A checkpoint of the best epoch is from before that epoch's end, which the child goes through itself.
            let steps = detail.metrics.filter { $0.series == .totalLoss }.map(\.optimizerStep)
            #expect(steps.allSatisfy { $0 > checkpoint.optimizerStep })
            #expect(steps.isEmpty == (checkpoint.optimizerStep == parent.summary.optimizerStep))
            #expect(detail.metrics.map(\.optimizerStep).min() ?? 0 >= checkpoint.optimizerStep)
        }
        await bench.close()
    }

    @Test("from before an edit inherit the journal up to it, and make their own edit")
    func fromBeforeAnEdit() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench)
        let parent = try bench.store.run(run)
        let second = parent.edits[1]
        let changes = [KnobChange(key: "loss.domain_coefficient", value: .number(0.1))]
        let child = try await end(
            bench, .fork(run: run, checkpoint: second.checkpoint, changes: changes, name: "other"))
        let detail = try bench.store.run(child)
        #expect(detail.summary.name == "other" && detail.summary.forkStep == 5 && detail.summary.phase == .finished)
        #expect(detail.edits.map(\.number) == [1, 2] && detail.edits.map(\.optimizerStep) == [3, 5])
        #expect(detail.edits[1].differences.map(\.new) == [.number(0.1)])
        #expect(try bench.store.finalWeights(of: child) != bench.store.finalWeights(of: run))
        #expect(
            try bench.store.metricsWithAncestors(run: child, from: 0)
                .filter { $0.series == .totalLoss }.map(\.optimizerStep) == Array(1...12))
        // The fork reproduced begins at the very start, and comes to the same end.
        let again = try await end(bench, .reproduce(run: child, name: nil))
        #expect(try bench.store.finalWeights(of: again) == bench.store.finalWeights(of: child))
        // The parent may go: the child stays whole.
        try bench.store.delete(run: run)
        let grandchild = try await end(
            bench, .fork(run: child, checkpoint: detail.checkpoints[0].path, changes: changes, name: nil))
        #expect(try bench.store.finalWeights(of: grandchild) == bench.store.finalWeights(of: child))
        await bench.close()
    }

    @Test("reproduced, a run with edits, undone ones and other streams gives the same bits")
    func reproduce() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench)
        let again = try await end(bench, .reproduce(run: run, name: nil))
        #expect(try bench.store.finalWeights(of: again) == bench.store.finalWeights(of: run))
        #expect(try bench.store.curves(of: again) == bench.store.curves(of: run))
        #expect(try bench.store.run(again).summary.tags == ["reproduction"])
        await bench.close()
    }

    @Test("reproduced, a run that was stopped ends where it was stopped, with the same bits")
    func reproduceStopped() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 100), heldAt: 4)
        _ = await bench.edit(("sliding.exponent", .number(1)))
        try await bench.hold(at: 7)
        await bench.send(.stop)
        try await bench.end()
        let again = try await end(bench, .reproduce(run: run, name: nil))
        func weights(_ run: String) throws -> String {
            try Checkpoint.weightFingerprint(of: bench.store.checkpoint(of: run, reason: "stop"))
        }
        #expect(try weights(again) == weights(run))
        #expect(try bench.store.run(again).summary.optimizerStep == 7)
        await bench.close()
    }

    @Test("a reproduced run that is resumed still ends where its original had come to")
    func reproduceResumed() async throws {
        let bench = try await Bench(scratch.paths)
        let configuration = try RunConfiguration.tiny(epochs: 100)
        let original = try bench.store.create(configuration: configuration, name: nil, parent: nil)
        let run = try bench.store.create(
            Offspring(
                configuration: configuration, name: "again", parent: original, inherited: [], checkpoints: [],
                differences: [], edited: configuration, optimizerStep: 0, totalSteps: 300, epoch: 0, endStep: 5))
        #expect(try bench.store.endStep(of: run) == 5 && bench.store.endStep(of: original) == nil)
        try bench.store.record(
            state: RunState(
                run: run, name: "again", phase: .stopped, optimizerStep: 0, totalSteps: 300, epoch: 0, epochs: 100,
                configuration: configuration))
        _ = try await end(bench, .resume(run: run))
        #expect(try bench.store.run(run).summary.optimizerStep == 5)
        await bench.close()
    }

    @Test("and edits as a schedule make the edited run again, bit for bit, also across a stop and a resume")
    func schedule() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench)
        let library = StoredLibrary(
            runs: bench.store, presets: PresetStore(userFolder: scratch.root.appendingPathComponent("presets")))
        #expect(
            try library.change(.saveSchedule(run: run, preset: "mine", note: "", replacing: false))
                == "preset mine saved")
        let configuration = try library.presets.load("mine").configuration
        #expect(try configuration.scheduledEdits().count == 4)
        let scheduled = try await end(bench, .start(configuration: configuration, name: nil))
        #expect(try bench.store.finalWeights(of: scheduled) == bench.store.finalWeights(of: run))
        let edits = try bench.store.run(scheduled).edits
        #expect(edits.map(\.optimizerStep) == [3, 5, 6, 8] && edits.map(\.origin) == (0..<4).map { .schedule($0) })

        for step in [4, 5, 7] {
            let held = try await bench.start(configuration, heldAt: step)
            await bench.send(.stop)
            try await bench.diary.state { $0.run == held && $0.phase == .stopped }
            let resumed = try await end(bench, .resume(run: held))
            #expect(try bench.store.finalWeights(of: resumed) == bench.store.finalWeights(of: run))
            #expect(try bench.store.run(resumed).edits.map(\.optimizerStep) == [3, 5, 6, 8])
        }
        await bench.close()
    }

    @Test("reproduced, a run whose schedule found a knob set already is made again, with the same bits")
    func scheduleThatChangedNothing() async throws {
        let bench = try await Bench(scratch.paths)
        var configuration = try RunConfiguration.tiny()
        configuration.setScheduledEdits([
            ScheduledEdit(progress: 0.5, changes: [KnobChange(key: "sliding.exponent", value: .number(4))])
        ])
        let run = try await bench.start(configuration, heldAt: 4)
        _ = await bench.edit(("sliding.exponent", .number(4)))
        try await bench.hold(at: 8)
        _ = await bench.edit(("loss.domain_coefficient", .number(2)))
        #expect(try await bench.proceed().phase == .finished)
        #expect(try bench.store.run(run).edits.map(\.origin) == [.user, .user])
        let again = try await end(bench, .reproduce(run: run, name: nil))
        #expect(try bench.store.finalWeights(of: again) == bench.store.finalWeights(of: run))
        #expect(try bench.store.run(again).edits.map(\.optimizerStep) == [4, 8])
        await bench.close()
    }

    @Test("from before an edit that had waited for the epoch are without it")
    func fromBeforeAWaitingEdit() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 4), heldAt: 4)
        for exponent in [1.0, 2] {
            _ = await bench.edit(("sliding.exponent", .number(exponent)), at: .nextEpoch)
        }
        try await bench.hold(at: 7)
        await bench.send(.stop)
        let edits = try bench.store.run(run).edits
        #expect(edits.map(\.optimizerStep) == [6, 6])
        let before = try #require(edits.first?.checkpoint)
        let fork = try await end(bench, .fork(run: run, checkpoint: before, changes: [], name: nil))
        #expect(try bench.store.run(fork).edits.isEmpty)
        let unedited = try await end(bench, .start(configuration: .tiny(epochs: 4), name: nil))
        #expect(try bench.store.finalWeights(of: fork) == bench.store.finalWeights(of: unedited))
        await bench.close()
    }

    @Test("of runs with the longest names have names as well", arguments: ["n", "é", "👩‍👩‍👧‍👦"])
    func longNames(character: String) async throws {
        let bench = try await Bench(scratch.paths)
        var name = String(repeating: character, count: 100)
        while name.utf8.count > 1000 { name.removeLast() }
        let run = try await end(bench, .start(configuration: try .tiny(epochs: 1), name: name))
        let fork = try await end(bench, .fork(run: run, checkpoint: nil, changes: [], name: nil))
        let again = try await end(bench, .reproduce(run: run, name: nil))
        #expect(try bench.store.run(fork).summary.name.hasSuffix("@3"))
        #expect(try bench.store.run(again).summary.name.hasSuffix(" again"))
        await bench.close()
    }

    @Test("with another seed go on on the same recordings, with other draws")
    func seeds() async throws {
        let bench = try await Bench(scratch.paths)
        // Few recordings of many: another choice of them would be others.
        let configuration = try RunConfiguration.tiny(
            epochs: 4, "data.recordings_per_class=2", "training.seed=7", "sliding.strategy=sliding")
        let run = try await end(bench, .start(configuration: configuration, name: "parent"))
        let edit = try #require(
            try bench.store.run(run).presentCheckpoints.first { $0.optimizerStep < 8 && $0.reason != "final" })
        func fork(_ seed: Int?) async throws -> String {
            let changes = seed.map { [KnobChange(key: "training.seed", value: .integer($0))] } ?? []
            return try await end(bench, .fork(run: run, checkpoint: edit.path, changes: changes, name: nil))
        }
        let (same, other, again, own) = (
            try await fork(nil), try await fork(8), try await fork(8), try await fork(7)
        )
        let summary = try bench.store.run(other).summary
        #expect(summary.seed == 8 && summary.name == "parent@\(edit.optimizerStep)-seed8")
        let settings = try bench.store.run(other).configuration
        #expect(settings.data.selectionSeed == 7 && settings.training.seed == 8)
        #expect(try bench.store.finalWeights(of: same) == bench.store.finalWeights(of: run))
        #expect(try bench.store.finalWeights(of: own) == bench.store.finalWeights(of: run))
        // They differ in nothing but the seed.
        let outcomes = try [same, other, own].map { try bench.store.outcome(of: $0) }
        #expect(Set(outcomes.map { SeedlessSettings($0, described: .shipped) }).count == 1)
        #expect(try bench.store.finalWeights(of: other) != bench.store.finalWeights(of: same))
        #expect(try bench.store.finalWeights(of: other) == bench.store.finalWeights(of: again))
        guard case .refused(let reason) = await bench.send(.reproduce(run: other, name: nil)) else {
            Issue.record("what cannot be reproduced was begun")
            return
        }
        #expect(reason.contains("another seed"))
        await bench.close()
    }

    @Test("that cannot be are refused with the reason, and leave no run behind")
    func refusals() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await end(bench, .start(configuration: try .tiny(epochs: 1), name: nil))
        func refusal(_ command: TuningCommand) async -> String {
            if case .refused(let reason) = await bench.send(command) { return reason }
            return ""
        }
        let seed = [KnobChange(key: "training.batch_size", value: .integer(3))]
        #expect(await refusal(.fork(run: run, checkpoint: nil, changes: seed, name: nil)).contains("cannot change"))
        let wildSeed = [KnobChange(key: "training.seed", value: .integer(-3))]
        #expect(await refusal(.fork(run: run, checkpoint: nil, changes: wildSeed, name: nil)).contains("cannot be -3"))
        let wild = [KnobChange(key: "sliding.end", value: .number(7))]
        #expect(await refusal(.fork(run: run, checkpoint: nil, changes: wild, name: nil)).contains("cannot be 7"))
        #expect(
            await refusal(.fork(run: run, checkpoint: "/nowhere", changes: [], name: nil)).contains("no checkpoint"))
        #expect(await refusal(.fork(run: "nobody", checkpoint: nil, changes: [], name: nil)).contains("no run"))
        #expect(await refusal(.reproduce(run: "nobody", name: nil)).contains("no run"))
        #expect(try bench.store.runs().count == 1)
        let folders = try FileManager.default.contentsOfDirectory(atPath: scratch.paths.runs.path)
        #expect(folders == [run])
        await bench.close()
    }
}
