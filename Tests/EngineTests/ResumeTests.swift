import Configuration
import Foundation
import GRDB
import Messages
import RunStore
import Testing
import TestSupport
import Training

@testable import Engine

/// A run that was interrupted gives what it would have given.
@Suite("A resumed run", .serialized)
struct ResumeTests {
    let scratch = try! Scratch()

    static let dropout = "network.dropout=0.3"
    /// Nobody has it: as if the process that ran the run had been killed.
    static let dead = ProcessIdentity(processIdentifier: 4_000_000, startTicks: 1, boot: "another boot")

    private struct Outcome: Equatable {
        var model: Data
        var curves: [String: Double]
        var summary: [[Substring]]
        var result: [String]
    }

    private func outcome(_ run: String, _ store: RunStore) throws -> Outcome {
        let result = try #require(try store.result(run: run))
        let table = try String(
            contentsOf: store.folder(of: run).appendingPathComponent("summary.csv"), encoding: .utf8)
        return Outcome(
            model: try store.finalModel(of: run), curves: try store.curves(of: run),
            // All but the seconds, which differ from day to day.
            summary: table.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).dropLast()
            },
            result: [
                "\(result.validationAccuracy ?? -1)", "\(result.testAccuracy ?? -1)", "\(result.testedEpoch ?? -1)",
            ])
    }

    private func straight(_ configuration: RunConfiguration) async throws -> Outcome {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(configuration)
        try await bench.end()
        let result = try outcome(run, bench.store)
        await bench.close()
        return result
    }

    /// Everything that is drawn for a sample; once with each way to mix.
    static let augmented = ["mixup", "cutmix", "eventmix"].map { mix in
        [
            "data.flip=true", "data.rotation=15", "data.drop_time=0.5", "data.drop_area=0.5", "data.drop_events=0.5",
            "data.noise=0.1", "data.noise_snr=20", "data.mix=\(mix)", "data.mix_share=0.7", "data.mix_alpha=0.4",
        ]
    }

    @Test("continues bit for bit with every augmentation", arguments: augmented)
    func augmentation(settings: [String]) async throws {
        try await stop(RunConfiguration.tiny(epochs: 3, settings), step: 5)
    }

    @Test("continues bit for bit after a stop", arguments: [3, 4, 5, 11])
    func stop(step: Int) async throws {
        try await stop(RunConfiguration.tiny(epochs: 5, [Self.dropout]), step: step)
    }

    private func stop(_ configuration: RunConfiguration, step: Int) async throws {
        let expected = try await straight(configuration)

        let first = try await Bench(scratch.paths)
        let run = try await first.start(configuration, heldAt: step)
        await first.send(.stop)
        #expect(try first.store.run(run).summary.phase == .stopped)
        let seconds = try #require(try Checkpoint.read(try first.store.checkpoint(of: run, reason: "stop")).seconds)
        #expect(seconds > 0)
        await first.close()

        let second = try await Bench(scratch.paths)
        #expect(try await second.resume(run) == step)
        #expect(try await second.end().phase == .finished)
        #expect(try outcome(run, second.store) == expected)
        #expect(
            try #require(try second.store.result(run: run)).seconds > seconds,
            "the time goes on, it does not begin anew")
        await second.close()
    }

    @Test("continues bit for bit with edits before and after the stop")
    func edits() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 6, Self.dropout)
        func firstEdit(_ bench: Bench) async throws {
            #expect(
                await bench.edit(("sliding.exponent", .number(0.5)), ("loss.domain_coefficient", .number(2)))
                    == .tookEffect(run: try bench.store.runs().first?.id, optimizerStep: 4))
        }
        func secondEdit(_ bench: Bench) async throws {
            try await bench.hold(at: 12)
            await bench.send(.undo)
            _ = await bench.edit(("optimizer.learning_rate_scale", .number(0.3)))
        }
        let whole = try await Bench(scratch.paths)
        let one = try await whole.start(configuration, heldAt: 4)
        try await firstEdit(whole)
        try await secondEdit(whole)
        try await whole.proceed()
        let expected = try outcome(one, whole.store)
        await whole.close()
        #expect(try await straight(configuration) != expected)

        let first = try await Bench(scratch.paths)
        let run = try await first.start(configuration, heldAt: 4)
        try await firstEdit(first)
        try await first.hold(at: 5)
        await first.close()
        let second = try await Bench(scratch.paths)
        #expect(try await second.resume(run, heldAt: 12) == 5)
        try await secondEdit(second)
        try await second.proceed()
        #expect(try outcome(run, second.store) == expected)
        #expect(try second.store.run(run).edits.map(\.origin) == [.user, .undo(of: 1), .user])
        await second.close()
    }

    @Test("makes the steps after the last checkpoint again when its process was killed")
    func killed() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 4, Self.dropout)
        let expected = try await straight(configuration)
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 5)
        let copy = try scratch.copy()
        await first.close()

        let second = try await Bench(copy.paths)
        #expect(try second.store.interruptedRuns().map(\.id) == [run])
        #expect(try await second.resume(run) == 3, "the checkpoint of the first validation")
        #expect(try await second.end().phase == .finished)
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    @Test("makes an edit again that was journalled after the last checkpoint, when its process was killed")
    func killedAfterEdit() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 6, Self.dropout)
        let edit = ("sliding.strategy", KnobValue.text("events-only"))
        let later = ("sliding.strategy", KnobValue.text("joint"))
        let whole = try await Bench(scratch.paths)
        let one = try await whole.start(configuration, heldAt: 4)
        _ = await whole.edit(edit)
        try await whole.hold(at: 12)
        _ = await whole.edit(later)
        try await whole.proceed()
        let expected = try outcome(one, whole.store)
        await whole.close()

        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 4)
        _ = await first.edit(edit)
        let copy = try scratch.copy()
        await first.close()

        let second = try await Bench(copy.paths)
        #expect(try await second.resume(run, heldAt: 12) == 4)
        #expect(second.diary.states.last?.configuration.sliding.strategy == "events-only")
        _ = await second.edit(later)
        try await second.proceed()
        #expect(try outcome(run, second.store) == expected)
        #expect(try second.store.run(run).edits.count == 2)
        await second.close()
    }

    @Test("makes all edits that waited for the epoch, when its process was killed between two of them")
    func killedBetweenWaitingEdits() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 4, Self.dropout)
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 4)
        _ = await first.edit(("sliding.exponent", .number(1)), at: .nextEpoch)
        _ = await first.edit(("loss.domain_coefficient", .number(2)), at: .nextEpoch)
        try await first.hold(at: 7)
        let copy = try scratch.copy()
        try await first.proceed()
        let expected = try outcome(run, first.store)
        let edits = try first.store.run(run).edits.map(\.differences)
        #expect(edits.count == 2)
        await first.close()

        // As the kill left it: the checkpoint before the first edit and its line in the journal, nothing of the second.
        let raw = try DatabaseQueue(path: copy.paths.runDatabase.path)
        try await raw.write { db in
            try db.execute(sql: "DELETE FROM edits WHERE number = 2")
            try db.execute(sql: "DELETE FROM checkpoints WHERE path LIKE '%edit-2'")
        }
        try raw.close()
        let second = try await Bench(copy.paths)
        let folder = second.store.checkpointFolder(of: run)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix("edit-2") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        #expect(try await second.resume(run) == 6)
        try await second.end()
        #expect(try outcome(run, second.store) == expected)
        #expect(try second.store.run(run).edits.map(\.differences) == edits)
        await second.close()
    }

    @Test("is not tested with the best weights of a stretch that was given up")
    func bestOfAnAbandonedStretch() async throws {
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(.tiny(epochs: 8), heldAt: 22)
        let copy = try scratch.copy()
        await first.send(.stop)
        await first.close()

        let second = try await Bench(copy.paths)
        let abandoned = try #require(try second.store.bestCheckpoint(run: run))
        for checkpoint in try second.store.run(run).checkpoints
        where checkpoint.optimizerStep >= abandoned.optimizerStep {
            try? Data("no numbers".utf8).write(to: URL(fileURLWithPath: checkpoint.path + "/training.safetensors"))
        }
        // What follows is another stretch: hardly anything is learned any more.
        let rate = KnobChange(key: "optimizer.learning_rate_scale", value: .number(0.001))
        let answers = await second.bus.sendTogether([.resume(run: run), .edit([rate], at: .nextStep)])
        guard case .tookEffect = answers[0], case .tookEffect(_, let step) = answers[1] else {
            Issue.record("\(answers)")
            return
        }
        #expect(step < abandoned.optimizerStep)
        try await second.end()
        let result = try #require(try second.store.result(run: run))
        let best = try #require(try second.store.bestCheckpoint(run: run))
        #expect(best.epoch == result.testedEpoch)
        #expect(try Checkpoint.read(URL(fileURLWithPath: best.path)).configuration.optimizer.learningRateScale == 0.001)
        await second.close()
    }

    @Test("goes back further where the latest checkpoint is lost, and refuses edits until the journal is made again")
    func lostCheckpoint() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 6)
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 11)
        _ = await first.edit(("loss.domain_coefficient", .number(2)))
        let copy = try scratch.copy()
        try await first.proceed()
        let expected = try outcome(run, first.store)
        await first.close()

        let second = try await Bench(copy.paths)
        for checkpoint in try second.store.run(run).checkpoints where checkpoint.optimizerStep > 6 {
            try? FileManager.default.removeItem(atPath: checkpoint.path)
        }
        let change = KnobChange(key: "loss.domain_coefficient", value: .number(3))
        let answers = await second.bus.sendTogether([.resume(run: run), .edit([change], at: .nextStep)])
        #expect(answers[0] == .tookEffect(run: run, optimizerStep: 6))
        guard case .refused(let reason) = answers[1] else {
            Issue.record("edited before the journal was made again: \(answers[1])")
            return
        }
        #expect(reason.contains("edit a") && reason.contains("step 11"))
        try await second.end()
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    @Test("is refused where all its checkpoints no longer exist, and is made again as a new run")
    func lostCheckpoints() async throws {
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(.tiny(epochs: 4), heldAt: 5)
        _ = await first.edit(("loss.domain_coefficient", .number(2)))
        let copy = try scratch.copy()
        try await first.proceed()
        let expected = try first.store.finalWeights(of: run)
        await first.close()

        let second = try await Bench(copy.paths)
        try FileManager.default.removeItem(at: second.store.folder(of: run))
        let before = try second.store.run(run)
        for command in [
            TuningCommand.resume(run: run), .enqueue(.resume(run: run)),
            .fork(run: run, checkpoint: nil, changes: [], name: nil),
        ] {
            guard case .refused(let reason) = await second.send(command) else {
                Issue.record("\(command) went on from nothing")
                return
            }
            #expect(reason.contains("checkpoints no longer exist") && reason.contains("saccade runs reproduce \(run)"))
        }
        #expect(try second.store.run(run) == before && before.summary.isInterrupted)
        await second.send(.reproduce(run: run, name: "again"))
        try await second.diary.state { $0.name == "again" && $0.phase == .finished }
        let again = try #require(try second.store.runs().first)
        #expect(again.name == "again" && again.editCount == 1)
        #expect(try second.store.finalWeights(of: again.id) == expected)
        await second.close()
    }

    @Test("fails where none of its checkpoints can be read, and does not begin again by itself")
    func unreadableCheckpoints() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 4), heldAt: 4)
        await bench.send(.stop)
        try await bench.diary.state { $0.phase == .stopped }
        for checkpoint in try bench.store.run(run).checkpoints {
            try Data("no numbers".utf8).write(to: URL(fileURLWithPath: checkpoint.path + "/training.safetensors"))
        }
        try await bench.resume(run)
        try await bench.diary.state { $0.phase == .failed }
        #expect(bench.diary.failures.last?.message.contains("no checkpoint of the run \(run) can be read") == true)
        #expect(try bench.store.run(run).summary.optimizerStep == 4)
        await bench.close()
    }

    @Test("begins again, and says so, where its process was killed before its first checkpoint")
    func beforeTheFirstCheckpoint() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 3, "training.validate_every_epochs=100")
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 4)
        let copy = try scratch.copy()
        try await first.proceed()
        let expected = try outcome(run, first.store)
        await first.close()
        let second = try await Bench(copy.paths)
        #expect(try await second.resume(run) == 0)
        try await second.end()
        #expect(second.diary.log.contains { $0.contains("no checkpoint yet: starting again from step 0") })
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    @Test("validates again what was being validated when it stopped")
    func stoppedInValidation() async throws {
        let configuration = try RunConfiguration.tiny(
            epochs: 2, "data.recordings_per_class=0", "data.validation_share=0.9", "training.batch_size=4")
        let expected = try await straight(configuration)
        let first = try await Bench(scratch.paths)
        let run = try await first.stopped(
            configuration, while: .validating,
            isStopped: { run in
                let checkpoint = try Checkpoint.read(try first.store.checkpoint(of: run, reason: "stop"))
                return checkpoint.endedEpochs < checkpoint.epoch
            })
        await first.close()

        let second = try await Bench(scratch.paths)
        try await second.resume(run)
        try await second.end()
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    @Test("keeps its last weights when it is stopped while it is tested, and changes nothing then")
    func stoppedInTest() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 3, "training.batch_size=4")
        let expected = try await straight(configuration)
        let first = try await Bench(scratch.paths)
        let run = try await first.stopped(
            configuration, while: .testing,
            isCaught: {
                let answer = await first.edit(("loss.domain_coefficient", .number(2)))
                return if case .refused(let reason) = answer { reason.contains("tested") } else { false }
            })
        await first.close()

        let second = try await Bench(scratch.paths)
        try await second.resume(run)
        try await second.end()
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    @Test("remembers the reference's best test accuracy")
    func referenceSelection() async throws {
        let configuration = try RunConfiguration.tiny(epochs: 5, "training.selection=reference-best-test")
        let expected = try await straight(configuration)
        let first = try await Bench(scratch.paths)
        let run = try await first.start(configuration, heldAt: 12)
        await first.close()
        let second = try await Bench(scratch.paths)
        try await second.resume(run)
        try await second.end()
        #expect(try outcome(run, second.store) == expected)
        await second.close()
    }

    /// As a resume finds it whose process was killed after its last word to the history.
    @Test("gives its result once more where nothing is left to do, also from the queue, which goes on")
    func finished() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1))
        try await bench.end()
        let (result, detail) = (try #require(bench.diary.results.last), try bench.store.run(run))
        #expect(await bench.send(.resume(run: run)) == .tookEffect(run: run, optimizerStep: 3))
        // What is told stands before the answer to the next command.
        await bench.send(.pause)
        #expect(bench.diary.results == [result, result] && bench.diary.states.last?.phase == .finished)
        #expect(bench.diary.log.last?.contains("nothing left") == true)

        try bench.store.enqueue(.resume(run: run))
        try bench.store.enqueue(.start(configuration: try .tiny(epochs: 1), name: "next"))
        await bench.send(.trainFromQueue(entry: nil))
        try await bench.diary.state { $0.name == "next" && $0.phase == .finished }
        #expect(bench.diary.results.count == 4 && bench.diary.results[2] == result)
        #expect(try bench.store.queue().isEmpty && bench.store.run(run) == detail)
        await bench.close()
    }

    @Test("keeps nothing of the steps after its checkpoint until they are made again")
    func whatFollowed() async throws {
        let configuration = try RunConfiguration.tiny(
            epochs: 100, "training.checkpoint_every_epochs=100", "training.validate_every_epochs=100")
        let first = try await Bench(scratch.paths, identity: Self.dead)
        let run = try await first.start(configuration, heldAt: 4)
        await first.send(.checkpoint)
        await first.send(.proceed)
        try await first.diary.state { $0.optimizerStep >= 60 }
        await first.send(.pause)
        try await first.diary.state { $0.phase == .paused && $0.optimizerStep >= 60 }
        let copy = try scratch.copy()
        await first.close()

        let second = try await Bench(copy.paths)
        func file() throws -> [Substring] {
            try String(contentsOf: second.store.folder(of: run).appendingPathComponent("summary.csv"), encoding: .utf8)
                .split(separator: "\n")
        }
        #expect(try second.store.metrics(run: run).last?.optimizerStep ?? 0 >= 60 && file().count >= 20)
        let answers = await second.bus.sendTogether([.resume(run: run), .pause])
        #expect(answers[0] == .tookEffect(run: run, optimizerStep: 4))
        let step = try #require(second.diary.states.last { $0.phase == .paused }).optimizerStep
        try #require(step < 30)
        let timeline = try second.store.timeline(of: run)
        #expect(timeline.detail.metrics.map(\.optimizerStep).max() == step)
        #expect(timeline.spikes.allSatisfy { $0.optimizerStep <= step })
        #expect(try file().count == 1 + step / 3)
        await second.close()
    }

    @Test("cannot be resumed if it never was")
    func refusals() async throws {
        let bench = try await Bench(scratch.paths)
        guard case .refused(let reason) = await bench.send(.resume(run: "nothing")) else {
            Issue.record("resumed a run that is not there")
            return
        }
        #expect(reason.contains("no run 'nothing'"))
        await bench.close()
    }
}
