import Configuration
import Foundation
import GRDB
import Messages

extension RunStore {
    /// Points of one curve that `run(_:)` returns at most; `metrics(run:series:from:)` returns them all.
    public static let detailPointLimit = 4096

    /// All runs, latest first, whatever the clock said. One that is damaged in the history is listed with its `problem`.
    public func runs() throws(RunStoreError) -> [RunSummary] {
        try read { try summaries(in: $0) }
    }

    func summaries(in db: Database) throws -> [RunSummary] {
        try Row.fetchAll(db, sql: "SELECT * FROM runs ORDER BY number DESC").map {
            corrected(try Self.anySummary(of: $0, in: db))
        }
    }

    /// One run as it is listed: also one that is damaged, with its `problem`.
    public func summary(of reference: String) throws(RunStoreError) -> RunSummary {
        try read { db in
            let place = try Self.locate(reference, in: db)
            let row = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE number = ?", arguments: [place.number])
            guard let row else { throw RunStoreError.unknownRun(reference, near: []) }
            return corrected(try Self.anySummary(of: row, in: db))
        }
    }

    private static func anySummary(of row: Row, in db: Database) throws -> RunSummary {
        do {
            return try summary(of: RunRow(row), in: db)
        } catch let error as RunStoreError {
            return RunSummary(damaged: RunPlace(row).label, problem: error.description)
        } catch let error as RowDecodingError {
            return RunSummary(damaged: RunPlace(row).label, problem: "\(error)")
        }
    }

