import Configuration
import Foundation
import Messages
import RunStore

/// Trains one cell of a folder in its own home, or goes on with it.
public struct CellWork: Sendable {
    /// What the process that trains needs to know.
    public struct Order: Sendable {
        public var cell: Cell
        /// The cell's, with the runs that it takes weights of.
        public var configuration: RunConfiguration
        /// What to go on with; `nil`: anew.
        public var run: String?
        /// The home that it is trained in.
        public var home: StoragePaths
        /// The process that trains holds it.
        public var lock: CellLock
    }

    /// Trains to the end in a process of its own; blocks.
    public typealias Trainer = (_ order: Order) throws -> StudyRunner.Ending

    /// How long a source of which there is no sign yet is waited for: it may have been started at the same moment.
    var graceSeconds = 10.0

    private let folder: CellFolder
    private let list: CellList
    private let description: EngineDescription
    private let host: String
    private let job: String?
    private let wait: @Sendable () -> Bool

    /// - Parameters:
    ///   - job: the batch system's number of this task, if it has one.
    ///   - wait: sleeps a little; `false` if whoever waits is to give up.
    public init(
        _ folder: CellFolder, _ list: CellList, described description: EngineDescription, host: String, job: String?,
        wait: @escaping @Sendable () -> Bool
    ) {
        (self.folder, self.list, self.description, self.host) = (folder, list, description, host)
        (self.job, self.wait) = (job, wait)
    }

    /// - Returns: how it ended; at once where it is finished.
    /// - Throws: `CellFolderError`, `RunStoreError`, and what keeps a process from being started.
    public func run(_ entry: CellList.Entry, _ train: Trainer) throws -> CellProgress {
        if let done = folder.progress(of: entry.id), done.phase == .finished { return done }
        if entry.wasFinished { return CellProgress(.finished, of: entry, host: host, job: job) }
        let cell = try folder.cell(entry.id, described: description)
        let home = folder.paths(of: entry.id)
        guard let lock = try CellLock.take(cell, home) else { throw CellFolderError.busy(cell: entry.name) }
        defer { withExtendedLifetime(lock) {} }
        do {
            return try run(entry, cell, home, lock, train)
        } catch CellFolderError.busy(let cell) {
            throw CellFolderError.busy(cell: cell)
        } catch {
            var progress = CellProgress(.failed, of: entry, host: host, job: job)
            progress.reason = "\(error)"
            try? folder.record(progress, of: entry.id)
            throw error
        }
    }

    private func run(
        _ entry: CellList.Entry, _ cell: Cell, _ home: StoragePaths, _ lock: CellLock, _ train: Trainer
    ) throws -> CellProgress {
        var progress = CellProgress(.running, of: entry, host: host, job: job)
        guard try waitForSources(of: entry, &progress) else { return progress }
        let store = try RunStore(paths: home, described: description)
        let sources = try bringSources(of: entry, into: store)
        let ledger = StudyLedger(store, marks: true)
        let before = try ledger.states(of: [cell], knowing: sources)[cell.id] ?? .absent
        if case .finished(let result) = before {
            progress.take(result)
            try end(progress, entry, store)
            return progress
        }
        if case .live = before { throw CellFolderError.busy(cell: entry.name) }
        guard let configuration = try cell.configuration(sources, described: description) else {
            throw CellFolderError.unreadable(path: folder.path, reason: "the weights of \(entry.name) are gone")
        }
        progress.run = before.run
        try folder.record(progress, of: entry.id)
        let beat = Beat(folder, entry.id, store, progress)
        let ending = try train(
            Order(cell: cell, configuration: configuration, run: before.run, home: home, lock: lock))
        beat.end()
        progress.step = try store.runs().first { $0.name == cell.name }?.optimizerStep ?? 0
        let after = try ledger.states(of: [cell], knowing: sources)[cell.id] ?? .absent
        switch after {
        case .finished(let result): progress.take(result)
        case .failed(let run, let reason):
            (progress.phase, progress.run, progress.reason) = (.failed, run, reason)
        case .begun(let run), .live(let run):
            (progress.phase, progress.run) = (.stopped, run)
            if ending.status != 0 { progress.reason = StudyRunner.lastLine(of: ending) }
        case .absent: (progress.phase, progress.reason) = (.failed, StudyRunner.lastLine(of: ending))
        }
        try end(progress, entry, store)
        return progress
    }

    /// Says how it ended once nobody has its history open any more: others may read it then, also on another machine.
    private func end(_ progress: CellProgress, _ entry: CellList.Entry, _ store: RunStore) throws {
        store.emptyWriteAheadLog()
        try store.close()
        try folder.record(progress, of: entry.id)
    }

    // MARK: Weights of other cells

    /// - Returns: `false` if whoever waited gave up.
    private func waitForSources(of entry: CellList.Entry, _ progress: inout CellProgress) throws -> Bool {
        let begin = Date()
        for id in entry.takes {
            guard let source = list.cells.first(where: { $0.id == id }) else { continue }
            while true {
                let known = folder.progress(of: id)
                if known?.phase == .finished { break }
                let isStarting = known == nil && -begin.timeIntervalSinceNow < graceSeconds
                guard isStarting || known?.isAlive() == true else {
                    throw CellFolderError.source(
                        cell: entry.name, source: source.name, number: source.number, reason: Self.reason(known))
                }
                (progress.phase, progress.reason) = (.waiting, "for the weights of the cell \(source.number)")
                try folder.record(progress, of: entry.id)
                guard wait() else {
                    progress.phase = .stopped
                    try folder.record(progress, of: entry.id)
                    return false
                }
            }
        }
        (progress.phase, progress.reason) = (.running, nil)
        return true
    }

    private static func reason(_ progress: CellProgress?) -> String {
        switch progress?.phase {
        case nil: "is not trained yet: train it first"
        case .failed: "failed: \(progress?.reason ?? "it does not say why")"
        default: "is not finished, and nobody trains it: train it first"
        }
    }

    /// Copies the runs whose weights it takes into its home.
    private func bringSources(of entry: CellList.Entry, into store: RunStore) throws -> [String: CellState] {
        var states: [String: CellState] = [:]
        for id in entry.takes {
            guard let known = folder.progress(of: id), let run = known.run else { continue }
            try CellCarrier.bring(run, from: folder.paths(of: id), to: store)
            states[id] = .finished(
                CellResult(
                    run: run, validationAccuracy: known.validationAccuracy, testAccuracy: known.testAccuracy,
                    optimizerSteps: known.step, testedEpoch: nil, selection: "", seconds: 0))
        }
        return states
    }
}

/// Says every few seconds how far a cell is, for as long as it is trained.
private final class Beat {
    private let timer: any DispatchSourceTimer
    private let queue = DispatchQueue(label: "saccade-cell-progress")

    init(_ folder: CellFolder, _ cell: String, _ store: RunStore, _ progress: CellProgress) {
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler {
            var progress = progress
            // This process and the one that trains are on one machine: they may share the history.
            if let live = (try? store.runs())?.first(where: { $0.processIdentifier != nil }) {
                (progress.run, progress.step) = (live.id, live.optimizerStep)
            }
            // What cannot be written now may be later.
            try? folder.record(progress, of: cell)
        }
        timer.schedule(deadline: .now() + 1, repeating: .seconds(CellProgress.interval))
        timer.resume()
    }

    /// Nothing is written afterwards.
    func end() {
        timer.cancel()
        queue.sync {}
    }
}
