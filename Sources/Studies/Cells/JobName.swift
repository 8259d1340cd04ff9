import FileFormats

/// What the jobs of a folder are called: so they are found in the queue whoever submitted them, and no others.
public struct JobName: Sendable, Hashable {
    /// Of the first thousand cells: `digits.3fa9c1`.
    public let text: String

    /// Slurm takes no index of 1001 or more unless it is told to (MaxArraySize): cells beyond have jobs of their own.
    public static let indexLimit = 1000

    /// - Parameter folder: its whole path.
    public init(study: String, folder: String) {
        let words = study.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
        text = String(words) + "." + Sha256.hash(Array(folder.utf8)).prefix(6)
    }

    /// - Parameter first: the number of the cell whose index is 0.
    func text(first: Int) -> String { first == 0 ? text : "\(text)+\(first)" }

    /// Of all jobs that a list of so many cells can have.
    public func all(cells count: Int) -> [String] {
        stride(from: 0, to: max(1, count), by: Self.indexLimit).map { text(first: $0) }
    }

    /// The number of the cell that a task trains; `nil` for a task of another job.
    func cell(of task: SlurmQueue.Task) -> Int? {
        if task.jobName == text { return task.index }
        guard task.jobName.hasPrefix(text + "+"), let first = Int(task.jobName.dropFirst(text.count + 1)) else {
            return nil
        }
        return first + task.index
    }
}
