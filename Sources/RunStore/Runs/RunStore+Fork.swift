import Configuration
import Foundation
import GRDB
import Messages

/// A run that comes from another.
public struct Offspring: Sendable {
    /// Of the parent, as started.
    public var configuration: RunConfiguration
    public var name: String
    public var parent: String
    /// Of the parent's journal, in order; entered as the child's own, with their numbers.
    public var inherited: [AppliedEdit]
    /// Where it goes on first, then what else goes with it: the parent's folders, with the reasons that they have in the
    /// child. They become the child's own. Empty: from the start.
    public var checkpoints: [CheckpointRecord]
    /// New changes, before the first step.
    public var differences: [KnobDifference]
    /// As edited in the end.
    public var edited: RunConfiguration
    public var optimizerStep: Int
    public var totalSteps: Int
    public var epoch: Int
    public var tags: [String]
    /// Where it ends although more epochs are configured; `nil`: with the last.
    public var endStep: Int?

    public init(
        configuration: RunConfiguration, name: String, parent: String, inherited: [AppliedEdit],
        checkpoints: [CheckpointRecord], differences: [KnobDifference], edited: RunConfiguration, optimizerStep: Int,
        totalSteps: Int, epoch: Int, tags: [String] = [], endStep: Int? = nil
    ) {
        (self.configuration, self.name, self.parent) = (configuration, name, parent)
        (self.inherited, self.checkpoints, self.differences) = (inherited, checkpoints, differences)
        (self.edited, self.optimizerStep, self.totalSteps) = (edited, optimizerStep, totalSteps)
        (self.epoch, self.tags, self.endStep) = (epoch, tags, endStep)
    }
}

extension RunStore {
    /// Where a reproduced run ends: the step to which its original had come. `nil`: with its last epoch.
    public func endStep(of reference: String) throws(RunStoreError) -> Int? {
        try read { db in try Self.find(reference, in: db).endStep }
    }

    /// Enters a run that comes from another: whole, in one transaction.
    ///
    /// The child's checkpoints share the bytes of the parent's on disk where the file system can, and stay when the
    /// parent is deleted.
    ///
    /// - Parameter entry: of the queue, that this run was.
    /// - Returns: the identifier.
    public func create(_ offspring: Offspring, entry: Int? = nil) throws(RunStoreError) -> String {
        try create(
            configuration: offspring.configuration, name: offspring.name, parent: offspring.parent, entry: entry
        ) { db, row in
            let folder = folder(of: row.id).path
            var own: [String: String] = [:]
            for checkpoint in offspring.checkpoints {
                let target = checkpointFolder(of: row.id).appendingPathComponent(
                    String(format: "%08d-%@", checkpoint.optimizerStep, checkpoint.reason), isDirectory: true)
                try translatingStorage { () throws(StorageError) in
                    try WholeFile.share(folder: URL(fileURLWithPath: checkpoint.path), at: target)
                }
                own[checkpoint.path] = target.path
                try db.execute(
                    sql: """
                        INSERT INTO checkpoints (run, sequence, recorded, optimizer_step, epoch, path, reason)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        row.number, try Self.nextSequence(in: db), stamp, checkpoint.optimizerStep, checkpoint.epoch,
                        StoredPath.stored(target.path, folder: folder), checkpoint.reason,
                    ])
            }
            for edit in edits(of: offspring, run: row.id) {
                try Self.insert(
                    edit, into: row, checkpoint: edit.checkpoint.map { own[$0] ?? $0 }, folder: folder, at: stamp,
                    in: db)
            }
            for (position, tag) in try RunLabel.checked(tags: offspring.tags).enumerated() {
                try db.execute(
                    sql: "INSERT INTO tags (run, position, tag) VALUES (?, ?, ?)",
                    arguments: [row.number, position, tag])
            }
            try db.execute(
                sql: """
                    UPDATE runs SET fork_step = ?, edited_configuration = ?, optimizer_step = ?, total_steps = ?,
                        epoch = ?, end_step = ? WHERE number = ?
                    """,
                arguments: [
                    offspring.optimizerStep, try StoredJSON.text(offspring.edited, run: row.id, description),
                    offspring.optimizerStep, offspring.totalSteps, offspring.epoch, offspring.endStep,
                    row.number,
                ])
        }
    }

    private func edits(of offspring: Offspring, run: String) -> [AppliedEdit] {
        var edits = offspring.inherited
        if !offspring.differences.isEmpty {
            edits.append(
                AppliedEdit(
                    number: (edits.last?.number ?? 0) + 1, run: run, optimizerStep: offspring.optimizerStep,
                    differences: offspring.differences, origin: .user, checkpoint: offspring.checkpoints.first?.path))
        }
        return edits
    }

    /// The points of a run and, before its fork, of those that it comes from, by step.
    public func metricsWithAncestors(run reference: String, from firstStep: Int) throws(RunStoreError) -> [MetricPoint]
    {
        try read { db in
            var points: [MetricPoint] = []
            var row: RunRow? = try Self.find(reference, in: db)
            var end = Int.max
            var seen: Set<String> = []
            while let current = row, seen.insert(current.id).inserted, end >= firstStep {
                let begin = max(firstStep, (current.forkStep ?? 0) + 1)
                for series in try Self.seriesNames(of: current, in: db) {
                    points += try Self.points(of: current, series: series, from: begin, in: db)
                        .filter { $0.optimizerStep <= end }
                }
                end = begin - 1
                // A parent may have been deleted.
                row = try current.parent.flatMap { parent in
                    try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE id = ?", arguments: [parent])
                }.map { try RunRow($0) }
            }
            return points.sorted { $0.optimizerStep < $1.optimizerStep }
        }
    }
}
