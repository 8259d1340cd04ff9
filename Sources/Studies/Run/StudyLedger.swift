import Configuration
import Messages
import RunStore

/// What the history knows of a study's cells. There is no other book: a cell is done where a finished run with its settings
/// says so, whoever trained it, and whatever has been killed since.
public struct StudyLedger: Sendable {
    let store: RunStore
    private let marks: Bool

    /// - Parameter marks: whether runs are tagged with the study that they belong to; who only looks changes nothing.
    public init(_ store: RunStore, marks: Bool) { (self.store, self.marks) = (store, marks) }

    /// - Returns: by identifier; cells without a run are `.absent`.
    /// - Throws: `RunStoreError`.
    public func states(of cells: [Cell]) throws(RunStoreError) -> [String: CellState] {
        var memory = Memory()
        return try states(of: cells, &memory)
    }

    /// What was found before: for who asks again and again. Runs of a cell that have not changed are not read again.
    public struct Memory: Sendable {
        /// What a state depends on: of each run of the cell.
        fileprivate struct Sign: Sendable, Hashable {
            var run: String
            var phase: RunState.Phase
            var isLive: Bool
            var editCount: Int
        }

        fileprivate var known: [String: (signs: [Sign], state: CellState)] = [:]
        /// All runs that carry a cell's tag or name, as they were last listed; latest first.
        public fileprivate(set) var runs: [String: [RunSummary]] = [:]

        public init() {}
    }

    /// The same, with what was found before.
    public func states(of cells: [Cell], _ memory: inout Memory) throws(RunStoreError) -> [String: CellState] {
        memory.runs = try runs(of: cells)
        let signs = memory.runs.mapValues { runs in
            runs.map {
                Memory.Sign(
                    run: $0.id, phase: $0.phase, isLive: $0.processIdentifier != nil, editCount: $0.editCount)
            }
        }
        let changed = cells.filter { memory.known[$0.id]?.signs != signs[$0.id] ?? [] }
        let outcomes = try store.outcomes(of: changed.flatMap { (memory.runs[$0.id] ?? []).map(\.id) })
        let byRun = Dictionary(outcomes.map { ($0.summary.id, $0) }) { first, _ in first }
        for cell in changed {
            let state = try state(of: cell, (memory.runs[cell.id] ?? []).compactMap { byRun[$0.id] })
            memory.known[cell.id] = (signs[cell.id] ?? [], state)
        }
        return Dictionary(cells.map { ($0.id, memory.known[$0.id]?.state ?? .absent) }) { first, _ in first }
    }

    /// The runs that carry a cell's tag, or its name: one that was killed before it was tagged.
    private func runs(of cells: [Cell]) throws(RunStoreError) -> [String: [RunSummary]] {
        let names = Dictionary(cells.map { ($0.name, $0) }) { first, _ in first }
        let tags = Dictionary(cells.map { ($0.tags[1], $0) }) { first, _ in first }
        let study = cells.first.map { Cell.tag(ofStudy: $0.study) } ?? ""
        var found: [String: [RunSummary]] = [:]
        for run in try store.runs() where run.problem == nil {
            let tagged = run.tags.contains(study) ? run.tags.lazy.compactMap({ tags[$0] }).first : nil
            guard let cell = tagged ?? names[run.name] else { continue }
            found[cell.id, default: []].append(run)
        }
        return found
    }

    /// Of several runs of a cell the first that was finished counts, so that the table never changes any more.
    private func state(of cell: Cell, _ outcomes: [RunOutcome]) throws(RunStoreError) -> CellState {
        let own = outcomes.filter { isOf(cell, $0) }.sorted { $0.summary.created < $1.summary.created }
        for run in own.map(\.summary) where marks && run.processIdentifier == nil {
            let missing = cell.tags.filter { !run.tags.contains($0) }
            if !missing.isEmpty { try store.tag(run: run.id, tags: run.tags + missing) }
        }
        if let done = own.first(where: { $0.summary.phase == .finished }), let result = done.result {
            return .finished(
                CellResult(
                    run: done.summary.id, validationAccuracy: result.validationAccuracy,
                    testAccuracy: result.testAccuracy, optimizerSteps: result.optimizerSteps,
                    testedEpoch: result.testedEpoch, selection: result.selection, seconds: result.seconds))
        }
        if let live = own.first(where: { $0.summary.processIdentifier != nil }) { return .live(run: live.summary.id) }
        guard let last = own.last else { return .absent }
        guard last.summary.phase == .failed else { return .begun(run: last.summary.id) }
        let failure = try store.run(last.summary.id).failure
        return .failed(run: last.summary.id, reason: failure?.text ?? "it failed")
    }

    /// What people have edited is another experiment, and so is a fork.
    private func isOf(_ cell: Cell, _ run: RunOutcome) -> Bool {
        let isEdited = run.edits.contains { if case .schedule = $0.origin { false } else { true } }
        return !isEdited && run.summary.forkStep == nil
            && store.description.differences(from: run.configuration, to: cell.configuration).allSatisfy {
                cell.takes[$0.key] != nil
            }
    }
}
