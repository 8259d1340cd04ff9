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

    /// - Parameter known: of cells that these take weights of and that are not among them.
    /// - Returns: by identifier; cells without a run are `.absent`.
    /// - Throws: `RunStoreError`.
    public func states(
        of cells: [Cell], knowing known: [String: CellState] = [:]
    ) throws(RunStoreError) -> [String: CellState] {
        var memory = Memory()
        return try states(of: cells, knowing: known, &memory)
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

        fileprivate var known: [String: (signs: [Sign], sources: [Set<String>], state: CellState)] = [:]
        /// All runs that carry a cell's tag or name, as they were last listed; latest first.
        public fileprivate(set) var runs: [String: [RunSummary]] = [:]

        public init() {}
    }

    /// The same, with what was found before.
    public func states(
        of cells: [Cell], knowing known: [String: CellState] = [:], _ memory: inout Memory
    ) throws(RunStoreError) -> [String: CellState] {
        var sources: [String: Set<String>]
        (memory.runs, sources) = try runs(of: cells)
        let signs = memory.runs.mapValues { runs in
            runs.map {
                Memory.Sign(
                    run: $0.id, phase: $0.phase, isLive: $0.processIdentifier != nil, editCount: $0.editCount)
            }
        }
        let needed = Set(cells.flatMap(\.takes.values))
        for source in needed {
            if let run = known[source]?.result?.run { sources[source] = [run] }
        }
        // Most take weights of nobody, and are read together; the others follow their sources, as in the plan.
        let independent = cells.filter(\.takes.isEmpty)
        for group in [independent] + cells.filter({ !$0.takes.isEmpty }).map({ [$0] }) {
            func taken(_ cell: Cell) -> [Set<String>] { cell.takes.values.sorted().map { sources[$0] ?? [] } }
            let changed = group.filter { cell in
                guard let known = memory.known[cell.id] else { return true }
                // Weights may have been taken of a run that is gone.
                return known.signs != signs[cell.id] ?? [] || known.sources != taken(cell)
            }
            let outcomes = try store.outcomes(of: changed.flatMap { (memory.runs[$0.id] ?? []).map(\.id) })
            let byRun = Dictionary(outcomes.map { ($0.summary.id, $0) }) { first, _ in first }
            for cell in changed {
                let own = (memory.runs[cell.id] ?? []).compactMap { byRun[$0.id] }
                memory.known[cell.id] = (signs[cell.id] ?? [], taken(cell), try state(of: cell, own, sources))
            }
            // Of a source that is one of these it is known which run counts.
            for cell in group where needed.contains(cell.id) {
                sources[cell.id] = Set([memory.known[cell.id]?.state.result?.run].compactMap { $0 })
            }
        }
        return Dictionary(cells.map { ($0.id, memory.known[$0.id]?.state ?? .absent) }) { first, _ in first }
    }

    /// The runs that carry a cell's tag, or its name: one that was killed before it was tagged.
    ///
    /// - Returns: also, of every cell that others take weights of, its runs: a source is tagged before they begin.
    private func runs(
        of cells: [Cell]
    ) throws(RunStoreError) -> (own: [String: [RunSummary]], sources: [String: Set<String>]) {
        let names = Dictionary(cells.map { ($0.name, $0) }) { first, _ in first }
        let tags = Dictionary(cells.map { ($0.tags[1], $0) }) { first, _ in first }
        let study = cells.first.map { Cell.tag(ofStudy: $0.study) } ?? ""
        let wanted = Set(cells.flatMap(\.takes.values))
        var (found, sources) = ([String: [RunSummary]](), [String: Set<String>]())
        for run in try store.runs() where run.problem == nil {
            for tag in run.tags {
                guard let source = Cell.identifier(ofTag: tag), wanted.contains(source) else { continue }
                sources[source, default: []].insert(run.id)
            }
            let tagged = run.tags.contains(study) ? run.tags.lazy.compactMap({ tags[$0] }).first : nil
            guard let cell = tagged ?? names[run.name] else { continue }
            found[cell.id, default: []].append(run)
        }
        return (found, sources)
    }

    /// Of several runs of a cell the first that was finished counts, so that the table never changes any more.
    private func state(
        of cell: Cell, _ outcomes: [RunOutcome], _ sources: [String: Set<String>]
    ) throws(RunStoreError) -> CellState {
        let own = outcomes.filter { isOf(cell, $0, sources) }.sorted { $0.summary.created < $1.summary.created }
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

    /// What people have edited is another experiment, and so is a fork; and what has weights of a run that is gone.
    private func isOf(_ cell: Cell, _ run: RunOutcome, _ sources: [String: Set<String>]) -> Bool {
        let isEdited = run.edits.contains { if case .schedule = $0.origin { false } else { true } }
        return !isEdited && run.summary.forkStep == nil
            && store.description.differences(from: run.configuration, to: cell.configuration).allSatisfy {
                cell.takes[$0.key] != nil
            }
            && cell.takes.allSatisfy { key, source in
                guard case .text(let taken)? = run.configuration.stored(key) else { return false }
                return sources[source]?.contains(taken) ?? false
            }
    }
}
