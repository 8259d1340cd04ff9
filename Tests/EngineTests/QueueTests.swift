import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport

@testable import Engine

@Suite("A queue of runs", .serialized)
struct QueueTests {
    let scratch = try! Scratch()

    private func job(_ seed: Int, epochs: Int = 1, _ more: String...) throws -> QueuedJob {
        var configuration = try RunConfiguration.tiny(epochs: epochs, "training.seed=\(seed)")
        for assignment in more { try configuration.assignUnnamed(assignment) }
        return .start(configuration: configuration, name: "seed \(seed)")
    }

    /// Waits until nothing goes on and nothing waits.
    private func drained(_ bench: Bench) async throws {
        try await eventually("the end of the queue") {
            try bench.store.queue().isEmpty && bench.store.runs().allSatisfy { $0.phase == .finished }
        }
    }

    /// An engine that has nothing to do hears a command; one that had would begin that first.
    private func isIdle(_ bench: Bench) async -> Bool {
        await bench.send(.pause) == .refused("no run is active: begin or resume one")
    }

    @Test("begins when nothing goes on, and each run that finishes hands over to the next")
    func handover() async throws {
        let bench = try await Bench(scratch.paths)
        for seed in 1...3 {
            guard case .queued(_, let position) = await bench.send(.enqueue(try job(seed, epochs: 2))) else {
                Issue.record("not queued")
                return
            }
            #expect(position >= 1)
        }
        try await drained(bench)
        #expect(try bench.store.runs().map(\.name).reversed() == ["seed 1", "seed 2", "seed 3"])
        await bench.close()
    }

    @Test("hands over when a run is stopped, not when the program is left, and is there when it comes back")
    func stopAndLeave() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 1000), heldAt: 3)
        for seed in 1...3 { await bench.send(.enqueue(try job(seed, epochs: 1000))) }
        #expect(bench.diary.queue?.count == 3)
        await bench.send(.stop)
        try await bench.diary.state { $0.name == "seed 1" && $0.phase == .running }
        #expect(try bench.store.run(first).summary.phase == .stopped)
        await bench.send(.halt)
        try await bench.diary.state { $0.name == "seed 1" && $0.phase == .stopped }
        #expect(await isIdle(bench))
        #expect(try bench.store.runs().count == 2)
        await bench.close()

        let later = try await Bench(scratch.paths)
        #expect(await isIdle(later))
        #expect(try later.store.queue().map(\.title).count == 2)
        #expect(try later.store.runs().count == 2, "something began although nobody asked")
        #expect(await later.send(.trainFromQueue(entry: nil)) == .queueChanged)
        try await later.diary.state { $0.name == "seed 2" && $0.phase == .running }
        await later.send(.halt)
        await later.close()
        #expect(try later.store.queue().map(\.title) == ["seed 3: new run of digits, seed 3"])
    }

    @Test("lets another run train: the one that goes on is stopped and goes on after it")
    func choosing() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 4), heldAt: 3)
        await bench.send(.enqueue(try job(1)))
        await bench.send(.enqueue(try job(2)))
        let chosen = try #require(try bench.store.queue().last)
        #expect(await bench.send(.trainFromQueue(entry: chosen.number)) == .queueChanged)
        try await drained(bench)
        #expect(try bench.store.runs().count == 3)
        // The history is written before anybody is told.
        try await bench.diary.state { $0.name == "seed 1" && $0.phase == .finished }
        let states = bench.diary.states.filter { $0.phase == .finished }.map(\.name)
        #expect(states == ["seed 2", try bench.store.run(first).summary.name, "seed 1"])
        await bench.close()
    }

    @Test("goes past an entry that cannot begin, and keeps it")
    func unsuitable() async throws {
        let bench = try await Bench(scratch.paths)
        // Nobody has checked it: it came from elsewhere.
        try bench.store.enqueue(try job(1, "network.model=nothing"))
        try bench.store.enqueue(try job(2))
        await bench.send(.trainFromQueue(entry: nil))
        try await bench.diary.state { $0.name == "seed 2" && $0.phase == .finished }
        #expect(try bench.store.queue().map(\.title) == ["seed 1: new run of digits, seed 1"])
        #expect(bench.diary.log.contains { $0.contains("could not start") && $0.contains("nothing") })
        let entry = try #require(try bench.store.queue().first)
        #expect(entry.problem?.contains("nothing") == true)
        // Chosen again it is tried again, and keeps what was found.
        #expect(await bench.send(.trainFromQueue(entry: entry.number)) == .queueChanged)
        try await eventually("a second refusal") {
            bench.diary.log.count { $0.contains("could not start") } == 2 && bench.diary.queue == [entry]
        }
        guard case .refused(let reason) = await bench.send(.enqueue(try job(3, "network.model=nothing"))) else {
            Issue.record("a bad configuration may wait")
            return
        }
        #expect(reason.contains("network.model"))
        await bench.close()
    }

    @Test("keeps the checkpoint that a fork in it goes on from, although later ones take its place")
    func neededCheckpoint() async throws {
        let bench = try await Bench(scratch.paths, handsOver: false)
        let run = try await bench.start(
            .tiny(epochs: 8, "training.checkpoint_every_epochs=1", "training.validate_every_epochs=100"), heldAt: 4)
        let checkpoint = try bench.store.checkpoint(of: run, reason: "epoch").path
        let fork = QueuedJob.fork(run: run, checkpoint: checkpoint, changes: [], name: "child")
        guard case .queued(let entry, 1) = await bench.send(.enqueue(fork)) else {
            Issue.record("not queued")
            return
        }
        #expect(bench.diary.queue?.first?.title == "child: fork of \(try bench.store.run(run).summary.name)@3")
        #expect(try await bench.proceed().phase == .finished)
        let detail = try bench.store.run(run)
        #expect(detail.goneCheckpoints.count == 3, "of the eighth epoch there is the final one")
        #expect(detail.presentCheckpoints.filter { $0.reason == "epoch" }.map(\.optimizerStep) == [3, 15, 18, 21])

        await bench.send(.trainFromQueue(entry: entry))
        try await bench.diary.state { $0.name == "child" && $0.phase == .finished }
        #expect(try bench.store.runs().first?.forkStep == 3)
        let gone = try #require(detail.goneCheckpoints.first)
        guard
            case .refused(let reason) = await bench.send(
                .enqueue(.fork(run: run, checkpoint: gone, changes: [], name: nil)))
        else {
            Issue.record("a fork from a checkpoint that is gone may wait")
            return
        }
        #expect(reason.contains("no longer exists"))
        await bench.close()
    }

    @Test("is only kept by an engine that does not hand over")
    func keeping() async throws {
        let bench = try await Bench(scratch.paths, handsOver: false)
        try bench.store.enqueue(try job(1))
        _ = try await bench.start(.tiny(epochs: 1))
        try await bench.end()
        #expect(await isIdle(bench))
        #expect(try bench.store.runs().count == 1)
        #expect(try bench.store.queue().count == 1)
        await bench.close()
    }
}
