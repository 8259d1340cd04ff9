import Foundation

/// How far the cells of a folder are: what they say themselves, and what Slurm says of those that wait.
public struct StudyStatus: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case finished, running, waiting, pending, stopped, interrupted, failed
        /// Neither begun nor in Slurm's queue.
        case open
    }

    public struct Row: Sendable, Hashable, Codable {
        public var number: Int
        public var id: String
        public var name: String
        public var state: State
        public var step: Int
        public var steps: Int
        public var run: String?
        /// `123_4`, of the task that trains it or waits.
        public var job: String?
        public var host: String?
        /// Accuracies of a finished cell, 0…1.
        public var validationAccuracy: Double?
        public var testAccuracy: Double?
        /// Why it failed or waits.
        public var reason: String?
    }

    public var study: String
    public var folder: String
    /// Why nothing is known of Slurm's queue, if that is so.
    public var slurmProblem: String?
    public var cells: [Row]

    /// - Parameter tasks: of this folder's jobs, see `JobName`.
    public init(
        _ folder: CellFolder, _ list: CellList, tasks: [SlurmQueue.Task], slurmProblem: String?, now: Date = Date()
    ) {
        (study, self.folder, self.slurmProblem) = (list.study, folder.path, slurmProblem)
        let name = JobName(study: list.study, folder: folder.path)
        let queued = Dictionary(tasks.compactMap { task in name.cell(of: task).map { ($0, task) } }) { first, second in
            first.isPending ? second : first
        }
        cells = list.cells.map { entry in
            Self.row(entry, folder.progress(of: entry.id), queued[entry.number], now)
        }
    }

    private static func row(
        _ entry: CellList.Entry, _ progress: CellProgress?, _ task: SlurmQueue.Task?, _ now: Date
    ) -> Row {
        var row = Row(
            number: entry.number, id: entry.id, name: entry.name, state: entry.wasFinished ? .finished : .open,
            step: entry.wasFinished ? entry.steps : 0, steps: entry.steps)
        if let progress {
            (row.step, row.steps, row.run, row.job) = (progress.step, progress.steps, progress.run, progress.job)
            row.host = progress.host.isEmpty ? nil : progress.host
            (row.validationAccuracy, row.testAccuracy) = (progress.validationAccuracy, progress.testAccuracy)
            (row.state, row.reason) = (state(progress, now), progress.reason)
        }
        guard row.state != .finished, let task else { return row }
        row.job = "\(task.job)_\(task.index)"
        if task.isPending {
            (row.state, row.host) = (.pending, nil)
            row.reason = task.reason.isEmpty ? nil : task.reason
        } else if row.state != .running, row.state != .waiting, task.state == "RUNNING" {
            // It has just been started, and has said nothing yet.
            (row.state, row.host, row.reason) = (.running, task.node, nil)
        }
        return row
    }

    private static func state(_ progress: CellProgress, _ now: Date) -> State {
        switch progress.phase {
        case .finished: .finished
        case .failed: .failed
        case .stopped: .stopped
        case .running: progress.isAlive(now: now) ? .running : .interrupted
        case .waiting: progress.isAlive(now: now) ? .waiting : .interrupted
        }
    }

    /// How many cells there are of each kind.
    public var counts: [State: Int] { Dictionary(grouping: cells, by: \.state).mapValues(\.count) }

    /// `4 of 8 cells finished, 2 running, 1 pending, 1 failed`.
    public var summary: String {
        let counts = counts
        let others = State.allCases.filter { $0 != .finished }.compactMap { state in
            counts[state].map { "\($0) \(state == .open ? "not begun" : state.rawValue)" }
        }
        return (["\(counts[.finished] ?? 0) of \(cells.count) cells finished"] + others).joined(separator: ", ")
    }
}
