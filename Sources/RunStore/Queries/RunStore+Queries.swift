import Foundation
import GRDB
import Messages

extension RunStore {
    /// Points of one curve that `run(_:)` returns at most; `metrics(run:series:from:)` returns them all.
    public static let detailPointLimit = 4096

    /// All runs, latest first.
    public func runs() throws(RunStoreError) -> [RunSummary] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY created DESC, number DESC")
                .map { try Self.summary(of: RunRow($0), in: db) }
        }
    }

    /// Of each preset that runs were begun with: how many.
    public func presetUses() throws(RunStoreError) -> [String: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT preset, count(*) AS uses FROM runs WHERE preset IS NOT NULL GROUP BY preset")
            return Dictionary(rows.map { ($0["preset"], $0["uses"]) }, uniquingKeysWith: +)
        }
    }

    /// Everything about one run, as of one moment. Curves of more than `detailPointLimit` points are thinned to the
    /// least and the greatest of each stretch.
    ///
    /// - Parameter reference: identifier, beginning of one, or name.
    public func run(_ reference: String) throws(RunStoreError) -> RunDetail {
        try read { db in
            let row = try Self.find(reference, in: db)
            let folder = folder(of: row.id).path
            let metrics = try Self.seriesNames(of: row, in: db).flatMap { series in
                MetricThinning.thinned(
                    try Self.points(of: row, series: series, from: 0, in: db), limit: Self.detailPointLimit)
            }
            let checkpoints = try Self.checkpoints(of: row, in: db, folder: folder)
            return RunDetail(
                summary: try Self.summary(of: row, in: db),
                configuration: try StoredJSON.configuration(row.configuration, run: row.id),
                edits: try Self.edits(of: row, in: db, folder: folder),
                checkpoints: checkpoints,
                notes: try Self.notes(of: row, in: db), failure: try Self.failure(of: row, in: db), metrics: metrics,
                origin: row.origin,
                goneCheckpoints: checkpoints.map(\.path).filter { !FileManager.default.fileExists(atPath: $0) })
        }
    }

    /// The last state that was written down, with the configuration as edited so far: where a resume or a fork begins.
    public func lastState(run reference: String) throws(RunStoreError) -> RunState {
        try read { db in
            let row = try Self.find(reference, in: db)
            return RunState(
                run: row.id, name: row.name, phase: row.phase, optimizerStep: row.optimizerStep,
                totalSteps: row.totalSteps, epoch: row.epoch, epochs: row.epochs,
                configuration: try StoredJSON.configuration(row.editedConfiguration, run: row.id))
        }
    }

    /// How the run ended; `nil` if it has not.
    public func result(run reference: String) throws(RunStoreError) -> RunResult? {
        try read { db in try Self.result(of: Self.find(reference, in: db), in: db) }
    }

    /// The checkpoint with the most optimizer steps whose folder is still there; of several the one made last.
    public func latestCheckpoint(run reference: String) throws(RunStoreError) -> CheckpointRecord? {
        try presentCheckpoints(of: reference).enumerated()
            .max { ($0.element.optimizerStep, $0.offset) < ($1.element.optimizerStep, $1.offset) }?.element
    }

    /// The last checkpoint made because it was the best so far (reason `best`) whose folder is still there.
    public func bestCheckpoint(run reference: String) throws(RunStoreError) -> CheckpointRecord? {
        try presentCheckpoints(of: reference).last { $0.reason == "best" }
    }

    private func presentCheckpoints(of reference: String) throws(RunStoreError) -> [CheckpointRecord] {
        try read { db in
            let row = try Self.find(reference, in: db)
            return try Self.checkpoints(of: row, in: db, folder: folder(of: row.id).path)
                .filter { FileManager.default.fileExists(atPath: $0.path) }
        }
    }
}

// MARK: - Rows

