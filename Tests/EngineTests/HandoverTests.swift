import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// What one command asks for while another still takes effect.
@Suite("Commands that meet", .serialized)
struct HandoverTests {
    let scratch = try! Scratch()

    private func job(_ seed: Int) throws -> QueuedJob {
        .start(configuration: try .tiny(epochs: 1000, "training.seed=\(seed)"), name: "seed \(seed)")
    }

    private func titles(_ bench: Bench) throws -> [String] { try bench.store.queue().map { $0.title.prefix(6) + "" } }

    @Test("to step, heard while the step before is validated, make a step of their own")
    func stepWhileValidating() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 100), heldAt: 5)
        for last in [6, 9] {
            try await bench.hold(at: last - 1)
            await bench.send(.step)
            try await bench.diary.state { $0.optimizerStep == last && [.validating, .paused].contains($0.phase) }
            #expect(await bench.send(.step) == .tookEffect(run: run, optimizerStep: last))
            try await bench.diary.state { $0.phase == .paused && $0.optimizerStep == last + 1 }
        }
        await bench.close()
    }

    @Test("to start, between two runs of the queue, go before the queue, which waits unharmed")
    func startWhileDue() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 1000), heldAt: 3)
        for seed in 1...2 { await bench.send(.enqueue(try job(seed))) }
        let answers = await bench.bus.sendTogether([
            .stop, .start(configuration: try .tiny(epochs: 1000), name: "between"), .pause,
        ])
        #expect(answers[0] == .tookEffect(run: first, optimizerStep: 3))
        guard case .tookEffect = answers[1], case .tookEffect = answers[2] else {
            Issue.record("\(answers)")
            return
        }
        try await bench.diary.state { $0.name == "between" && $0.phase == .paused }
        #expect(try titles(bench) == ["seed 1", "seed 2"])
        #expect(try bench.store.queue().allSatisfy { $0.problem == nil })
        await bench.send(.stop)
        try await bench.diary.state { $0.name == "seed 1" && $0.phase == .running }
        await bench.close()
    }

    @Test(
        "to train another run are undone by one to leave, and what was chosen is not begun later instead of the first")
    func leaveAfterChoice() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 1000), heldAt: 3)
        for seed in 1...2 { await bench.send(.enqueue(try job(seed))) }
        let chosen = try #require(try bench.store.queue().last).number
        let start = TuningCommand.start(configuration: try .tiny(epochs: 1000), name: "other")
        let answers = await bench.bus.sendTogether([.trainFromQueue(entry: chosen), start, .halt])
        #expect(answers[0] == .queueChanged)
        #expect(answers[1] == .refused(EngineObjection.chosenBegins.text(run: nil)))
        #expect(answers[2] == .tookEffect(run: nil, optimizerStep: 0))
        #expect(try bench.store.queue().first?.job == .resume(run: first))

        await bench.send(start)
        await bench.send(.stop)
        try await bench.diary.state { $0.run == first && $0.phase == .running }
        #expect(try titles(bench) == ["seed 1", "seed 2"])
        await bench.close()
    }

    @Test("to train another run put the one that goes on at the head of the queue, once")
    func waitsOnce() async throws {
        let bench = try await Bench(scratch.paths)
        let first = try await bench.start(.tiny(epochs: 1000), heldAt: 3)
        await bench.send(.enqueue(try job(1)))
        await bench.send(.enqueue(.resume(run: first)))
        let chosen = try #require(try bench.store.queue().first).number
        #expect(await bench.send(.trainFromQueue(entry: chosen)) == .queueChanged)
        try await bench.diary.state { $0.name == "seed 1" && $0.phase == .running }
        #expect(try bench.store.queue().map(\.job) == [.resume(run: first)])
        await bench.close()
    }

    @Test("to leave begin nothing else, also where the run fails of it")
    func leaveAndFail() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1000), heldAt: 4)
        await bench.send(.enqueue(try job(1)))
        let folder = bench.store.checkpointFolder(of: run)
        try FileManager.default.removeItem(at: folder)
        try Data().write(to: folder)
        await bench.send(.halt)
        #expect(try await bench.end().phase == .failed)
        #expect(await bench.send(.pause) == .refused("no run is active: begin or resume one"))
        #expect(try titles(bench) == ["seed 1"] && bench.store.runs().count == 1)
        await bench.close()
    }

    @Test("to stop what is being prepared are answered, whatever is refused before them")
    func stopAfterRefusal() async throws {
        let paths = StoragePaths(root: scratch.root)
        let bus = MessageBus()
        let good = try RunConfiguration.tiny(epochs: 1)
        let bad = try RunConfiguration.tiny(epochs: 1, "network.model=nothing")
        let commands: [TuningCommand] = [
            .start(configuration: good, name: "good"), .start(configuration: bad, name: "bad"), .stop,
        ]
        var sent: [Task<CommandAnswer, Never>] = []
        for command in commands { sent.append(await bus.placed(command)) }
        let bench = try await Bench(paths, bus: bus)
        guard case .tookEffect(let run, 0) = await sent[0].value, case .refused = await sent[1].value else {
            Issue.record("expected a start and a refusal")
            return
        }
        #expect(await sent[2].value == .tookEffect(run: run, optimizerStep: 0))
        await bench.close()
    }

    /// Reads reports where they are published, and looks whether an end is still wanted then.
    private final class Listener: Sendable {
        let subscription = Mutex<ReportSubscription?>(nil)
        let endsWanted = Mutex<[Bool]>([])

        func look(at bus: MessageBus) {
            let reports = subscription.withLock { $0 }?.take().lossless ?? []
            for case .state(let state) in reports where state.phase == .stopped {
                endsWanted.withLock { $0.append(bus.wantsStop) }
            }
        }
    }

    @Test(
        "to stop what is being prepared are in the engine's hands before the end is told: who hears it may close the bus"
    )
    func stopIsTakenBeforeItIsTold() async throws {
        let bus = MessageBus()
        let listener = Listener()
        let subscription = await bus.subscribe { listener.look(at: bus) }
        _ = subscription.take()
        listener.subscription.withLock { $0 = subscription }
        let start = await bus.placed(.start(configuration: try .tiny(epochs: 1), name: "good"))
        let stop = await bus.placed(.stop)
        let bench = try await Bench(StoragePaths(root: scratch.root), bus: bus)
        guard case .tookEffect(let run?, 0) = await start.value else { return #expect(Bool(false)) }
        #expect(await stop.value == .tookEffect(run: run, optimizerStep: 0))
        #expect(listener.endsWanted.withLock { $0 } == [false])
        await bench.close()
    }
}

extension MessageBus {
    /// Sends a command; it waits on the bus when this returns.
    fileprivate func placed(_ command: TuningCommand) async -> Task<CommandAnswer, Never> {
        let answer = await place(command)
        return Task { await answer.value }
    }
}
