import Configuration
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@Suite("The queue")
struct QueueTests {
    let scratch = try! Scratch()

    private static func job(_ seed: Int) -> QueuedJob {
        var configuration = RunConfiguration()
        configuration.training.seed = seed
        return .start(configuration: configuration, name: nil)
    }

    private func seeds(_ store: RunStore) throws -> [Int] {
        try store.queue().map {
            if case .start(let configuration, _, _) = $0.job { configuration.training.seed } else { -1 }
        }
    }

    @Test("keeps its order, can be reordered, and outlives the program")
    func order() throws {
        let store = try RunStore(paths: scratch.paths)
        for seed in 1...4 { #expect(try store.enqueue(Self.job(seed)).position == seed) }
        #expect(try store.enqueue(Self.job(0), first: true).position == 1)
        #expect(try seeds(store) == [0, 1, 2, 3, 4])
        let last = try #require(try store.queue().last)
        try store.moveInQueue(entry: last.number, position: 2)
        #expect(try seeds(store) == [0, 4, 1, 2, 3])
        try store.moveInQueue(entry: last.number, position: 99)
        try store.removeFromQueue(entry: try store.queue()[1].number)
        #expect(throws: RunStoreError.unknownEntry(99)) { try store.removeFromQueue(entry: 99) }
        #expect(throws: RunStoreError.unknownEntry(99)) { try store.moveInQueue(entry: 99, position: 1) }
        try store.close()
        #expect(try seeds(RunStore(paths: scratch.paths)) == [0, 2, 3, 4])
    }

    @Test("names the step of a fork's checkpoint, and which checkpoints are needed")
    func forks() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: "base", parent: nil)
        let paths = [40, 680].map { store.checkpointFolder(of: run).path + "/\($0)-epoch" }
        for (path, step) in zip(paths, [40, 680]) {
            try store.record(
                checkpoint: CheckpointRecord(run: run, optimizerStep: step, epoch: 1, path: path, reason: "epoch"))
        }
        let changes = [KnobChange(key: "sliding.exponent", value: .number(4))]
        for path in paths { try store.enqueue(.fork(run: run, checkpoint: path, changes: changes, name: nil)) }
        try store.enqueue(.fork(run: run, checkpoint: nil, changes: [], name: "late"))
        #expect(
            try store.queue().map(\.title) == [
                "fork of base@40: sliding.exponent=4", "fork of base@680: sliding.exponent=4", "late: fork of base",
            ])
        #expect(try store.queuedCheckpoints(of: run) == ["40-epoch", "680-epoch"])
        #expect(try store.queuedCheckpoints(of: "another").isEmpty)
    }

    @Test("gives an entry to one process alone, and to another if that one dies")
    func ownership() throws {
        let ours = try RunStore(paths: scratch.paths)
        let dead = try RunStore(paths: scratch.paths, identity: deadProcess())
        try ours.enqueue(Self.job(1))
        try ours.enqueue(Self.job(2))
        let taken = try #require(try dead.takeFromQueue())
        #expect(try seeds(ours) == [1, 2], "a dead process keeps an entry")
        #expect(try ours.takeFromQueue()?.number == taken.number)
        let others = try RunStore(paths: scratch.paths, identity: ProcessIdentity(of: getppid()))
        #expect(try seeds(others) == [2])
        #expect(throws: RunStoreError.unknownEntry(taken.number)) { try others.takeFromQueue(entry: taken.number) }
        // Its entry goes with the run's entry into the history.
        _ = try ours.create(configuration: RunConfiguration(), name: nil, parent: nil, entry: taken.number)
        #expect(try seeds(ours) == [2])
        #expect(try ours.takeFromQueue(except: [taken.number + 1]) == nil)
        #expect(try ours.takeFromQueue()?.number == taken.number + 1)
        try ours.putBackInQueue(entry: taken.number + 1, problem: "no such model")
        #expect(try seeds(others) == [2])
        #expect(try others.queue().map(\.problem) == ["no such model"])
        #expect(try others.takeFromQueue()?.problem == "no such model")
        #expect(try others.queue().map(\.problem) == [nil], "somebody tries again")
    }
}
