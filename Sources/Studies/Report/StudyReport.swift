import Configuration
import Engine
import Messages
import RunStore

/// What a study says: a table, and what a reader must know to believe it.
public struct StudyReport: Sendable, Hashable {
    /// An arm at a point of the axes.
    public struct Row: Sendable, Hashable {
        public var arm: String
        public var isReference: Bool
        /// Values of the axes.
        public var point: [KnobChange]
        /// What the search has found for it.
        public var found: [KnobChange]
        /// Runs of the table, whatever became of them.
        public var cells: [CellLine]
        /// Mean over seeds of the test accuracy, 0…1, with its interval by Student's t; `nil` while no run is finished.
        public var test: MeanInterval?
        /// Of `test`, over seeds and test recordings; `nil` where runs have kept no predictions.
        public var interval: Bootstrap.Interval?
        public var validation: MeanInterval?
        /// To the reference arm at the same point; `nil` of the reference itself, and while no seed of both is finished.
        public var comparison: ArmComparison?
        public var steps: Int
        /// How often a training recording is seen.
        public var passes: Double

        public var title: String { Cell.text(of: point) }
    }

    /// One run of a row.
    public struct CellLine: Sendable, Hashable {
        public var id: String
        public var seed: Int
        public var state: CellState
    }

    public var study: String
    public var note: String
    public var reference: String
    public var axes: [String]
    public var arms: [String]
    /// `leak: Full, with …` of each arm that has a note.
    public var armNotes: [String]
    public var seeds: [Int]
    /// Points in the order of the axes; at each the arms in the order of the file.
    public var rows: [Row]
    public var protocols: [ProtocolBlock]
    /// What a reader should know of the numbers: runs that are missing, pairs that are none.
    public var notes: [String]
    /// Of the bootstrap.
    public var bootstrap: Bootstrap
    /// Runs of the search, of which the table shows nothing but what they found.
    public var searchCells: Int
    public var hasSearch: Bool
    public var tunedKeys: [String]

    /// Whether every run of the table is finished.
    public var isComplete: Bool {
        rows.allSatisfy { row in
            !row.cells.isEmpty && row.cells.allSatisfy { $0.state.result != nil }
        }
    }

    /// - Parameters:
    ///   - states: what became of cells, by identifier.
    ///   - reference: the arm that others are compared with; `nil`: as the study says.
    ///   - earlier: of the same study: rows whose runs have not changed since are taken from it.
    ///   - predictions: of a run; asked once for each.
    /// - Throws: `StudyError.unknownArm`, and what `predictions` throws.
    public init(
        _ plan: StudyPlan, _ states: [String: CellState], reference: String? = nil, bootstrap: Bootstrap = Bootstrap(),
        reusing earlier: StudyReport? = nil, predictions: (_ run: String) throws -> TestPredictions?
    ) throws {
        let study = plan.study
        let reference = reference ?? study.reference
        guard study.arms.contains(where: { $0.name == reference }) else {
            throw StudyError.unknownArm(reference, known: study.arms.map(\.name))
        }
        (self.study, note, self.reference, self.bootstrap) = (study.name, study.note, reference, bootstrap)
        (axes, arms, seeds) = (study.axes.map(\.key), study.arms.map(\.name), study.seeds)
        armNotes = study.arms.filter { !$0.note.isEmpty }.map { "\($0.name): \($0.note)" }
        (hasSearch, tunedKeys) = (study.search != nil, study.search?.dimensions.map(\.key) ?? [])
        searchCells = try plan.cells(states).count { if case .search = $0.stage { true } else { false } }
        (rows, notes) = ([], [])
        let known = earlier.flatMap { $0.reference == reference && $0.bootstrap == bootstrap ? $0 : nil }
        for point in plan.points {
            let arms = try study.arms.map { (arm: $0, cells: try plan.reported($0, point, states)) }
            func lines(_ cells: [Cell]) -> [CellLine] {
                cells.map { CellLine(id: $0.id, seed: $0.seed, state: states[$0.id] ?? .absent) }
            }
            var read: [String: [ArmComparison.Result]] = [:]
            func results(of name: String) throws -> [ArmComparison.Result] {
                if let results = read[name] { return results }
                let cells = arms.first { $0.arm.name == name }?.cells ?? []
                let results = try Self.results(cells, states, predictions)
                read[name] = results
                return results
            }
            let others = lines(arms.first { $0.arm.name == reference }?.cells ?? [])
            let isSameReference = known?.row(reference, point)?.cells == others
            for (arm, cells) in arms {
                let lines = lines(cells)
                if isSameReference, let row = known?.row(arm.name, point), row.cells == lines {
                    rows.append(row)
                    continue
                }
                let isReference = arm.name == reference
                let own = try results(of: arm.name)
                let finished = cells.compactMap { states[$0.id]?.result }
                rows.append(
                    Row(
                        arm: arm.name, isReference: isReference, point: point, found: cells.first?.candidate ?? [],
                        cells: lines, test: MeanInterval(own.map(\.accuracy)),
                        interval: own.contains { $0.predictions == nil } ? nil : bootstrap.interval(own.map(\.hits)),
                        validation: MeanInterval(finished.compactMap(\.validationAccuracy)),
                        comparison: isReference
                            ? nil : ArmComparison(own, to: try results(of: reference), bootstrap),
                        steps: cells.first?.steps ?? 0, passes: cells.first?.passes ?? 0))
            }
        }
        protocols = try ProtocolBlock.blocks(plan, states)
        notes = Self.notes(rows, protocols)
        let added = plan.addedSeeds
        if !added.isEmpty {
            notes.append(
                "added, not in the file: seed\(added.count == 1 ? "" : "s") "
                    + added.map(String.init).joined(separator: ", "))
        }
    }

