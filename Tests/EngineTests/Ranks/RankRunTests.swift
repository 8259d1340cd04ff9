import Communication
import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import TestSupport
import Testing
import Training

@testable import Engine

/// Whole runs on several ranks: what the first is told reaches all, and what it writes is enough to go on.
@Suite("Runs on several ranks", .serialized) struct RankRunTests {
    let scratch = try! Scratch()

    /// An engine and those that follow it, each on a thread.
    private final class Team: Sendable {
        let bench: Bench
        let ranks: LocalRanks
        private let ended = Mutex<[Int: String]>([:])
        private let count: Int

        init(_ count: Int, _ scratch: Scratch, patience: Double = 300) async throws {
            (ranks, self.count) = (LocalRanks(count), count)
            bench = try await Bench(scratch.paths, group: ranks.group(0, patience: patience))
            for rank in 1..<count {
                let thread = Thread { [self, paths = scratch.paths] in
                    let result = Result {
                        let group = ranks.group(rank, patience: patience)
                        try RankFollower(paths: paths).run(in: group)
                        group.finish()
                    }
                    ended.withLock {
                        $0[rank] = if case .failure(let error) = result { "\(error)" } else { "" }
                    }
                }
                thread.stackSize = 8 << 20
                thread.start()
            }
        }

        /// Ends the engine, and waits for the others.
        ///
        /// - Returns: why they ended; empty: because they were let go.
        func close() async throws -> [String] {
            await bench.close()
            return try await eventualValue("the end of all ranks", seconds: 120) {
                ended.withLock { $0.count == count - 1 ? $0.sorted { $0.key < $1.key }.map(\.value) : nil }
            }
        }
    }

    /// An edit reaches every rank at the step that is acknowledged: made again, the run has the same bits.
    @Test func editsReachAll() async throws {
        let team = try await Team(2, scratch)
        let run = try await team.bench.start(.tiny(epochs: 3), heldAt: 4)
        let answer = await team.bench.edit(
            ("optimizer.learning_rate_scale", .number(0.25)), ("sliding.strategy", .text("events-only")))
        #expect(answer == .tookEffect(run: run, optimizerStep: 4))
        _ = await team.bench.send(.undo)
        _ = await team.bench.send(.redo)
        try await team.bench.proceed()
        #expect(team.bench.diary.results.last?.testAccuracy != nil)
        guard case .tookEffect(let again?, _) = await team.bench.send(.reproduce(run: run, name: nil)) else {
            Issue.record("it cannot be made again")
            return
        }
        let end = try await team.bench.diary.state { $0.run == again && $0.phase.isEnd }
        #expect(end.phase == .finished)
        #expect(try team.bench.store.finalWeights(of: again) == team.bench.store.finalWeights(of: run))
        #expect(try await team.close() == [""])
    }

    /// Stopped on two, gone on with on four, on one, and forked: it is the same run.
    @Test func goesOnWithAnyNumber() async throws {
        var run = ""
        for (count, step) in [(2, 3), (4, 5), (1, 7)] {
            if count == 1 {
                let bench = try await Bench(scratch.paths)
                try await bench.resume(run, heldAt: step)
                #expect(try await bench.proceed().phase == .finished)
                await bench.close()
                continue
            }
            let team = try await Team(count, scratch)
            if run.isEmpty {
                run = try await team.bench.start(.tiny(epochs: 3), heldAt: step)
            } else {
                #expect(try await team.bench.resume(run, heldAt: step) == 3)
            }
            await team.bench.send(.stop)
            #expect(try await team.bench.end().phase == .stopped)
            #expect(try await team.close() == [String](repeating: "", count: count - 1))
        }
    }

    /// A rank of which nothing comes any more ends the run with what was learned until the last complete step, and a message
    /// that says what to do; it goes on from there.
    @Test func aLostRank() async throws {
        let team = try await Team(2, scratch, patience: 1)
        let run = try await team.bench.start(.tiny(epochs: 3), heldAt: 4)
        team.ranks.lose(1)
        await team.bench.send(.proceed)
        #expect(try await team.bench.end().phase == .failed)
        let failure = try #require(team.bench.diary.failures.last)
        #expect(failure.message.contains("no answer for"))
        #expect(failure.advice.contains("--resume"))
        let last = try #require(try team.bench.store.run(run).latestCheckpoint)
        #expect(last.optimizerStep == 4)
        // Nothing else can be trained with those that are gone.
        guard case .refused = await team.bench.send(.start(configuration: try .tiny(), name: nil)) else {
            Issue.record("a run began without one of its ranks")
            return
        }
        _ = try await team.close()
        // Whoever goes on alone has the bits of who never had company from there on.
        let bench = try await Bench(scratch.paths)
        #expect(try await bench.resume(run) == 4)
        try await bench.diary.state { $0.phase == .paused }
        #expect(try await bench.proceed().phase == .finished)
        await bench.close()
    }

    @Test func aBatchThatCannotBeShared() async throws {
        let team = try await Team(3, scratch)
        guard case .refused(let reason) = await team.bench.send(.start(configuration: try .tiny(), name: nil)) else {
            Issue.record("8 samples were shared by 3")
            return
        }
        #expect(reason.contains("training.batch_size 8"))
        #expect(reason.contains("such as 9"))
        #expect(try team.bench.store.runs().isEmpty)
        #expect(try await team.close() == ["", ""])
    }
}
