import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport
import Training

@testable import Studies

@Suite("A study that is trained", .serialized)
struct StudyRunnerTests {
    let home = try! StudyHome()

    private func run(
        _ trainer: MadeTrainer, _ plan: StudyPlan, jobs: Int = 3, tell: @escaping (StudyRunner.Event) -> Void = { _ in }
    ) async throws -> [String: CellState] {
        try await StudyRunner(plan, home.store, jobs: jobs, tell: tell) { cell, configuration, run, _ in
            try trainer.train(cell, configuration, run)
        }.run()
    }

    @Test("trains every cell once, several at a time, and none again")
    func once() async throws {
        let trainer = MadeTrainer(home)
        let plan = try MadeStudy.plan()
        let states = try await run(trainer, plan)
        #expect(states.count == 8 && states.values.allSatisfy { $0.result != nil })
        #expect(trainer.calls.count == 8 && trainer.calls.allSatisfy { $0.run == nil } && trainer.most <= 3)
        #expect(try await run(trainer, plan) == states)
        #expect(trainer.calls.count == 8)
        for cell in try plan.cells() {
            let run = try #require(states[cell.id]?.run)
            #expect(try home.store.summary(of: run).tags == cell.tags)
            #expect(states[cell.id]?.result?.testAccuracy == MadeTrainer.accuracy(of: cell))
        }
    }

    @Test("goes on with what was interrupted")
    func resumed() async throws {
        let trainer = MadeTrainer(home) { _, attempt in attempt == 1 ? .stops : .finishes }
        let states = try await run(trainer, MadeStudy.plan(MadeStudy.study { $0.axes = [] }))
        #expect(states.values.allSatisfy { $0.result != nil } && trainer.calls.count == 8)
        #expect(trainer.calls.count { $0.run != nil } == 4)
        #expect(try home.store.runs().count == 4)
    }

    @Test("does not try without end, says why, and tries again when it is asked again")
    func failing() async throws {
        let trainer = MadeTrainer(home) { cell, attempt in
            switch (cell.arm, cell.seed) {
            case ("full", 1): attempt < 2 ? .fails : .finishes
            case ("full", 2): attempt < 2 ? .neverBegins : .finishes
            default: .finishes
            }
        }
        let plan = try MadeStudy.plan(MadeStudy.study { $0.axes = [] })
        let states = try await run(trainer, plan)
        let reasons = states.values.compactMap { state -> String? in
            if case .failed(_, let reason) = state { reason } else { nil }
        }
        #expect(Set(reasons) == ["the loss is no number", "no such thing"])
        #expect(trainer.calls.count == 4)
        #expect(try await run(trainer, plan).values.allSatisfy { $0.result != nil })
    }

    @Test("shares the work with another that trains the same study")
    func shared() async throws {
        let trainer = MadeTrainer(home)
        async let first = Self.run(trainer, home)
        async let second = Self.run(trainer, home)
        let (left, right) = try await (first, second)
        #expect(left == right && left.values.allSatisfy { $0.result != nil })
        #expect(trainer.calls.count == 4 && Set(trainer.calls.map(\.cell)).count == 4)
    }

    private static func run(_ trainer: MadeTrainer, _ home: StudyHome) async throws -> [String: CellState] {
        let plan = try MadeStudy.plan(MadeStudy.study { $0.axes = [] })
        return try await StudyRunner(plan, home.store, jobs: 2, tell: { _ in }) { cell, configuration, run, lock in
            try withExtendedLifetime(lock) { try trainer.train(cell, configuration, run) }
        }.run()
    }

    @Test("begins nothing any more once it is stopped")
    func stopped() async throws {
        let trainer = MadeTrainer(home)
        let stop = Mutex<(@Sendable () -> Void)?>(nil)
        let runner = StudyRunner(try MadeStudy.plan(), home.store, jobs: 1, tell: { _ in }) {
            cell, configuration, run, _ in
            stop.withLock { $0?() }
            return try trainer.train(cell, configuration, run)
        }
        stop.withLock { $0 = runner.stopper }
        let states = try await runner.run()
        #expect(trainer.calls.count == 1)
        #expect(states.values.count { $0.result != nil } == 1 && states.count == 8)
        #expect(try await run(trainer, MadeStudy.plan()).values.allSatisfy { $0.result != nil })
        #expect(trainer.calls.count == 8)
    }

    @Test("takes no run that people have edited, nor a fork, for one of its own")
    func edited() async throws {
        let plan = try MadeStudy.plan(MadeStudy.study { ($0.axes, $0.seeds) = ([], [1]) })
        let cell = try plan.cells()[0]
        let run = try home.store.create(configuration: cell.configuration, name: cell.name, parent: nil)
        try home.store.record(
            edit: AppliedEdit(
                number: 1, run: run, optimizerStep: 0,
                differences: [KnobDifference(key: "loss.image_weight", old: .number(1), new: .number(2))],
                origin: .user, checkpoint: nil))
        var state = try home.store.lastState(run: run)
        state.phase = .stopped
        try home.store.record(state: state)
        #expect(try StudyLedger(home.store, marks: false).states(of: [cell])[cell.id] == .absent)
        let trainer = MadeTrainer(home)
        _ = try await self.run(trainer, plan)
        #expect(trainer.calls.allSatisfy { $0.run == nil })
    }

