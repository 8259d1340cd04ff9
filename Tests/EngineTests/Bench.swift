import Communication
import Configuration
import Foundation
import Messages
import RunStore
import TestSupport
import Training

@testable import Engine

/// A folder of its own for one test, gone when the test lets go of it. All share the simulated recordings.
final class Scratch: Sendable {
    let root: URL
    let paths: StoragePaths

    init() throws {
        root = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-engine-\(UUID().uuidString)", isDirectory: true).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        var paths = StoragePaths(root: root)
        paths.cache = SimulatedRecordings.cache
        self.paths = paths
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// What a reboot would find: the same files somewhere else.
    func copy() throws -> Scratch {
        let other = try Scratch()
        try FileManager.default.removeItem(at: other.root)
        try FileManager.default.copyItem(at: root, to: other.root)
        return other
    }
}

/// A store, a bus and an engine that works on them, as a process would have them.
final class Bench: Sendable {
    let store: RunStore
    let bus: MessageBus
    let diary: Diary
    private let engine: Task<Void, Never>

    init(
        _ paths: StoragePaths, identity: ProcessIdentity = .current, handsOver: Bool = true,
        bus: MessageBus = MessageBus(), group: sending RankGroup? = nil
    ) async throws {
        let store = try RunStore(paths: paths, identity: identity)
        (self.store, self.bus) = (store, bus)
        diary = await Diary(bus)
        let engine = Engine(bus: bus, store: store, handsOver: handsOver, group: group)
        self.engine = Task { await engine.run() }
    }

    /// The same with an external trainer in the engine's place.
    init(_ paths: StoragePaths, trainer: ExternalTrainer) async throws {
        let store = try RunStore(paths: paths, described: trainer.description)
        let bus = MessageBus()
        (self.store, self.bus) = (store, bus)
        diary = await Diary(bus)
        let engine = Engine(bus: bus, store: store, trainer: trainer)
        self.engine = Task { await engine.run() }
    }

    /// Ends the engine as the program does on its way out.
    func close() async {
        await bus.close()
        await engine.value
    }

    @discardableResult
    func send(_ command: TuningCommand) async -> CommandAnswer { await bus.send(command) }

    /// - Returns: the run.
    func start(_ configuration: RunConfiguration, name: String? = nil) async throws -> String {
        switch await send(.start(configuration: configuration, name: name)) {
        case .tookEffect(let run?, _): return run
        case let answer: throw BenchError("the start was answered with \(answer)")
        }
    }

    @discardableResult
    func resume(_ run: String) async throws -> Int {
        switch await send(.resume(run: run)) {
        case .tookEffect(_, let step): return step
        case let answer: throw BenchError("the resume was answered with \(answer)")
        }
    }

    /// Waits until the run ends or cannot go on.
    @discardableResult
    func end() async throws -> RunState {
        try await diary.state { $0.phase.isEnd }
    }

    /// Starts a run and holds it before this step (3 or more: the engine is off before it hears of the pause).
    func start(_ configuration: RunConfiguration, heldAt step: Int) async throws -> String {
        let answers = await bus.sendTogether([.start(configuration: configuration, name: nil), .pause])
        guard case .tookEffect(let run?, _) = answers[0] else {
            throw BenchError("the start was answered with \(answers[0])")
        }
        try await reach(step, after: answers[1])
        return run
    }

    /// Resumes a run and holds it before this step.
    ///
    /// - Returns: the step from which it went on.
    @discardableResult
    func resume(_ run: String, heldAt step: Int) async throws -> Int {
        let answers = await bus.sendTogether([.resume(run: run), .pause])
        guard case .tookEffect(_, let resumed) = answers[0] else {
            throw BenchError("the resume was answered with \(answers[0])")
        }
        try await reach(step, after: answers[1])
        return resumed
    }