    private func row(_ arm: String, _ point: [KnobChange]) -> Row? {
        rows.first { $0.arm == arm && $0.point == point }
    }

    private static func results(
        _ cells: [Cell], _ states: [String: CellState], _ predictions: (String) throws -> TestPredictions?
    ) throws -> [ArmComparison.Result] {
        try cells.compactMap { cell in
            guard let result = states[cell.id]?.result, let accuracy = result.testAccuracy else { return nil }
            return ArmComparison.Result(
                seed: cell.seed, accuracy: accuracy, predictions: try predictions(result.run))
        }
    }

    private static func notes(_ rows: [Row], _ protocols: [ProtocolBlock]) -> [String] {
        var notes: [String] = []
        let cells = rows.flatMap(\.cells)
        let left = cells.count { if case .failed = $0.state { false } else { $0.state.result == nil } }
        let undecided = rows.count { $0.cells.isEmpty }
        if left > 0 { notes.append("\(left) of \(cells.count) runs are not finished: the table is not the last word") }
        if undecided > 0 { notes.append("the search has not decided yet for \(undecided) of \(rows.count) rows") }
        for row in rows {
            for cell in row.cells {
                guard case .failed(let run, let reason) = cell.state else { continue }
                let place = [row.arm, row.title, "seed \(cell.seed)"].filter { !$0.isEmpty }.joined(separator: ", ")
                notes.append("failed: \(place)\(run.map { " (\($0))" } ?? ""): \(reason)")
            }
        }
        let unpaired = rows.filter { row in
            row.comparison.map { $0.mcNemar.count < $0.difference.count } ?? false
        }
        if !unpaired.isEmpty {
            let names = unpaired.map(\.arm).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            notes.append(
                "without McNemar and bootstrap, because other recordings were tested or no predictions were kept: "
                    + names.joined(separator: ", "))
        }
        for block in protocols where block.photographsBehindTest.upperBound > 0 {
            let note =
                "the pool of \(block.arms.joined(separator: ", ")) holds photographs that test recordings were made of: "
                + "its accuracy is no result, but shows what such a leak is worth"
            // The same arms at every point of the axes are said once.
            if !notes.contains(note) { notes.append(note) }
        }
        return notes
    }
}