extension RunStore {
    static func summary(of row: RunRow, in db: Database) throws -> RunSummary {
        let result = try result(of: row, in: db)
        let figures = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT
                        (SELECT value FROM metrics
                            WHERE run = ?1 AND series = (SELECT number FROM series WHERE name = ?2)
                            ORDER BY optimizer_step DESC LIMIT 1) AS last_loss,
                        (SELECT max(value) FROM metrics
                            WHERE run = ?1 AND series = (SELECT number FROM series WHERE name = ?3)) AS best_validation,
                        (SELECT max(optimizer_step) FROM metrics
                            WHERE run = ?1 AND series = (SELECT number FROM series WHERE name = ?2)) AS last_step,
                        (SELECT count(*) FROM edits WHERE run = ?1) AS edit_count
                    """),
            arguments: [row.number, MetricSeries.totalLoss.rawValue, MetricSeries.validationAccuracy.rawValue])
        let lastLoss: Double? = figures?["last_loss"]
        let tags = try String.fetchAll(
            db.cachedStatement(sql: "SELECT tag FROM tags WHERE run = ? ORDER BY position"), arguments: [row.number])
        return RunSummary(
            id: row.id, name: row.name, phase: row.phase, isInterrupted: row.isInterrupted, created: row.created,
            epoch: row.endedEpochs, epochs: row.epochs,
            optimizerStep: max(row.optimizerStep, row.isActive ? figures?["last_step"] ?? 0 : 0),
            validationAccuracy: result?.validationAccuracy ?? figures?["best_validation"],
            testAccuracy: result?.testAccuracy, lastLoss: lastLoss.flatMap { $0.isFinite ? $0 : nil },
            editCount: figures?["edit_count"] ?? 0, tags: tags, note: row.note, parent: row.parent,
            dataSet: row.dataSet, seed: row.seed, forkStep: row.forkStep,
            processIdentifier: row.isActive ? row.liveOwner?.processIdentifier : nil, preset: row.preset)
    }

    static func edits(of row: RunRow, in db: Database, folder: String) throws -> [AppliedEdit] {
        try Row.fetchAll(db, sql: "SELECT * FROM edits WHERE run = ? ORDER BY number", arguments: [row.number]).map {
            let checkpoint: String? = $0["checkpoint"]
            return AppliedEdit(
                number: $0["number"], run: row.id, optimizerStep: $0["optimizer_step"],
                differences: try StoredJSON.differences($0["differences"], run: row.id),
                origin: try StoredJSON.origin($0["origin"], run: row.id),
                checkpoint: checkpoint.map { StoredPath.restored($0, folder: folder) })
        }
    }

    /// In the order in which they were made.
    static func checkpoints(of row: RunRow, in db: Database, folder: String) throws -> [CheckpointRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM checkpoints WHERE run = ? ORDER BY number", arguments: [row.number])
            .map {
                CheckpointRecord(
                    run: row.id, optimizerStep: $0["optimizer_step"], epoch: $0["epoch"],
                    path: StoredPath.restored($0["path"], folder: folder), reason: $0["reason"])
            }
    }

    static func notes(of row: RunRow, in db: Database) throws -> [RunNote] {
        try Row.fetchAll(db, sql: "SELECT * FROM notes WHERE run = ? ORDER BY number", arguments: [row.number])
            .map { RunNote(run: row.id, optimizerStep: $0["optimizer_step"], text: $0["text"]) }
    }

    static func result(of row: RunRow, in db: Database) throws -> RunResult? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM results WHERE run = ?"), arguments: [row.number]).map {
            RunResult(
                run: row.id, optimizerSteps: $0["optimizer_steps"], validationAccuracy: $0["validation_accuracy"],
                testAccuracy: $0["test_accuracy"], selection: $0["selection"], testedEpoch: $0["tested_epoch"],
                seconds: $0["seconds"])
        }
    }

    static func failure(of row: RunRow, in db: Database) throws -> EngineFailure? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM failures WHERE run = ? ORDER BY number DESC LIMIT 1", arguments: [row.number]
        ).map {
            EngineFailure(
                run: row.id, optimizerStep: $0["optimizer_step"], message: $0["message"], advice: $0["advice"])
        }
    }
}
