import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Training

@testable import Engine
@testable import Studies

/// A home of its own, gone when the test lets go of it.
final class StudyHome: Sendable {
    let paths: StoragePaths
    let store: RunStore

    init() throws {
        let root = FileManager.default.temporaryDirectory
            .appendingPathComponent("saccade-studies-\(UUID().uuidString)", isDirectory: true).resolvingSymlinksInPath()
        paths = StoragePaths(root: root)
        store = try RunStore(paths: paths, described: .shipped)
    }

    deinit { if let home = paths.home { try? FileManager.default.removeItem(at: home) } }
}

enum MadeStudy {
    /// Two arms, two values of an axis, two seeds.
    static func study(_ change: (inout Study) -> Void = { _ in }) -> Study {
        var full = Study.Arm(name: "full")
        full.changes = [KnobChange(key: "loss.domain_coefficient", value: .number(0.25))]
        var events = Study.Arm(name: "events")
        events.changes = [KnobChange(key: "sliding.strategy", value: .text("events-only"))]
        var study = Study(name: "made", arms: [events, full], seeds: [1, 2])
        study.axes = [Study.Axis(key: "data.recordings_per_class", values: [.integer(2), .integer(16)])]
        study.budget = Study.Budget(steps: 100, validations: 10)
        change(&study)
        return study
    }

    static func plan(_ study: Study = study(), changes: [KnobChange] = []) throws -> StudyPlan {
        try StudyPlan(study, changes: changes, described: .shipped) { runProtocol(of: $0) }
    }

    /// As of a data set with ten classes.
    static func runProtocol(of configuration: RunConfiguration) -> RunProtocol {
        func part(_ count: Int, _ name: String) -> RunProtocol.Part {
            .init(
                count: 10 * count, countByClass: .init(repeating: count, count: 10),
                hash: "\(name) \(count) \(configuration.training.seed)")
        }
        let isLeaking = configuration.stored("data.reference_background_images") == .flag(true)
        return RunProtocol(
            dataSet: "made", isSimulated: true, classNames: (0..<10).map(String.init),
            seed: configuration.training.seed, training: part(configuration.data.recordingsPerClass, "training"),
            validation: part(2, "validation"), test: part(4, "test"), photographs: 100,
            photographsBehindTest: isLeaking ? 40 : 0, photographsBehindValidation: isLeaking ? 20 : 0,
            selection: configuration.training.selection, batchSize: configuration.training.batchSize)
    }

    static func result(_ run: String, validation: Double, test: Double? = nil) -> CellState {
        .finished(
            CellResult(
                run: run, validationAccuracy: validation, testAccuracy: test ?? validation, optimizerSteps: 100,
                testedEpoch: 1, selection: "validation", seconds: 2))
    }
}

/// Stands in for processes that train: enters runs into the history, and remembers for what it was called.
final class MadeTrainer: Sendable {
    enum Fate: Sendable { case finishes, stops, fails, neverBegins }

    private let store: RunStore
    private let fate: @Sendable (_ cell: Cell, _ attempt: Int) -> Fate
    private let state = Mutex<(calls: [(cell: String, run: String?)], active: Int, most: Int)>(([], 0, 0))

    init(_ store: RunStore, _ fate: @escaping @Sendable (_ cell: Cell, _ attempt: Int) -> Fate = { _, _ in .finishes })
    {
        (self.store, self.fate) = (store, fate)
    }

    convenience init(
        _ home: StudyHome, _ fate: @escaping @Sendable (_ cell: Cell, _ attempt: Int) -> Fate = { _, _ in .finishes }
    ) {
        self.init(home.store, fate)
    }

    var calls: [(cell: String, run: String?)] { state.withLock { $0.calls } }
    /// At the same time.
    var most: Int { state.withLock { $0.most } }

    /// 0…1, the same for the same cell.
    static func accuracy(of cell: Cell) -> Double {
        Double(Int(cell.id.prefix(4), radix: 16)! % 1000) / 1000
    }

    func train(_ cell: Cell, _ configuration: RunConfiguration, _ known: String?) throws -> StudyRunner.Ending {
        let attempt = state.withLock { state in
            state.calls.append((cell.id, known))
            state.active += 1
            state.most = max(state.most, state.active)
            return state.calls.count { $0.cell == cell.id }
        }
        defer { state.withLock { $0.active -= 1 } }
        let fate = fate(cell, attempt)
        if case .neverBegins = fate { return .init(status: 64, errors: "note\nsaccade: no such thing\n") }
        if let known { try store.claim(run: known) }
        let run =
            try known ?? store.create(configuration: configuration, name: cell.name, parent: nil)
        var last = try store.lastState(run: run)
        (last.optimizerStep, last.phase) = (cell.steps, .finished)
        switch fate {
        case .finishes:
            let accuracy = Self.accuracy(of: cell)
            let rows = (0..<20).map { index in
                TestPredictions.Row(
                    recording: "r\(index)", className: "a", answer: Double(index) < 20 * accuracy ? "a" : "b")
            }
            try store.record(predictions: TestPredictions(rows), run: run)
            try store.record(
                result: RunResult(
                    run: run, optimizerSteps: cell.steps, validationAccuracy: accuracy, testAccuracy: accuracy,
                    selection: "validation", testedEpoch: 1, seconds: 1))
        case .stops: last.phase = .stopped
        case .fails:
            last.phase = .failed
            try store.record(
                failure: EngineFailure(run: run, optimizerStep: 1, message: "the loss is no number", advice: ""))
        case .neverBegins: break
        }
        try store.record(state: last)
        return .init(status: last.phase == .failed ? 1 : 0, errors: "")
    }
}
