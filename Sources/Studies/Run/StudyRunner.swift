import Configuration
import Foundation
import Messages
import RunStore

/// Trains what a study lacks: several cells at once, each in a process of its own.
///
/// Nothing is kept but runs and their files: who is killed, at whatever moment, begins again with what the history says, and
/// finished cells are never trained again.
public final class StudyRunner {
    /// How a cell's process ended.
    public struct Ending: Sendable {
        /// Exit code; 128 and the signal that ended it.
        public var status: Int32
        /// What it said on standard error.
        public var errors: String

        public init(status: Int32, errors: String) { (self.status, self.errors) = (status, errors) }
    }

    /// Trains a cell to its end in a process of its own, which holds the lock; called on a thread that may wait.
    ///
    /// - Parameters:
    ///   - configuration: the cell's, with the runs that it takes weights of.
    ///   - run: what to go on with; `nil`: anew.
    public typealias Trainer =
        @Sendable (
            _ cell: Cell, _ configuration: RunConfiguration, _ run: String?, _ lock: CellLock
        ) throws -> Ending

    /// What has happened, for people who look on.
    public enum Event: Sendable {
        case began(Cell, StudyProgress)
        case ended(Cell, CellState, StudyProgress)
        /// Another process is at work on all that is left.
        case waits(StudyProgress)
    }

    private let plan: StudyPlan
    private let ledger: StudyLedger
    private let jobs: Int
    private let train: Trainer
    private let book: StudyOrderBook
    private var orders = StudyOrders()
    private var knownOrders: [Int] = []
    private let onWork: () -> Void
    private let interrupt: (Cell) -> Void
    private let tell: (Event) -> Void
    private var states: [String: CellState] = [:]
    /// Cells that this process has tried: one that fails or is interrupted is not tried without end.
    private var attempts: [String: Int] = [:]
    /// Those that were told to stop, whatever has been ordered since.
    private var interrupted: Set<String> = []
    private var active: [String: (cell: Cell, lock: CellLock)] = [:]
    /// How far it was when it last waited: it is not told again while nothing happens.
    private var toldWaiting: StudyProgress?
    private let (signals, signal) = AsyncStream<Signal>.makeStream()

    private enum Signal: Sendable {
        case ended(id: String, Result<Ending, any Error>)
        case look
        case stop
    }

    /// - Parameters:
    ///   - jobs: cells at once, 1…
    ///   - onWork: called once others see that this process works.
    ///   - interrupt: lets the process that trains a cell stop with a checkpoint; must return at once.
    public init(
        _ plan: StudyPlan, _ store: RunStore, jobs: Int, tell: @escaping (Event) -> Void,
        onWork: @escaping () -> Void = {}, interrupt: @escaping (Cell) -> Void = { _ in }, train: @escaping Trainer
    ) {
        (self.plan, self.jobs, self.train, self.tell) = (plan, max(1, jobs), train, tell)
        (self.onWork, self.interrupt) = (onWork, interrupt)
        ledger = StudyLedger(store, marks: true)
        book = StudyOrderBook(study: plan.study.name, store.paths)
    }

    /// Begins nothing any more and returns once what goes on has ended; safe to call from any thread. Ending it is up to
    /// whoever calls.
    public var stopper: @Sendable () -> Void { { [signal] in signal.yield(.stop) } }

    /// - Returns: what became of every cell, by identifier.
    /// - Throws: `RunStoreError`, `StudyError`, and what keeps a process from being started, once those that go on have ended.
    public func run() async throws -> [String: CellState] {
        var problem: (any Error)?
        var isStopping = false
        var iterator = signals.makeAsyncIterator()
        let sign = try book.sign()
        defer { withExtendedLifetime(sign) {} }
        do {
            _ = try takeOrders()
            onWork()
            if orders.mode == .train { try await fill() } else { try learn() }
        } catch {
            problem = error
        }
        while !active.isEmpty || (!isStopping && problem == nil && orders.mode == .train && !pending().isEmpty) {
            // What other processes do, and what people order, is not told to this one.
            let look = lookLater(.milliseconds(active.isEmpty ? 500 : 1000))
            defer { look.cancel() }
            let signal = await iterator.next()
            @discardableResult func keeping<Value>(_ body: () throws -> Value) -> Value? {
                do { return try body() } catch {
                    problem = problem ?? error
                    return nil
                }
            }
            // Before anything else: a run may have ended because that was ordered.
            var mayFill = keeping(takeOrders) ?? false
            switch signal {
            case .ended(let id, let result):
                keeping { try end(id, result) }
                mayFill = true
            case .look, nil: mayFill = mayFill || active.isEmpty
            case .stop: isStopping = true
            }
            guard mayFill, !isStopping, problem == nil, orders.mode == .train else { continue }
            do { try await fill() } catch { problem = error }
        }
        if let problem { throw problem }
        return states
    }

