import Configuration
import Engine
import Foundation
import Messages
import RunStore
import TestSupport
import Training

/// An engine with a catalogue of its own, as a program that uses it as a library would have it.
final class Workshop: Sendable {
    let catalogue: TrainingCatalogue
    let description: EngineDescription
    let root: URL
    let store: RunStore
    let bus: MessageBus
    private let engine: Task<Void, Never>

    init(_ catalogue: TrainingCatalogue) throws {
        (self.catalogue, description) = (catalogue, catalogue.description)
        root = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-extension-\(UUID().uuidString)", isDirectory: true)
            .resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        var paths = StoragePaths(root: root)
        paths.cache = SimulatedRecordings.cache
        store = try RunStore(paths: paths, described: description)
        bus = MessageBus(description: description)
        let engine = Engine(bus: bus, store: store, catalogue: catalogue)
        self.engine = Task { await engine.run() }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var presets: PresetStore {
        PresetStore(userFolder: root.appendingPathComponent("presets"), described: description)
    }

    /// Trains in some hundredths of a second: 3 steps an epoch.
    func configuration(_ assignments: [String]) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        for assignment in [
            "data.size=16", "data.time_steps=2", "data.recordings_per_class=3", "training.batch_size=8",
            "training.epochs=4", "optimizer.learning_rate=0.002",
        ] + assignments { try description.assign(assignment, to: &configuration) }
        return configuration
    }

    /// Everything that is told until a run ends.
    func reports(untilEndOf run: @Sendable () async throws -> String) async throws -> [EngineReport] {
        let (wakes, wake) = AsyncStream<Void>.makeStream()
        let subscription = await bus.subscribe { wake.yield() }
        let id = try await run()
        var reports: [EngineReport] = []
        for await _ in wakes {
            let batch = subscription.take()
            reports += batch.lossless
            if let run = batch.metricsRun {
                reports.append(.metrics(run: run, batch.metrics.values.flatMap { $0 }))
            }
            let isOver = reports.contains {
                if case .state(let state) = $0, state.run == id { !state.isActive } else { false }
            }
            if isOver { return reports }
        }
        return reports
    }

    func close() async {
        await bus.close()
        await engine.value
    }

    func finalWeights(of run: String) throws -> String {
        guard let record = try store.run(run).checkpoints.last(where: { $0.reason == "final" }) else {
            throw WorkshopError(text: "the run \(run) did not end: \(try store.run(run).failure?.text ?? "")")
        }
        return try Checkpoint.weightFingerprint(of: URL(fileURLWithPath: record.path))
    }

    func run(_ answer: CommandAnswer) throws -> String {
        guard case .tookEffect(let run?, _) = answer else { throw WorkshopError(text: "\(answer)") }
        return run
    }
}

struct WorkshopError: Error { var text: String }
