import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport
import Training

@testable import Studies

@Suite("What is ordered of a study", .serialized)
struct StudyOrdersTests {
    let home = try! StudyHome()
    private var book: StudyOrderBook { StudyOrderBook(study: "made", home.paths) }

    private func run(
        _ trainer: MadeTrainer, _ plan: StudyPlan, jobs: Int = 1, interrupt: @escaping (Cell) -> Void = { _ in },
        tell: @escaping (StudyRunner.Event) -> Void = { _ in }
    ) async throws -> [String: CellState] {
        try await StudyRunner(plan, home.store, jobs: jobs, tell: tell, interrupt: interrupt) {
            cell, configuration, run, _ in
            try trainer.train(cell, configuration, run)
        }.run()
    }

    @Test("is kept, and what cannot be read is nothing")
    func kept() throws {
        #expect(book.read() == StudyOrders() && book.version.isEmpty)
        let orders = try book.change { $0.held = ["a"] }
        let version = book.version
        #expect(book.read() == orders && orders.held == ["a"] && !version.isEmpty)
        try book.change { _ in }
        #expect(book.version == version)
        try book.change { $0.seeds = [7] }
        #expect(book.version != version && book.read().held == ["a"])
        let file = home.paths.studyState("made").appendingPathComponent("orders.json")
        try Data("{".utf8).write(to: file)
        #expect(book.read() == StudyOrders())
    }

    @Test("says whether anybody works")
    func sign() throws {
        #expect(!book.isAtWork)
        var (one, other): (StudyOrderBook.Sign?, StudyOrderBook.Sign?) = (try book.sign(), try book.sign())
        #expect(book.isAtWork)
        one = nil
        #expect(book.isAtWork)
        other = nil
        #expect(!book.isAtWork)
        _ = (one, other)
    }

    @Test("cells that were put first come first, and those that are held do not come")
    func order() async throws {
        let trainer = MadeTrainer(home)
        let cells = try MadeStudy.plan().cells().map(\.id)
        try book.change { ($0.first, $0.held) = ([cells[6], cells[3]], [cells[0], cells[5]]) }
        let states = try await run(trainer, MadeStudy.plan())
        #expect(trainer.calls.map(\.cell) == [6, 3, 1, 2, 4, 7].map { cells[$0] })
        #expect(states.values.count { $0.result != nil } == 6)
        try book.change { $0.held = [] }
        _ = try await run(trainer, MadeStudy.plan())
        #expect(trainer.calls.map(\.cell).suffix(2) == [cells[0], cells[5]])
    }

    @Test("begins nothing while it is paused, and a run that is stopped is not tried again")
    func stopped() async throws {
        let plan = try MadeStudy.plan(MadeStudy.study { $0.axes = [] })
        let cells = try plan.cells()
        let interrupted = Mutex<[String]>([])
        let trainer = MadeTrainer(home) { [book] cell, _ in
            guard cell.id == cells[1].id else { return .finishes }
            // As somebody who looks on: this one is not wanted, and is stopped once its process hears of it.
            _ = try? book.change { $0.held = [cell.id] }
            let isHeard = DispatchTime.now() + 30
            while interrupted.withLock({ $0.isEmpty }), DispatchTime.now() < isHeard { usleep(5000) }
            return .stops
        }
        let states = try await run(trainer, plan) { cell in interrupted.withLock { $0.append(cell.id) } }
        #expect(interrupted.withLock { $0 } == [cells[1].id] && trainer.calls.count == 4)
        guard case .begun? = states[cells[1].id] else { return #expect(Bool(false), "\(states)") }

        try book.change { ($0.held, $0.mode) = ([], .pause) }
        #expect(try await run(trainer, plan)[cells[1].id] == states[cells[1].id])
        #expect(trainer.calls.count == 4)
    }

    @Test(
        "seeds that are added while it is trained are trained, too, and the report says that they are not in the file")
    func seeds() async throws {
        let plan = try MadeStudy.plan(MadeStudy.study { $0.axes = [] })
        let trainer = MadeTrainer(home) { [book] cell, _ in
            if cell.seed == 1 { _ = try? book.change { $0.seeds = [2, 9] } }
            return .finishes
        }
        let states = try await run(trainer, plan)
        #expect(states.count == 6 && Set(trainer.calls.map(\.cell)).count == 6)
        #expect(plan.study.seeds == [1, 2, 9] && plan.addedSeeds == [9])
        let report = try StudyReport(plan, states) { try home.store.predictions(of: $0) }
        #expect(report.notes.contains("added, not in the file: seed 9"))
        #expect(report.rows.allSatisfy { $0.cells.map(\.seed) == [1, 2, 9] })
        try plan.setAdded(seeds: [])
        #expect(plan.study.seeds == [1, 2])
        #expect(throws: StudyError.self) { try plan.setAdded(seeds: Array(1...30_000)) }
        #expect(plan.study.seeds == [1, 2])
    }

    @Test("stopped cells are no work that is left")
    func progress() throws {
        let cells = try MadeStudy.plan().cells()
        let states = [cells[0].id: MadeStudy.result("r", validation: 0.5)]
        let all = StudyProgress(cells, states, active: [], jobs: 1)
        let held = StudyProgress(cells, states, active: [], held: Set(cells.dropFirst().map(\.id)), jobs: 1)
        #expect(all.secondsLeft == 14 && held.secondsLeft == 0 && held.stopped == 7)
        #expect(held.text == "1 of 8 runs finished, 7 stopped")
    }

    @Test("rows whose runs have not changed are taken from the report before")
    func reuse() async throws {
        let plan = try MadeStudy.plan()
        let states = try await run(MadeTrainer(home), plan, jobs: 4)
        let asked = Mutex<[String]>([])
        func report(_ states: [String: CellState], reusing earlier: StudyReport?, reference: String? = nil) throws
            -> StudyReport
        {
            try StudyReport(plan, states, reference: reference, reusing: earlier) { run in
                asked.withLock { $0.append(run) }
                return try home.store.predictions(of: run)
            }
        }
        let first = try report(states, reusing: nil)
        #expect(asked.withLock { $0.count } == 8)
        #expect(try report(states, reusing: first) == first)
        #expect(asked.withLock { $0.count } == 8)
        // One run less: its row, and what it is compared with, are computed anew, and come out as without an earlier one.
        let gone = try #require(plan.reported(plan.study.arms[1], plan.points[0], states).first)
        let fewer = states.filter { $0.key != gone.id }
        #expect(try report(fewer, reusing: first) == report(fewer, reusing: nil))
        #expect(
            try report(states, reusing: first, reference: "full") == report(states, reusing: nil, reference: "full"))
    }
}