    /// What has been ordered since it was last read: seeds are added, and cells that nobody wants now are stopped.
    ///
    /// - Returns: whether there was anything.
    private func takeOrders() throws -> Bool {
        let version = book.version
        guard version != knownOrders else { return false }
        knownOrders = version
        orders = book.read()
        try plan.setAdded(seeds: orders.seeds)
        let held = Set(orders.held)
        for (id, entry) in active where orders.mode == .stop || held.contains(id) {
            interrupted.insert(id)
            interrupt(entry.cell)
        }
        return true
    }

    private func lookLater(_ time: Duration) -> Task<Void, Never> {
        Task { [signal] in
            try? await Task.sleep(for: time)
            if !Task.isCancelled { signal.yield(.look) }
        }
    }

    /// Cells whose turn it is, as the plan says now.
    private func pending() -> [Cell] {
        let held = Set(orders.held)
        return orders.sorted((try? plan.cells(states)) ?? []).filter { cell in
            guard active[cell.id] == nil, !held.contains(cell.id),
                cell.takes.values.allSatisfy({ states[$0]?.result != nil })
            else { return false }
            switch states[cell.id] ?? .absent {
            case .finished, .failed: return false
            case .absent, .begun, .live: return attempts[cell.id, default: 0] < 2
            }
        }
    }

    /// Begins cells until all places are taken.
    private func fill() async throws {
        try learn()
        states = try plan.withGivenUp(states)
        var isRefused = false
        for cell in pending() where active.count < jobs {
            guard let lock = try CellLock.take(cell, ledger.store.paths) else {
                isRefused = true
                continue
            }
            // Another process may have come before.
            let state = try ledger.states(of: [cell], knowing: states)[cell.id] ?? .absent
            let run: String?
            switch state {
            case .finished, .live:
                states[cell.id] = state
                continue
            case .absent: run = nil
            case .begun(let known): run = known
            case .failed(let known, _): run = known
            }
            attempts[cell.id, default: 0] += 1
            try begin(cell, run, lock)
        }
        if active.isEmpty {
            for (id, state) in try ledger.states(of: pending(), knowing: states) { states[id] = state }
            let progress = try progress()
            if isRefused, progress != toldWaiting { tell(.waits(progress)) }
            toldWaiting = progress
        }
    }

    /// Asks the history for cells of which nothing is known yet: what a search has decided brings more.
    private func learn() throws {
        while true {
            let unknown = try plan.cells(states).filter { states[$0.id] == nil }
            guard !unknown.isEmpty else { return }
            for (id, state) in try ledger.states(of: unknown, knowing: states) {
                states[id] = state
                // A cell that failed in an earlier attempt is tried again before it decides anything.
                if case .failed(let run, _) = state { states[id] = run.map { .begun(run: $0) } ?? .absent }
            }
        }
    }

    private func begin(_ cell: Cell, _ run: String?, _ lock: CellLock) throws {
        guard let configuration = try cell.configuration(states, described: ledger.store.description) else { return }
        active[cell.id] = (cell, lock)
        let (id, train, signal) = (cell.id, self.train, self.signal)
        Thread.detachNewThread {
            signal.yield(.ended(id: id, Result { try train(cell, configuration, run, lock) }))
        }
        if let progress = try? progress() { tell(.began(cell, progress)) }
    }

    private func end(_ id: String, _ result: Result<Ending, any Error>) throws {
        guard let (cell, _) = active.removeValue(forKey: id) else { return }
        var state = try ledger.states(of: [cell], knowing: states)[id] ?? .absent
        // One that could not even begin has no run to say why.
        if case .absent = state, case .success(let ending) = result, ending.status != 0 {
            state = .failed(run: nil, reason: Self.lastLine(of: ending))
        }
        states[id] = state
        // It was not its own fault.
        if interrupted.remove(id) != nil { attempts[id] = nil }
        tell(.ended(cell, state, try progress()))
        if case .failure(let error) = result { throw error }
    }

    static func lastLine(of ending: Ending) -> String {
        let line = ending.errors.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let said = line.hasPrefix("saccade: ") ? String(line.dropFirst(9)) : line
        return said.isEmpty ? "its process ended with \(ending.status)" : said
    }

    private func progress() throws -> StudyProgress {
        StudyProgress(try plan.cells(states), states, active: Set(active.keys), held: Set(orders.held), jobs: jobs)
    }
}
