import Configuration
import Engine
import Messages
import RunStore

/// Which runs a study is made of, as far as what is known of them says.
///
/// A search goes on by its results: the plan grows until the winners' runs are in it. The same results give the same plan.
public final class StudyPlan {
    public private(set) var study: Study
    public let description: EngineDescription
    private let protocols: (RunConfiguration) throws -> RunProtocol
    private var known: [RunConfiguration: RunProtocol] = [:]
    private let fileSeeds: [Int]

    /// - Parameters:
    ///   - changes: settings of all runs on top of those of the file, as `--set` gives them.
    ///   - protocols: which recordings a run is trained on; asked once for the same data.
    /// - Throws: `ConfigurationError` of a change that does not fit, `StudyError.tooManyCells`.
    public init(
        _ study: Study, changes: [KnobChange] = [], described description: EngineDescription,
        protocols: @escaping (RunConfiguration) throws -> RunProtocol
    ) throws {
        var study = study
        for change in changes { try description.set(change.key, to: change.value, in: &study.base) }
        (self.study, self.description, self.protocols) = (study, description, protocols)
        fileSeeds = study.seeds
        try checkSize(study)
    }

    private func checkSize(_ study: Study) throws(StudyError) {
        let most = study.arms.count * points.count * (study.seeds.count + searchCellCount(of: study))
        guard most <= Study.cellLimit else { throw .tooManyCells(count: most) }
    }

    /// Seeds besides those of the file, in place of those that were added before.
    ///
    /// - Throws: `StudyError.tooManyCells`; the plan is as before then.
    public func setAdded(seeds: [Int]) throws(StudyError) {
        var changed = study
        changed.seeds = fileSeeds
        changed = changed.adding(seeds: seeds)
        try checkSize(changed)
        study = changed
    }

    /// Seeds that are not in the file.
    public var addedSeeds: [Int] { study.seeds.filter { !fileSeeds.contains($0) } }

    private func searchCellCount(of study: Study) -> Int {
        study.search.map { $0.candidates.count * $0.seeds.count * 2 } ?? 0
    }

    /// Every combination of the axes' values.
    public var points: [[KnobChange]] {
        study.axes.reduce([[]]) { points, axis in
            points.flatMap { point in axis.values.map { point + [KnobChange(key: axis.key, value: $0)] } }
        }
    }

    /// Finds what is wrong with any arm before the first is trained: of each arm and point one cell.
    ///
    /// - Parameter check: throws what is wrong with a configuration.
    /// - Throws: `StudyError.unsuitable`.
    public func check(_ check: (RunConfiguration) throws -> Void) throws {
        for point in points {
            for arm in study.arms {
                do {
                    let candidate = candidates(of: arm)[0]
                    let cell = try cell(arm, point, candidate, seed: study.seeds[0], stage: .report)
                    try check(cell.configuration)
                    guard cell.configuration.training.selection == "reference-best-test" else { continue }
                    throw StudyError.unsuitable(
                        arm: arm.name, point: Cell.text(of: point),
                        detail:
                            "training.selection is reference-best-test; a study chooses the epoch on validation data "
                            + "alone: expected validation or last")
                } catch let error as StudyError {
                    throw error
                } catch {
                    throw StudyError.unsuitable(arm: arm.name, point: Cell.text(of: point), detail: "\(error)")
                }
            }
        }
    }

    // MARK: Cells

    /// Every cell that is known to belong to the study, in the order in which they are trained: pairs first, so that the
    /// table says something early.
    ///
    /// - Parameter results: what became of cells, by identifier; those that failed are there without an accuracy.
    /// - Throws: `StudyError.unsuitable`.
    public func cells(_ results: [String: CellState] = [:]) throws -> [Cell] {
        var cells: [Cell] = []
        var seen: Set<String> = []
        func add(_ more: [Cell]) throws {
            for cell in more where !seen.contains(cell.id) {
                // Those whose weights it takes come before it, also where a search has seeds of its own.
                try add(sources(of: cell))
                if seen.insert(cell.id).inserted { cells.append(cell) }
            }
        }
        var winners: [(arm: Study.Arm, point: [KnobChange], candidate: [KnobChange])] = []
        for point in points {
            for arm in study.arms {
                let outcome = try search(arm, point, results)
                try add(outcome.cells)
                if let winner = outcome.winner { winners.append((arm, point, winner)) }
            }
        }
        // Where the search and the table want the same run, it stands in the table.
        for seed in study.seeds {
            for (arm, point, candidate) in winners {
                let cell = try cell(arm, point, candidate, seed: seed, stage: .report)
                if seen.contains(cell.id) {
                    for index in cells.indices where cells[index].id == cell.id { cells[index].stage = .report }
                } else {
                    try add([cell])
                }
            }
        }
        return cells
    }

