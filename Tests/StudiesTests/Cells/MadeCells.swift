import Foundation
import RunStore
import Testing

@testable import Studies

/// Cells of a made study, handed out in a folder of its own that is gone with it.
final class MadeCells {
    /// The user's own.
    let home: StudyHome
    let folder: CellFolder
    let plan: StudyPlan

    init(_ study: Study = MadeStudy.study()) throws {
        home = try StudyHome()
        folder = CellFolder(try #require(home.paths.home).path + "/handed out", beside: home.paths)
        plan = try MadeStudy.plan(study)
        try handOut()
    }

    /// - Returns: the list, as a command writes it now.
    @discardableResult
    func handOut() throws -> CellList {
        let ledger = StudyLedger(home.store, marks: false)
        let states = try ledger.states(of: plan.cells())
        let cells = try plan.numberedCells(states)
        let list = CellList(
            plan, cells, finished: Set(cells.map(\.id).filter { states[$0]?.result != nil }), file: "/made.yaml",
            workingFolder: "/")
        try folder.write(list, cells, described: .shipped)
        try folder.supply(list, cells, states, from: home.store)
        return list
    }

    var list: CellList { get throws { try folder.list() } }

    /// Trains a cell as its fate wants it.
    @discardableResult
    func train(
        _ number: Int, _ fate: MadeTrainer.Fate = .finishes, _ look: (CellWork.Order) throws -> Void = { _ in }
    ) throws -> CellProgress {
        let list = try list
        var work = CellWork(folder, list, described: .shipped, host: "node1", job: "7_\(number)") { true }
        work.graceSeconds = 0
        return try work.run(list.cells[number]) { order in
            try look(order)
            let store = try RunStore(paths: order.home, described: .shipped)
            return try MadeTrainer(store) { _, _ in fate }.train(order.cell, order.configuration, order.run)
        }
    }
}
