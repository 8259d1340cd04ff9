import Configuration
import Foundation
import Messages
import RunStore
import Testing

@testable import Engine

@Suite("Commands", .serialized)
struct CommandTests {
    let scratch = try! Scratch()

    @Test(
        "are refused while no run goes on",
        arguments: [
            TuningCommand.pause, .proceed, .step, .stop, .undo, .redo, .checkpoint, .note("hello"),
            .edit([KnobChange(key: "sliding.exponent", value: .number(2))], at: .nextStep),
        ])
    func idle(command: TuningCommand) async throws {
        let bench = try await Bench(scratch.paths)
        #expect(await bench.send(command) == .refused("no run is active: begin or resume one"))
        await bench.close()
        #expect(await bench.send(command) == .refused("the engine has ended"))
    }

    @Test("pause, step, go on and stop")
    func flow() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1000), heldAt: 4)
        #expect(try bench.store.run(run).summary.phase == .paused)
        // Paused means that nothing moves: commands are heard one after another, a run that went on would step between.
        for _ in 0..<3 { #expect(await bench.send(.note("here")) == .tookEffect(run: run, optimizerStep: 4)) }
        #expect(await bench.send(.step) == .tookEffect(run: run, optimizerStep: 4))
        try await bench.diary.state { $0.phase == .paused && $0.optimizerStep == 5 }
        for _ in 0..<3 { #expect(await bench.send(.note("there")) == .tookEffect(run: run, optimizerStep: 5)) }
        #expect(bench.diary.states.last?.optimizerStep == 5)
        #expect(try bench.store.metrics(run: run, series: .totalLoss).map(\.optimizerStep) == Array(1...5))

        await bench.send(.proceed)
        try await bench.diary.state { $0.phase == .running && $0.optimizerStep >= 9 }
        guard case .tookEffect(_, let step) = await bench.send(.stop) else {
            Issue.record("a stop was refused")
            return
        }
        let stopped = try await bench.end()
        #expect(stopped.phase == .stopped && stopped.optimizerStep >= step)
        let detail = try bench.store.run(run)
        #expect(detail.checkpoints.last?.reason == "stop")
        #expect(detail.checkpoints.last?.optimizerStep == stopped.optimizerStep)
        #expect(detail.notes.map(\.text) == ["here", "here", "here", "there", "there", "there"])
        await bench.close()
    }

    @Test("of a step at the end of an epoch validate and then pause")
    func stepOverEpoch() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 4), heldAt: 3)
        #expect(try bench.store.metrics(run: run, series: .validationAccuracy).map(\.optimizerStep) == [3])
        try await bench.hold(at: 4)
        #expect(bench.diary.states.last?.epoch == 1)
        await bench.close()
    }

    @Test("to start are refused while a run goes on")
    func busy() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 1000), heldAt: 3)
        let refusal = CommandAnswer.refused("the run \(run) is active: stop it before another begins")
        #expect(await bench.send(.start(configuration: try .tiny(), name: nil)) == refusal)
        #expect(await bench.send(.resume(run: run)) == refusal)
        #expect(try bench.store.runs().count == 1)
        await bench.send(.stop)
        _ = try await bench.start(.tiny(epochs: 1))
        try await bench.end()
        await bench.close()
    }

    @Test("that close the bus stop the run with a checkpoint", arguments: [true, false])
    func closing(isPaused: Bool) async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 100_000), heldAt: 3)
        if !isPaused {
            await bench.send(.proceed)
            try await bench.diary.state { $0.optimizerStep > 6 }
        }
        await bench.close()
        let detail = try bench.store.run(run)
        #expect(detail.summary.phase == .stopped && detail.checkpoints.last?.reason == "stop")
    }

    @Test("are heard although a listener never takes what it is told")
    func deafListener() async throws {
        let bench = try await Bench(scratch.paths)
        let deaf = await bench.bus.subscribe {}
        let run = try await bench.start(.tiny(epochs: 20))
        #expect(try await bench.end().phase == .finished)
        #expect(try bench.store.run(run).summary.optimizerStep == 60)
        withExtendedLifetime(deaf) {}
        await bench.close()
    }

    @Test("come in the order in which they were sent, and each is answered")
    func many() async throws {
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 100_000), heldAt: 3)
        await bench.send(.proceed)
        await withTaskGroup(of: CommandAnswer.self) { group in
            for number in 0..<100 { group.addTask { await bench.send(.note("\(number)")) } }
            for await answer in group {
                guard case .tookEffect = answer else {
                    Issue.record("\(answer)")
                    continue
                }
            }
        }
        await bench.send(.stop)
        let notes = try bench.store.run(run).notes
        #expect(Set(notes.map(\.text)).count == 100)
        #expect(notes.map(\.optimizerStep) == notes.map(\.optimizerStep).sorted())
        await bench.close()
    }
}