    /// The first arm's run gives the second its weights; a third waits for the second.
    private static let chain = MadeStudy.study { study in
        study.axes = []
        study.arms[1].takes = ["training.start_from": "events"]
        var last = Study.Arm(name: "last")
        last.takes = ["loss.distillation_teacher": "full"]
        study.arms.append(last)
    }

    @Test("trains an arm that takes weights of another after it, with its run")
    func weights() async throws {
        let trainer = MadeTrainer(home) { cell, attempt in
            cell.arm == "full" && attempt == 1 ? .stops : .finishes
        }
        let plan = try MadeStudy.plan(Self.chain)
        let states = try await run(trainer, plan)
        #expect(states.count == 6 && states.values.allSatisfy { $0.result != nil })
        let cells = try plan.cells()
        for cell in cells where !cell.takes.isEmpty {
            let source = try #require(
                cells.first { $0.arm == (cell.arm == "full" ? "events" : "full") && $0.seed == cell.seed })
            let (own, taken) = (try #require(states[cell.id]?.run), try #require(states[source.id]?.run))
            let key = try #require(cell.takes.keys.first)
            #expect(try home.store.outcomes(of: [own]).map { $0.configuration.stored(key) } == [.text(taken)])
        }
        #expect(try await run(trainer, plan) == states)
        #expect(try home.store.runs().count == 6)
    }

    @Test("takes no run for its own whose weights are those of a run that is gone")
    func weightsOfADeletedRun() async throws {
        let trainer = MadeTrainer(home)
        let plan = try MadeStudy.plan(Self.chain)
        let states = try await run(trainer, plan)
        let source = try #require(try plan.cells().first { $0.arm == "events" && $0.seed == 1 })
        let old = try #require(states[source.id]?.run)
        _ = try home.store.delete(run: old)
        let ledger = StudyLedger(home.store, marks: false)
        var memory = StudyLedger.Memory()
        let found = try ledger.states(of: plan.cells(), &memory)
        // All of its seed hang on it; the other seed's do not.
        #expect(found.values.count { $0 == .absent } == 3 && found.values.count { $0.result != nil } == 3, "\(found)")
        let again = try await run(trainer, plan)
        #expect(again.values.allSatisfy { $0.result != nil } && again[source.id]?.run != old)
        #expect(trainer.calls.count == 9)
    }

    @Test("finds weights for the seeds of a search, too")
    func weightsOfASearch() async throws {
        let study = MadeStudy.study { study in
            study.axes = []
            study.arms[0].tuned = []
            study.arms[1].takes = ["training.start_from": "events"]
            study.search = Search(
                kind: .grid,
                dimensions: [.init(key: "sliding.exponent", domain: .values([.number(1), .number(2)]))], seeds: [7])
        }
        let trainer = MadeTrainer(home)
        let states = try await run(trainer, MadeStudy.plan(study))
        // Two of the first arm and one for the search's seed, two of the search, and the winner with both seeds.
        #expect(states.count == 7 && states.values.allSatisfy { $0.result != nil }, "\(states)")
    }

    @Test("fails an arm with the one whose weights it takes")
    func weightsOfAFailure() async throws {
        let trainer = MadeTrainer(home) { cell, _ in cell.arm == "events" && cell.seed == 1 ? .fails : .finishes }
        let states = try await run(trainer, MadeStudy.plan(Self.chain))
        let reasons = states.values.compactMap { if case .failed(_, let reason) = $0 { reason } else { nil } }
        #expect(reasons.count == 3 && reasons.count { $0.contains("whose weights it takes failed") } == 2, "\(reasons)")
        #expect(states.values.count { $0.result != nil } == 3)
    }

    @Test("says how far it is")
    func progress() async throws {
        let told = Mutex<[StudyProgress]>([])
        _ = try await run(MadeTrainer(home), MadeStudy.plan(), jobs: 1) { event in
            if case .ended(_, _, let progress) = event { told.withLock { $0.append(progress) } }
        }
        let all = told.withLock { $0 }
        #expect(all.map(\.finished) == Array(1...8) && all.allSatisfy { $0.cells == 8 })
        // A second each.
        #expect(all[3].secondsLeft.map { (3...4).contains($0) } ?? false, "\(all[3])")
        #expect(all[7].text == "8 of 8 runs finished")
    }

    @Test("lets a search end in runs for the table")
    func search() async throws {
        let study = MadeStudy.study {
            $0.axes = []
            $0.search = Search(
                kind: .halving,
                dimensions: [.init(key: "sliding.exponent", domain: .values((1...6).map { .number(Double($0)) }))],
                seeds: [7])
            $0.arms[0].tuned = []
        }
        let trainer = MadeTrainer(home)
        let plan = try MadeStudy.plan(study)
        let states = try await run(trainer, plan)
        // Two of the arm that is not tuned, six and two of the search, two of the winner.
        #expect(trainer.calls.count == 12)
        let report = try StudyReport(plan, states) { try home.store.predictions(of: $0) }
        #expect(report.isComplete && report.hasSearch)
        let best = try plan.cells(states).filter { if case .search(1) = $0.stage { true } else { false } }
            .max { MadeTrainer.accuracy(of: $0) < MadeTrainer.accuracy(of: $1) }
        #expect(report.rows[1].found == best?.candidate)
    }
}