    /// Starts runs until one is caught in this phase, which may be over before a command is heard, and is stopped in it.
    ///
    /// - Parameters:
    ///   - isCaught: asked before the stop.
    ///   - isStopped: asked after it.
    func stopped(
        _ configuration: RunConfiguration, while phase: RunState.Phase,
        isCaught: () async -> Bool = { true }, isStopped: (_ run: String) throws -> Bool = { _ in true }
    ) async throws -> String {
        for _ in 0..<50 {
            let run = try await start(configuration)
            try await eventually("a run that is \(phase)", seconds: 120) {
                diary.states.contains { $0.run == run && ($0.phase == phase || $0.phase.isEnd) }
            }
            let caught = await isCaught()
            await send(.stop)
            let end = try await diary.state { $0.run == run && $0.phase.isEnd }
            if caught, end.phase == .stopped, try isStopped(run) { return run }
        }
        throw BenchError("no run could be stopped while it was \(phase)")
    }

    /// Pauses, and goes on step by step.
    func hold(at step: Int) async throws { try await reach(step, after: await send(.pause)) }

    private func reach(_ step: Int, after pause: CommandAnswer) async throws {
        guard case .tookEffect(_, var reached) = pause, reached <= step else {
            throw BenchError("it cannot be held at step \(step): the pause was answered with \(pause)")
        }
        try await diary.state { $0.phase == .paused }
        while reached < step {
            reached += 1
            await send(.step)
            let next = reached
            try await diary.state { $0.phase == .paused && $0.optimizerStep == next }
        }
    }

    /// Goes on until the run ends.
    @discardableResult
    func proceed() async throws -> RunState {
        await send(.proceed)
        return try await end()
    }

    func edit(_ changes: (String, KnobValue)..., at boundary: TuningCommand.Boundary = .nextStep) async -> CommandAnswer
    {
        await send(.edit(changes.map { KnobChange(key: $0.0, value: $0.1) }, at: boundary))
    }
}

extension MessageBus {
    /// Sends commands so that the engine finds none without the next one waiting behind it.
    func sendTogether(_ commands: [TuningCommand]) async -> [CommandAnswer] {
        // Tasks of an actor begin in the order in which the actor makes them, and each only adds to what waits.
        let tasks = commands.map { command in Task { await self.send(command) } }
        var answers: [CommandAnswer] = []
        for task in tasks { answers.append(await task.value) }
        return answers
    }
}

extension RunState.Phase {
    var isEnd: Bool { [.finished, .stopped, .failed].contains(self) }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
}

extension RunConfiguration {
    /// Trains in some hundredths of a second: 3 steps an epoch.
    static func tiny(epochs: Int = 4, _ assignments: String...) throws -> RunConfiguration {
        try tiny(epochs: epochs, assignments)
    }

    static func tiny(epochs: Int = 4, _ assignments: [String]) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        for assignment in [
            "data.size=16", "data.time_steps=2", "data.recordings_per_class=3", "training.batch_size=8",
            "training.epochs=\(epochs)", "training.checkpoint_every_epochs=2",
        ] + assignments { try configuration.assignUnnamed(assignment) }
        return configuration
    }
}

extension RunConfiguration {
    /// As another version of the program may have written it: whether there is what it names is for the engine to say.
    mutating func assignUnnamed(_ assignment: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let knob = try EngineDescription.shipped.knob(parts[0])
        try knob.set(try knob.parse(parts[1]), in: &self)
    }
}

extension RunStore {
    /// The bytes of the weights that the run ended with.
    func finalModel(of run: String) throws -> Data {
        try Data(
            contentsOf: checkpoint(of: run, reason: "final").appendingPathComponent("model.safetensors"))
    }

    func finalWeights(of run: String) throws -> String {
        try Checkpoint.weightFingerprint(of: checkpoint(of: run, reason: "final"))
    }

    func checkpoint(of run: String, reason: String) throws -> URL {
        guard let record = try self.run(run).checkpoints.last(where: { $0.reason == reason }) else {
            throw BenchError("the run has no checkpoint '\(reason)'")
        }
        return URL(fileURLWithPath: record.path)
    }

    /// Curve and step to value. Spike rates are measured at every step that is made singly, so only those count that
    /// every run measures; what a run takes of the machine is never the same twice.
    func curves(of run: String) throws -> [String: Double] {
        let points = try metrics(run: run).filter {
            ($0.series != .spikeRate || $0.optimizerStep % 5 == 0) && !$0.series.rawValue.hasPrefix("machine.")
        }
        return Dictionary(points.map { ("\($0.series.rawValue) \($0.optimizerStep)", $0.value) }) { $1 }
    }
}
