import Configuration
import Foundation
import RunStore
import Testing

@testable import Studies

@Suite("Cells that are handed out", .serialized)
struct CellFolderTests {
    /// The first arm's run gives the second its weights, and that one the third.
    private static let chain = MadeStudy.study { study in
        study.axes = []
        study.arms[1].takes = ["training.start_from": "events"]
        var last = Study.Arm(name: "last")
        last.takes = ["loss.distillation_teacher": "full"]
        study.arms.append(last)
    }

    @Test("have numbers that stay, whatever is finished and whichever seeds are added")
    func numbers() throws {
        let plan = try MadeStudy.plan()
        let ids = try plan.numberedCells([:]).map(\.id)
        #expect(ids.count == 8 && Set(ids).count == 8)
        let some = Dictionary(uniqueKeysWithValues: ids.suffix(3).map { ($0, MadeStudy.result("r", validation: 0.5)) })
        #expect(try plan.numberedCells(some).map(\.id) == ids)
        try plan.setAdded(seeds: [9])
        let more = try plan.numberedCells([:]).map(\.id)
        #expect(more.count == 12 && Array(more.prefix(8)) == ids)
        #expect(try MadeStudy.plan().numberedCells([:]).map(\.id) == ids)
    }

    @Test("of a search come stage by stage, and keep their numbers")
    func searchNumbers() throws {
        let plan = try MadeStudy.plan(
            MadeStudy.study { study in
                study.axes = []
                study.search = Search(
                    kind: .halving,
                    dimensions: [.init(key: "sliding.exponent", domain: .values((1...9).map { .integer($0) }))],
                    seeds: [101])
            })
        let first = try plan.numberedCells([:]).map(\.id)
        #expect(try first.count == 18 && plan.searchGoesOn([:]))
        func results(_ ids: [String]) -> [String: CellState] {
            Dictionary(
                uniqueKeysWithValues: ids.enumerated().map {
                    ($1, MadeStudy.result("r", validation: Double($0 * 7 % 10) / 10))
                })
        }
        // One that is not done holds all back: what comes behind it must not depend on who was faster.
        #expect(try plan.numberedCells(results(Array(first.dropLast()))).map(\.id) == first)
        let second = try plan.numberedCells(results(first)).map(\.id)
        #expect(Array(second.prefix(18)) == first && second.count > 18)
        let third = try plan.numberedCells(results(second)).map(\.id)
        #expect(Array(third.prefix(second.count)) == second && third.count == second.count + 4)
        #expect(try !plan.searchGoesOn(results(second)))
        var failed = results(first)
        failed[first[0]] = .failed(run: nil, reason: "")
        #expect(try plan.numberedCells(failed).count > 18)
    }

    @Test("are trained in homes of their own, and not again")
    func trained() throws {
        let made = try MadeCells()
        let done = try made.train(3)
        #expect(done.phase == .finished && done.testAccuracy != nil && done.job == "7_3" && done.host == "node1")
        let again = try made.train(3) { _ in Issue.record("it is trained again") }
        #expect(again == done || again.run == done.run)
        #expect(try made.home.store.runs().isEmpty)
        let cell = try made.plan.numberedCells([:])[3]
        let store = try RunStore(paths: made.folder.paths(of: cell.id), described: .shipped)
        #expect(try store.runs().map(\.tags) == [cell.tags])
        // Also where the file that says so was lost.
        try FileManager.default.removeItem(atPath: made.folder.path + "/homes/\(cell.id)/progress.json")
        #expect(try made.train(3) { _ in Issue.record("it is trained again") }.run == done.run)
    }

