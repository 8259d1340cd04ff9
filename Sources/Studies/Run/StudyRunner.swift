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
    private let tell: (Event) -> Void
    private var states: [String: CellState] = [:]
    /// Cells that this process has tried: one that fails or is interrupted is not tried without end.
    private var attempts: [String: Int] = [:]
    private var active: [String: (cell: Cell, lock: CellLock)] = [:]
    private let (signals, signal) = AsyncStream<Signal>.makeStream()

    private enum Signal: Sendable {
        case ended(id: String, Result<Ending, any Error>)
        case look
        case stop
    }

    /// - Parameter jobs: cells at once, 1…
    public init(
        _ plan: StudyPlan, _ store: RunStore, jobs: Int, tell: @escaping (Event) -> Void, train: @escaping Trainer
    ) {
        (self.plan, self.jobs, self.train, self.tell) = (plan, max(1, jobs), train, tell)
        ledger = StudyLedger(store, marks: true)
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
        do { try await fill() } catch { problem = error }
        while !active.isEmpty || (!isStopping && problem == nil && !pending().isEmpty) {
            // What other processes do is not told to this one.
            let look = active.isEmpty ? lookLater() : nil
            defer { look?.cancel() }
            switch await iterator.next() {
            case .ended(let id, let result): try end(id, result, &problem)
            case .look, nil: break
            case .stop: isStopping = true
            }
            guard !isStopping, problem == nil else { continue }
            do { try await fill() } catch { problem = error }
        }
        if let problem { throw problem }
        return states
    }

    private func lookLater() -> Task<Void, Never> {
        Task { [signal] in
            try? await Task.sleep(for: .milliseconds(500))
            if !Task.isCancelled { signal.yield(.look) }
        }
    }

    /// Cells whose turn it is, as the plan says now.
    private func pending() -> [Cell] {
        ((try? plan.cells(states)) ?? []).filter { cell in
            guard active[cell.id] == nil, cell.takes.values.allSatisfy({ states[$0]?.result != nil }) else {
                return false
            }
            switch states[cell.id] ?? .absent {
            case .finished, .failed: return false
            case .absent, .begun, .live: return attempts[cell.id, default: 0] < 2
            }
        }
    }

    /// Begins cells until all places are taken.
    private func fill() async throws {
        try learn()
        try giveUpOnWeights()
        var isRefused = false
        for cell in pending() where active.count < jobs {
            guard let lock = try CellLock.take(cell, ledger.store.paths) else {
                isRefused = true
                continue
            }
            // Another process may have come before.
            let state = try ledger.states(of: [cell])[cell.id] ?? .absent
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
            for (id, state) in try ledger.states(of: pending()) { states[id] = state }
            if isRefused { tell(.waits(try progress())) }
        }
    }

    /// Asks the history for cells of which nothing is known yet: what a search has decided brings more.
    private func learn() throws {
        while true {
            let unknown = try plan.cells(states).filter { states[$0.id] == nil }
            guard !unknown.isEmpty else { return }
            for (id, state) in try ledger.states(of: unknown) {
                states[id] = state
                // A cell that failed in an earlier attempt is tried again before it decides anything.
                if case .failed(let run, _) = state { states[id] = run.map { .begun(run: $0) } ?? .absent }
            }
        }
    }

    /// A cell fails with the one whose weights it takes.
    private func giveUpOnWeights() throws {
        for cell in try plan.cells(states) where active[cell.id] == nil && states[cell.id]?.result == nil {
            for source in cell.takes.values {
                guard case .failed(let run, let reason)? = states[source] else { continue }
                states[cell.id] = .failed(
                    run: nil, reason: "the run\(run.map { " \($0)" } ?? "") whose weights it takes failed: \(reason)")
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

    private func end(_ id: String, _ result: Result<Ending, any Error>, _ problem: inout (any Error)?) throws {
        guard let (cell, _) = active.removeValue(forKey: id) else { return }
        var state = try ledger.states(of: [cell])[id] ?? .absent
        switch result {
        case .failure(let error): problem = problem ?? error
        case .success(let ending):
            // One that could not even begin has no run to say why.
            if case .absent = state, ending.status != 0 {
                state = .failed(run: nil, reason: Self.lastLine(of: ending))
            }
        }
        states[id] = state
        tell(.ended(cell, state, try progress()))
    }

    private static func lastLine(of ending: Ending) -> String {
        let line = ending.errors.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let said = line.hasPrefix("saccade: ") ? String(line.dropFirst(9)) : line
        return said.isEmpty ? "its process ended with \(ending.status)" : said
    }

    private func progress() throws -> StudyProgress {
        StudyProgress(try plan.cells(states), states, active: Set(active.keys), jobs: jobs)
    }
}