    /// Of each preset that runs were begun with: how many.
    public func presetUses() throws(RunStoreError) -> [String: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT preset, count(*) AS uses FROM runs WHERE preset IS NOT NULL GROUP BY preset")
            let uses = rows.compactMap { row -> (String, Int)? in
                let values = StoredRow(row, table: "runs", run: "")
                guard let preset = try? values.text("preset"), let uses = try? values.integer("uses") else {
                    return nil
                }
                return (preset, uses)
            }
            return Dictionary(uses, uniquingKeysWith: +)
        }
    }

    /// Everything about one run, as of one moment. Curves of more than `detailPointLimit` points are thinned to the
    /// least and the greatest of each stretch.
    ///
    /// - Parameter reference: identifier, beginning of one, or name.
    public func run(_ reference: String) throws(RunStoreError) -> RunDetail {
        try read { try detail(reference, in: $0) }
    }

    func detail(_ reference: String, in db: Database) throws -> RunDetail {
        let row = try Self.find(reference, in: db)
        let folder = folder(of: row.id).path
        let metrics = try Self.seriesNames(of: row, in: db).flatMap { series in
            try Self.points(of: row, series: series, from: 0, in: db).thinned(to: Self.detailPointLimit)
        }
        let checkpoints = try Self.checkpoints(of: row, in: db, folder: folder)
        return RunDetail(
            summary: corrected(try Self.summary(of: row, in: db)),
            configuration: try StoredJSON.configuration(
                row.configuration, run: row.id, column: "configuration", description),
            edits: try Self.edits(of: row, in: db, folder: folder),
            checkpoints: checkpoints,
            notes: try Self.notes(of: row, in: db), failure: try Self.failure(of: row, in: db), metrics: metrics,
            origin: row.origin,
            goneCheckpoints: checkpoints.map(\.path).filter { !FileManager.default.fileExists(atPath: $0) },
            result: try Self.result(of: row, in: db))
    }

    /// Runs without their curves, in the order of the references, as of one moment. Those that are not there (any more) or
    /// are damaged are left out.
    ///
    /// - Parameter references: identifiers.
    public func outcomes(of references: [String]) throws(RunStoreError) -> [RunOutcome] {
        try read { db in
            try references.compactMap { reference in
                do {
                    return try outcome(reference, in: db)
                } catch RunStoreError.unknownRun, RunStoreError.damagedValue {
                    return nil
                } catch is RowDecodingError {
                    return nil
                }
            }
        }
    }

    /// One run without its curves.
    ///
    /// - Parameter reference: identifier, beginning of one, or name.
    public func outcome(of reference: String) throws(RunStoreError) -> RunOutcome {
        try read { try outcome(reference, in: $0) }
    }

    private func outcome(_ reference: String, in db: Database) throws -> RunOutcome {
        let row = try Self.find(reference, in: db)
        return RunOutcome(
            summary: corrected(try Self.summary(of: row, in: db)),
            configuration: try StoredJSON.configuration(
                row.configuration, run: row.id, column: "configuration", description),
            edits: try Self.edits(of: row, in: db, folder: folder(of: row.id).path),
            result: try Self.result(of: row, in: db))
    }

    /// The last state that was written down, with the configuration as edited so far: where a resume or a fork begins.
    public func lastState(run reference: String) throws(RunStoreError) -> RunState {
        try read { db in
            let row = try Self.find(reference, in: db)
            return RunState(
                run: row.id, name: row.name, phase: row.phase, optimizerStep: row.optimizerStep,
                totalSteps: row.totalSteps, epoch: row.epoch, epochs: row.epochs,
                configuration: try StoredJSON.configuration(
                    row.editedConfiguration, run: row.id, column: "edited_configuration", description))
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
        let values = figures.map { StoredRow($0, table: "metrics", run: row.id) }
        let lastLoss = try values?.measurement("last_loss", from: "value")
        let lastStep = try values?.optionalInteger("last_step")
        let bestValidation = try values?.measurement("best_validation", from: "value")
        let tags = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT tag FROM tags WHERE run = ? ORDER BY position"), arguments: [row.number]
        ).map { try StoredRow($0, table: "tags", run: row.id).text("tag", limit: RunLabel.nameBytes) }
        return RunSummary(
            id: row.id, name: row.name, phase: row.phase, isInterrupted: row.isInterrupted, created: row.created,
            epoch: row.endedEpochs, epochs: row.epochs,
            optimizerStep: max(row.optimizerStep, row.isActive ? lastStep ?? 0 : 0),
            validationAccuracy: result?.validationAccuracy ?? bestValidation.flatMap { $0.isFinite ? $0 : nil },
            testAccuracy: result?.testAccuracy, lastLoss: lastLoss.flatMap { $0.isFinite ? $0 : nil },
            editCount: try values?.integer("edit_count") ?? 0, tags: tags, note: row.note, parent: row.parent,
            dataSet: row.dataSet, seed: row.seed, forkStep: row.forkStep,
            processIdentifier: row.isActive ? row.liveOwner?.processIdentifier : nil, preset: row.preset)
    }

    static func edits(of row: RunRow, in db: Database, folder: String) throws -> [AppliedEdit] {
        try Row.fetchAll(db, sql: "SELECT * FROM edits WHERE run = ? ORDER BY number", arguments: [row.number]).map {
            let values = StoredRow($0, table: "edits", run: row.id)
            guard let origin = StoredJSON.origin(try values.text("origin")) else {
                throw values.refusal("origin", "'user', 'undo 3', 'redo 3' or 'schedule 3'")
            }
            return AppliedEdit(
                number: try values.integer("number", in: StoredRow.numbers), run: row.id,
                optimizerStep: try values.integer("optimizer_step"),
                differences: try StoredJSON.differences(try values.wholeText("differences"), run: row.id),
                origin: origin, checkpoint: try StoredPath.restored("checkpoint", of: values, folder: folder))
        }
    }

    /// In the order in which they were made.
    static func checkpoints(of row: RunRow, in db: Database, folder: String) throws -> [CheckpointRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM checkpoints WHERE run = ? ORDER BY number", arguments: [row.number])
            .map {
                let values = StoredRow($0, table: "checkpoints", run: row.id)
                guard let path = try StoredPath.restored("path", of: values, folder: folder) else {
                    throw values.refusal("path", "the path of a folder")
                }
                return CheckpointRecord(
                    run: row.id, optimizerStep: try values.integer("optimizer_step"),
                    epoch: try values.integer("epoch"), path: path, reason: try values.text("reason"))
            }
    }

    static func notes(of row: RunRow, in db: Database) throws -> [RunNote] {
        try Row.fetchAll(db, sql: "SELECT * FROM notes WHERE run = ? ORDER BY number", arguments: [row.number]).map {
            let values = StoredRow($0, table: "notes", run: row.id)
            return RunNote(
                run: row.id, optimizerStep: try values.integer("optimizer_step"), text: try values.text("text"))
        }
    }

    static func result(of row: RunRow, in db: Database) throws -> RunResult? {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM results WHERE run = ?"), arguments: [row.number]).map {
            let values = StoredRow($0, table: "results", run: row.id)
            return RunResult(
                run: row.id, optimizerSteps: try values.integer("optimizer_steps"),
                validationAccuracy: try values.optionalNumber("validation_accuracy"),
                testAccuracy: try values.optionalNumber("test_accuracy"), selection: try values.text("selection"),
                testedEpoch: try values.optionalInteger("tested_epoch"),
                testedStep: try values.optionalInteger("tested_step"),
                seconds: try values.number("seconds", in: 0...1e12))
        }
    }

    static func failure(of row: RunRow, in db: Database) throws -> EngineFailure? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM failures WHERE run = ? ORDER BY number DESC LIMIT 1", arguments: [row.number]
        ).map {
            let values = StoredRow($0, table: "failures", run: row.id)
            return EngineFailure(
                run: row.id, optimizerStep: try values.integer("optimizer_step"), message: try values.text("message"),
                advice: try values.text("advice"))
        }
    }
}
