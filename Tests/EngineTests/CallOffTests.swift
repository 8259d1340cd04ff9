import Configuration
import Foundation
import RunStore
import Testing
import TestSupport

@testable import Engine
@testable import Messages

/// With a cache of its own, so that the digits would have to be simulated, which takes seconds. All commands wait before
/// the engine begins to hear them: the end is asked for by the time the data are read, however busy the machine is.
@Suite("A run that is ended while it is prepared", .serialized)
struct CallOffTests {
    let scratch: Scratch
    let paths: StoragePaths
    let bus = MessageBus()

    init() throws {
        scratch = try Scratch()
        paths = StoragePaths(root: scratch.root)
    }

    private var cached: [String] { (try? FileManager.default.contentsOfDirectory(atPath: paths.cache.path)) ?? [] }

    private func start(_ name: String) throws -> TuningCommand {
        .start(configuration: try .tiny(epochs: 1), name: name)
    }

    private func waiting(_ name: String) throws -> TuningCommand {
        .enqueue(.start(configuration: try .tiny(epochs: 1), name: name))
    }

    /// In this order.
    private func send(_ commands: TuningCommand...) async throws -> [Task<CommandAnswer, Never>] {
        var answers: [Task<CommandAnswer, Never>] = []
        for command in commands {
            answers.append(Task { [bus] in await bus.send(command) })
            try await eventually("\(command) on the bus") { await bus.waiting.count == answers.count }
        }
        return answers
    }

    private func run(_ answer: Task<CommandAnswer, Never>) async throws -> String {
        guard case .tookEffect(let run?, _) = await answer.value else { throw BenchError("it did not begin") }
        return run
    }

    @Test("is stopped and can be resumed; what was sent before is refused, and nothing half made stays")
    func stopped() async throws {
        let edit = TuningCommand.edit([KnobChange(key: "loss.domain_coefficient", value: .number(0.25))], at: .nextStep)
        let answers = try await send(start("first"), edit, .stop, .stop)
        let bench = try await Bench(paths, bus: bus)
        let run = try await run(answers[0])
        #expect(await answers[2].value == .tookEffect(run: run, optimizerStep: 0))
        let refused = CommandAnswer.refused("no run is active: begin or resume one")
        #expect(await answers[1].value == refused)
        #expect(await answers[3].value == refused)
        let detail = try bench.store.run(run)
        #expect(detail.summary.phase == .stopped && detail.checkpoints.isEmpty && detail.failure == nil)
        #expect(cached.isEmpty)

        try await bench.resume(run)
        try await bench.diary.state { $0.phase == .finished }
        #expect(!cached.isEmpty)
        await bench.close()
    }

    @Test("hands over to the queue when it is stopped, not when the program is left")
    func queue() async throws {
        let answers = try await send(start("first"), waiting("second"), .stop, .halt)
        let bench = try await Bench(paths, bus: bus)
        let first = try await run(answers[0])
        #expect(await answers[2].value == .tookEffect(run: first, optimizerStep: 0))
        // The second had not begun, or was called off as well.
        _ = await answers[3].value
        await bench.close()
        #expect(try bench.store.runs().allSatisfy { $0.phase == .stopped })
        #expect(try bench.store.runs().count + bench.store.queue().count == 2)
        #expect(cached.isEmpty)
    }

    @Test("begins the next when it is stopped")
    func handover() async throws {
        let answers = try await send(start("first"), waiting("second"), .stop)
        let bench = try await Bench(paths, bus: bus)
        let first = try await run(answers[0])
        try await bench.diary.state { $0.name == "second" }
        await bench.close()
        #expect(try bench.store.run(first).summary.phase == .stopped)
    }

    @Test("waits at the head of the queue when another is chosen instead")
    func chosen() async throws {
        let answers = try await send(start("first"), waiting("second"), .trainFromQueue(entry: nil))
        let bench = try await Bench(paths, bus: bus)
        let first = try await run(answers[0])
        #expect(await answers[2].value == .queueChanged)
        try await bench.diary.state { $0.name == "second" }
        #expect(try bench.store.queue().map(\.job) == [.resume(run: first)])
        await bench.close()
    }

    @Test("goes on where another is chosen that there is not", arguments: [99, nil])
    func chosenInVain(entry: Int?) async throws {
        let answers = try await send(start("first"), .trainFromQueue(entry: entry))
        let bench = try await Bench(paths, bus: bus)
        let first = try await run(answers[0])
        guard case .refused = await answers[1].value else {
            Issue.record("expected a refusal")
            return
        }
        try await bench.diary.state { $0.run == first && $0.phase == .running }
        #expect(try bench.store.queue().isEmpty)
        await bench.close()
    }
}
