import Configuration
import Foundation
import GRDB
import Messages
import Network
import TestSupport
import Testing
import Training

/// Runs whose journal or settings come from a program that knows other keys, ranges or names.
@Suite("A run of another version") struct OtherVersionTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A run with an edit, whose journal is changed as if another program had written it.
    private func edited(_ bench: Bench, _ old: String, _ new: String) async throws -> String {
        let run = try await bench.start(.tiny(), heldAt: 4)
        _ = await bench.edit(
            ("optimizer.clip_norm", .number(0.5)), ("loss.alignment_measure", .text("mean-difference")))
        #expect(try await bench.proceed().phase == .finished)
        let database = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try await database.write {
            try $0.execute(
                sql: "UPDATE edits SET differences = replace(differences, ?, ?)", arguments: [old, new])
        }
        return run
    }

    /// - Returns: how the run ended that was made of another, once more from its start.
    private func remade(_ bench: Bench, _ run: String) async throws -> RunState {
        guard case .tookEffect(let again?, _) = await bench.send(.reproduce(run: run, name: nil)) else {
            throw BenchError("it cannot be made again")
        }
        return try await bench.diary.state { $0.run == again && $0.phase.isEnd }
    }

    @Test(
        "is made again although a key of its journal is gone, or a range narrower",
        arguments: [
            ("optimizer.clip_norm", "optimizer.gone"), (":0.5", ":5000"),
        ])
    func reproduces(old: String, new: String) async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench, old, new)
        let ended = try await remade(bench, run)
        #expect(ended.phase == .finished && ended.optimizerStep == 12)
        await bench.close()
    }

    @Test("fails with the name of what is not there any more, and trains with nothing else instead")
    func names() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await edited(bench, "mean-difference", "wasserstein")
        let ended = try await remade(bench, run)
        #expect(ended.phase == .failed)
        #expect(try bench.store.run(try #require(ended.run)).failure?.message.contains("wasserstein") == true)
        await bench.close()
    }

    @Test(
        "is refused before its first step where its schedule names what does not exist",
        arguments: [
            ("0.5 loss.alignment_measure=foo", "foo"), ("0.2 data.crop=false; 0.5 sliding.strategy=bar", "bar"),
        ])
    func schedules(edits: String, name: String) async throws {
        let bench = try await Bench(scratch.paths)
        var configuration = try RunConfiguration.tiny()
        // As another version wrote it: nobody has looked at the names.
        try configuration.set("training.edits", to: .text(edits))
        guard case .refused(let reason) = await bench.send(.start(configuration: configuration, name: nil)) else {
            Issue.record("it was taken")
            return
        }
        #expect(reason.contains("'\(name)'"))
        #expect(try bench.store.runs().isEmpty)
        await bench.close()
    }

    @Test("that only a restart could change goes on with what it was started with")
    func restartKnobs() throws {
        var (started, saved) = (RunConfiguration(), RunConfiguration())
        started[NetworkSettings.shared.dropout] = 0.5
        saved[Sliding.exponent] = 7
        let merged = EngineDescription.shipped.keepingRestartKnobs(of: started, in: saved)
        #expect(merged[NetworkSettings.shared.dropout] == 0.5 && merged[Sliding.exponent] == 7)
    }
}