    /// A cell fails with the one whose weights it takes, as long as it is not trained.
    public func withGivenUp(_ states: [String: CellState]) throws -> [String: CellState] {
        guard states.values.contains(where: { if case .failed = $0 { true } else { false } }) else { return states }
        var states = states
        // Sources stand before those that take their weights.
        for cell in try cells(states) {
            switch states[cell.id] {
            case .finished, .failed, .live: continue
            case .absent, .begun, nil: break
            }
            for source in cell.takes.values {
                guard case .failed(let run, let reason)? = states[source] else { continue }
                states[cell.id] = .failed(
                    run: nil, reason: "the run\(run.map { " \($0)" } ?? "") whose weights it takes failed: \(reason)")
            }
        }
        return states
    }

    /// Cells that a cell takes weights of.
    private func sources(of cell: Cell) throws -> [Cell] {
        guard !cell.takes.isEmpty, let arm = study.arms.first(where: { $0.name == cell.arm }) else { return [] }
        return try arm.takes.values.sorted().compactMap { name in
            guard let other = study.arms.first(where: { $0.name == name }) else { return nil }
            return try self.cell(other, cell.point, candidates(of: other)[0], seed: cell.seed, stage: .report)
        }
    }

    /// The cells of the table for an arm at a point; empty while the search goes on.
    public func reported(
        _ arm: Study.Arm, _ point: [KnobChange], _ results: [String: CellState]
    ) throws -> [Cell] {
        guard let winner = try search(arm, point, results).winner else { return [] }
        return try study.seeds.map { try cell(arm, point, winner, seed: $0, stage: .report) }
    }

    /// Which recordings a cell is trained and tested on.
    public func runProtocol(of cell: Cell) throws -> RunProtocol { try runProtocol(of: cell.configuration) }

    /// - Parameter share: of the arm's budget.
    func cell(
        _ arm: Study.Arm, _ point: [KnobChange], _ candidate: [KnobChange], seed: Int, stage: Cell.Stage,
        share: Double = 1
    ) throws -> Cell {
        do {
            var configuration = study.base
            for change in arm.changes + point + candidate + [KnobChange(key: KnownKnob.seed, value: .integer(seed))] {
                try description.set(change.key, to: change.value, in: &configuration)
            }
            var takes: [String: String] = [:]
            for (key, name) in arm.takes {
                guard let other = study.arms.first(where: { $0.name == name }) else {
                    throw StudyError.unknownArm(name, known: study.arms.map(\.name))
                }
                let source = try self.cell(other, point, candidates(of: other)[0], seed: seed, stage: .report)
                takes[key] = source.id
                try description.set(key, to: .text("cell:\(source.id)"), in: &configuration)
            }
            let data = try runProtocol(of: configuration)
            try budget(&configuration, batchesPerEpoch: data.batchesPerEpoch, times: arm.budget * share)
            return Cell(
                id: Cell.identifier(of: configuration), study: study.name, arm: arm.name, point: point,
                candidate: candidate, seed: seed, stage: stage,
                configuration: configuration, takes: takes, trainingRecordings: data.training.count,
                batchesPerEpoch: data.batchesPerEpoch)
        } catch let error as StudyError {
            throw error
        } catch {
            throw StudyError.unsuitable(arm: arm.name, point: Cell.text(of: point), detail: "\(error)")
        }
    }

    private func budget(
        _ configuration: inout RunConfiguration, batchesPerEpoch: Int, times factor: Double
    ) throws(ConfigurationError) {
        func set(_ key: String, _ value: Int) throws(ConfigurationError) {
            try description.set(key, to: .integer(value), in: &configuration)
        }
        guard let budget = study.budget else {
            let epochs = Double(configuration.training.epochs) * factor
            return try set(KnownKnob.epochs, max(1, Int(epochs.rounded())))
        }
        let epochs = max(1, Int((Double(budget.steps) * factor / Double(batchesPerEpoch)).rounded()))
        try set(KnownKnob.epochs, epochs)
        let between = (epochs + budget.validations - 1) / budget.validations
        try set("training.validate_every_epochs", between)
        // A checkpoint takes longer than an epoch of few steps: about ten of them a run.
        try set(
            "training.checkpoint_every_epochs", max(configuration.training.checkpointEveryEpochs, (epochs + 9) / 10))
    }

    /// What is said of the data depends on these settings alone.
    private func runProtocol(of configuration: RunConfiguration) throws -> RunProtocol {
        let sections = [
            "data.", "sliding.", "network.model", "training.seed", "training.batch_size", "training.selection",
        ]
        var key = RunConfiguration()
        for name in configuration.storedKeys where sections.contains(where: name.hasPrefix) {
            if let value = configuration.stored(name) { try description.restore(name, to: value, in: &key) }
        }
        if let told = known[key] { return told }
        let told = try protocols(configuration)
        known[key] = told
        return told
    }
}