    @Test("go on with the run that was stopped, and say why they failed")
    func resumed() throws {
        let made = try MadeCells()
        let stopped = try made.train(0, .stops)
        #expect(stopped.phase == .stopped && stopped.run != nil)
        let done = try made.train(0) { order in #expect(order.run == stopped.run) }
        #expect(done.phase == .finished && done.run == stopped.run)
        #expect(try made.train(1, .fails).reason == "the loss is no number")
        let never = try made.train(2, .neverBegins)
        #expect(never.phase == .failed && never.reason == "no such thing" && never.run == nil)
        #expect(try made.train(2).phase == .finished)
    }

    @Test("are never trained twice at a time")
    func busy() throws {
        let made = try MadeCells()
        let id = try made.list.cells[0].id
        try made.train(0) { _ in
            #expect(throws: CellFolderError.self) { try made.train(0) }
            #expect(made.folder.progress(of: id)?.isAlive() == true)
        }
    }

    @Test("take the weights of others with them, in their order")
    func weights() throws {
        let made = try MadeCells(Self.chain)
        let cells = try made.list.cells
        #expect(cells.map(\.stage).sorted() == [0, 0, 1, 1, 2, 2])
        let last = try #require(cells.first { $0.stage == 2 })
        let middle = try #require(cells.first { $0.id == last.takes[0] })
        let first = try #require(cells.first { $0.id == middle.takes[0] })
        #expect(throws: CellFolderError.self) { try made.train(middle.number) }
        let source = try made.train(first.number)
        try made.train(middle.number) { order in
            #expect(order.configuration.stored("training.start_from") == source.run.map { .text($0) })
            let store = try RunStore(paths: order.home, described: .shipped)
            #expect(try store.runs().map(\.id) == [source.run])
        }
        #expect(try made.train(last.number).phase == .finished)
        // One whose source failed says so at once.
        let other = try #require(cells.first { $0.stage == 0 && $0.id != first.id })
        try made.train(other.number, .fails)
        let hanging = try #require(cells.first { $0.takes == [other.id] })
        let error = #expect(throws: CellFolderError.self) { try made.train(hanging.number) }
        #expect("\(try #require(error))".contains("failed: the loss is no number"))
    }

    @Test("come into the history once, and their table is that of runs trained here")
    func gathered() throws {
        let made = try MadeCells(Self.chain)
        for entry in try made.list.cells.sorted(by: { $0.stage < $1.stage }) where entry.stage < 2 {
            try made.train(entry.number)
        }
        let once = try made.folder.gather(into: made.home.store)
        #expect(once.count { $0.outcome == .brought } == 4 && once.count { $0.outcome == .unfinished } == 2)
        let again = try made.folder.gather(into: made.home.store)
        #expect(again.count { $0.outcome == .known } == 4 && !again.contains { $0.outcome == .brought })
        let states = try StudyLedger(made.home.store, marks: false).states(of: made.plan.cells())
        #expect(states.values.count { $0.result != nil } == 4)
        for cell in once where cell.outcome == .brought { #expect(states[cell.id]?.run == cell.run) }
        // What is here already is left out, and its weights are taken along for those that need them.
        try FileManager.default.removeItem(atPath: made.folder.path)
        let list = try made.handOut()
        #expect(list.cells.filter(\.wasFinished).count == 4 && list.text.contains("\tfinished\t"))
        for entry in list.cells where !entry.wasFinished { #expect(try made.train(entry.number).phase == .finished) }
        #expect(try made.folder.gather(into: made.home.store).count { $0.outcome == .brought } == 2)
        #expect(try made.home.store.runs().count == 6)
    }

    @Test("are found by number, identifier or its beginning")
    func references() throws {
        let list = try MadeCells().list
        let entry = list.cells[5]
        for word in ["5", entry.id, String(entry.id.prefix(6))] { #expect(list.entry(word) == entry, "\(word)") }
        for word in ["8", "-1", "05", "", "zzzz"] { #expect(list.entry(word) == nil, "\(word)") }
    }

    @Test("are put into no folder that holds something else")
    func foreign() throws {
        let made = try MadeCells()
        let (list, cells) = (try made.list, try made.plan.numberedCells([:]))
        let other = CellFolder(made.folder.path + "/homes", beside: made.home.paths)
        #expect(throws: CellFolderError.foreign(path: other.path)) { try other.write(list, cells, described: .shipped) }
        var foreign = list
        foreign.study = "another"
        #expect(throws: CellFolderError.self) { try made.folder.write(foreign, cells, described: .shipped) }
        #expect(throws: CellFolderError.missing(path: "/nowhere")) {
            try CellFolder("/nowhere", beside: made.home.paths).list()
        }
    }

    @Test("say how far they are, with Slurm's word for those that wait")
    func status() throws {
        let made = try MadeCells()
        try made.train(0)
        try made.train(1, .fails)
        try made.train(2, .stops)
        let list = try made.list
        func task(_ index: Int, _ state: String) -> SlurmQueue.Task {
            .init(
                job: "9", index: index, state: state,
                jobName: JobName(study: list.study, folder: made.folder.path).text, elapsed: "0:01", node: "node2",
                reason: state == "PENDING" ? "Resources" : "")
        }
        let tasks = [task(2, "PENDING"), task(3, "PENDING"), task(4, "RUNNING"), task(0, "COMPLETING")]
        let status = StudyStatus(made.folder, list, tasks: tasks, slurmProblem: nil)
        #expect(
            status.cells.map(\.state) == [.finished, .failed, .pending, .pending, .running, .open, .open, .open])
        #expect(status.cells[1].reason == "the loss is no number" && status.cells[2].job == "9_2")
        #expect(status.cells[4].host == "node2" && status.cells[3].reason == "Resources")
        #expect(
            status.summary
                == "1 of 8 cells finished, 1 running, 2 pending, 1 failed, 3 not begun")
        // Without Slurm the cells speak for themselves; one that has been silent for long has ended.
        var silent = CellProgress(.running, of: list.cells[5], host: "node3", job: nil)
        silent.step = 40
        try made.folder.record(silent, of: list.cells[5].id)
        let alone = StudyStatus(made.folder, list, tasks: [], slurmProblem: "none here")
        #expect(alone.cells[2].state == .stopped && alone.cells[5].state == .running && alone.cells[5].step == 40)
        let later = StudyStatus(
            made.folder, list, tasks: [], slurmProblem: nil, now: Date(timeIntervalSinceNow: 600))
        #expect(later.cells[5].state == .interrupted && later.cells[0].state == .finished)
    }
}
