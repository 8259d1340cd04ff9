import Configuration
import Engine
import Messages
import RunStore

/// The study that a desk has open: its plan, and what was last found of its cells.
final class OpenStudy {
    let path: String
    let plan: StudyPlan
    let book: StudyOrderBook
    private let ledger: StudyLedger
    private var memory = StudyLedger.Memory()
    private(set) var orders = StudyOrders()
    private var knownOrders: [Int]?
    private(set) var states: [String: CellState] = [:]
    /// The arm that others are compared with.
    var reference: String
    /// Once it has been computed, and what it is made of.
    var report: StudyReport?
    var reported: ReportKey?
    /// What the report is made of that is computed now, or was last.
    var reportKey: ReportKey?

    /// Why there is none.
    var problem: String?

    struct ReportKey: Hashable {
        var study: Study
        var added: [Int]
        var reference: String
        var results: [String: CellState]
    }

    /// Rows and cells as the results so far say; kept, because making the cells of a large study takes a while.
    private var layout: (key: [String: CellState], added: [Int], cells: [Cell], rows: [StudyBoard.Row]?)?
    private var protocols: (key: [String: CellState], added: [Int], blocks: [StudyBoard.Block])?

    init(_ study: Study, path: String, _ plan: StudyPlan, _ store: RunStore) {
        (self.path, self.plan, reference) = (path, plan, study.reference)
        book = StudyOrderBook(study: study.name, store.paths)
        ledger = StudyLedger(store, marks: false)
    }

    /// Looks at orders and history.
    func look() throws {
        let version = book.version
        if version != knownOrders {
            (knownOrders, orders) = (version, book.read())
            try plan.setAdded(seeds: orders.seeds)
        }
        var wanted = try cells(states)
        while true {
            let found = try ledger.states(of: wanted, &memory)
            states = found
            wanted = try cells(found)
            // What a search has decided brings more.
            if wanted.allSatisfy({ found[$0.id] != nil }) { break }
        }
        states = try plan.withGivenUp(states)
    }

    /// What decides which cells there are.
    private func decisions(_ states: [String: CellState]) -> [String: CellState] {
        plan.study.search == nil ? [:] : states.filter { $0.value.isDecided }
    }

    private func cells(_ states: [String: CellState]) throws -> [Cell] {
        let (key, added) = (decisions(states), plan.addedSeeds)
        if let layout, layout.key == key, layout.added == added { return layout.cells }
        let cells = try plan.cells(states)
        layout = (key, added, cells, nil)
        return cells
    }

    /// What a report is made of, as of the last look.
    var wantedReport: ReportKey {
        ReportKey(
            study: plan.study, added: plan.addedSeeds, reference: reference,
            results: states.filter { $0.value.isDecided })
    }

    func parts() throws -> (cells: [Cell], rows: [StudyBoard.Row], blocks: [StudyBoard.Block]) {
        let (key, added) = (decisions(states), plan.addedSeeds)
        let cells = try cells(states)
        if layout?.rows == nil { layout?.rows = try rows() }
        if protocols?.key != key || protocols?.added != added {
            let blocks = try ProtocolBlock.blocks(plan, states).map {
                StudyBoard.Block(point: $0.title, arms: $0.arms, lines: $0.lines)
            }
            protocols = (key, added, blocks)
        }
        return (cells, layout?.rows ?? [], protocols?.blocks ?? [])
    }

    private func rows() throws -> [StudyBoard.Row] {
        try plan.points.enumerated().flatMap { place, point in
            try plan.study.arms.enumerated().map { arm, _ in
                let arms = plan.study.arms
                let cells = try plan.reported(arms[arm], point, states)
                let first =
                    try cells.first
                    ?? plan.cell(
                        arms[arm], point, plan.candidates(of: arms[arm])[0], seed: plan.study.seeds[0], stage: .report)
                return StudyBoard.Row(
                    arm: arm, point: place, cells: cells.map(\.id),
                    found: plan.study.search == nil || cells.isEmpty ? "" : Cell.text(of: first.candidate),
                    steps: first.steps, passes: first.passes)
            }
        }
    }

    /// The run that is at work on a cell, or was last.
    func summary(of cell: String) -> RunSummary? {
        let runs = memory.runs[cell] ?? []
        return runs.first { $0.processIdentifier != nil } ?? runs.first
    }
}
