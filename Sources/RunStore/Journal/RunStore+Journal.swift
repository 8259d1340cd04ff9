import Configuration
import GRDB
import Messages

/// What the engine writes down before it publishes. Each call is one transaction, flushed to disk when it returns.
///
/// All throw `unknownRun` for a run that is not in the history (it may have been deleted by another process).
extension RunStore {
    /// Enters where the run is, and its configuration as edited so far. An active state takes the run for this
    /// process, any other lets go of it. A state without a run is nothing to write down.
    ///
    /// - Throws: `ownedElsewhere` if another process that is alive runs it.
    public func record(state: RunState) throws(RunStoreError) {
        guard let run = state.run else { return }
        let configuration = try StoredJSON.text(state.configuration, run: run, description)
        let owner = state.isActive ? identity : nil
        try write { db in
            let row = try Self.row(run, in: db)
            try refuseForeign(row)
            try db.execute(
                sql: """
                    UPDATE runs SET phase = ?, optimizer_step = ?, total_steps = ?, epoch = ?, epochs = ?,
                        edited_configuration = ?, owner_process = ?, owner_start = ?, owner_boot = ?
                    WHERE number = ?
                    """,
                arguments: [
                    state.phase.rawValue, state.optimizerStep, state.totalSteps, state.epoch, state.epochs,
                    configuration,
                    owner?.processIdentifier, owner?.startTicks, owner?.boot, row.number,
                ])
            try db.execute(
                sql: """
                    INSERT INTO states (run, sequence, recorded, phase, optimizer_step, epoch)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.number, try Self.nextSequence(in: db), stamp, state.phase.rawValue, state.optimizerStep,
                    state.epoch,
                ])
        }
    }

    /// Enters an edit, and puts its new values into the run's configuration as edited so far.
    ///
    /// Writing the same edit again, as a reproduced or resumed run does, changes nothing.
    ///
    /// - Throws: `editConflict` if another edit has its number: the journal is never rewritten.
    public func record(edit: AppliedEdit) throws(RunStoreError) {
        try write { db in
            let row = try Self.row(edit.run, in: db)
            if let old = try Self.edits(of: row, in: db, folder: folder(of: row.id).path)
                .first(where: { $0.number == edit.number })
            {
                guard old == edit else { throw RunStoreError.editConflict(run: row.id, number: edit.number) }
                return
            }
            try Self.insert(
                edit, into: row, checkpoint: edit.checkpoint, folder: folder(of: row.id).path, at: stamp, in: db)
            var configuration = try StoredJSON.configuration(
                row.editedConfiguration, run: row.id, column: "edited_configuration", description)
            for difference in edit.differences {
                do throws(ConfigurationError) {
                    try description.restore(difference.key, to: difference.new, in: &configuration)
                } catch {
                    throw RunStoreError.unreadableRun(run: row.id, detail: error.description)
                }
            }
            try db.execute(
                sql:
                    """
                    UPDATE runs SET edited_configuration = ?, optimizer_step = max(optimizer_step, ?) WHERE number = ?
                    """,
                arguments: [
                    try StoredJSON.text(configuration, run: row.id, description), edit.optimizerStep, row.number,
                ])
        }
    }

    /// Enters a checkpoint whose files are complete. One that was written over an earlier one takes its place.
    public func record(checkpoint: CheckpointRecord) throws(RunStoreError) {
        try write { db in
            let row = try Self.row(checkpoint.run, in: db)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO checkpoints (run, sequence, recorded, optimizer_step, epoch, path, reason)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.number, try Self.nextSequence(in: db), stamp, checkpoint.optimizerStep, checkpoint.epoch,
                    StoredPath.stored(checkpoint.path, folder: folder(of: row.id).path), checkpoint.reason,
                ])
            try Self.advance(row, to: checkpoint.optimizerStep, epoch: checkpoint.epoch, in: db)
        }
    }

    /// Enters a line of text at an optimizer step.
    ///
    /// - Throws: `longNote` for one of more than 64 KiB.
    public func record(note: RunNote) throws(RunStoreError) {
        let text = try RunLabel.checked(note: note.text)
        try write { db in
            try db.execute(
                sql: "INSERT INTO notes (run, sequence, recorded, optimizer_step, text) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    try Self.row(note.run, in: db).number, try Self.nextSequence(in: db), stamp, note.optimizerStep,
                    text,
                ])
        }
    }

    /// Enters how a run ended. A run has one result: a later one takes its place.
    public func record(result: RunResult) throws(RunStoreError) {
        try write { db in
            let row = try Self.row(result.run, in: db)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO results (run, recorded, optimizer_steps, validation_accuracy, test_accuracy,
                        selection, tested_epoch, tested_step, seconds)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.number, stamp, result.optimizerSteps, result.validationAccuracy, result.testAccuracy,
                    result.selection, result.testedEpoch, result.testedStep, result.seconds,
                ])
        }
    }

    /// Enters why a run could not go on. A failure without a run is nothing to write down.
    public func record(failure: EngineFailure) throws(RunStoreError) {
        guard let run = failure.run else { return }
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO failures (run, sequence, recorded, optimizer_step, message, advice)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    try Self.row(run, in: db).number, try Self.nextSequence(in: db), stamp, failure.optimizerStep,
                    StoredText.cut(failure.message, StoredText.limit), StoredText.cut(failure.advice, StoredText.limit),
                ])
        }
    }

    static func insert(
        _ edit: AppliedEdit, into row: RunRow, checkpoint: String?, folder: String, at stamp: Double, in db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO edits (run, number, sequence, recorded, optimizer_step, differences, origin, checkpoint)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                row.number, edit.number, try nextSequence(in: db), stamp, edit.optimizerStep,
                try StoredJSON.text(edit.differences, run: row.id), StoredJSON.text(edit.origin),
                checkpoint.map { StoredPath.stored($0, folder: folder) },
            ])
    }

    /// Enters what the screens draw of a step, so that it can be shown again. One of a kind for each step.
    public func record(
        spikes: SpikeGrid?, alignment: AlignmentSnapshot?, run: String
    ) throws(RunStoreError) {
        var contents: [(kind: String, step: Int, text: String)] = []
        if let spikes { contents.append(("spikes", spikes.optimizerStep, try StoredJSON.text(spikes, run: run))) }
        if let alignment {
            contents.append(("alignment", alignment.optimizerStep, try StoredJSON.text(alignment, run: run)))
        }
        try writeUnflushed { db in
            let row = try Self.row(run, in: db)
            for content in contents {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO snapshots (run, kind, optimizer_step, content) VALUES (?, ?, ?, ?)",
                    arguments: [row.number, content.kind, content.step, content.text])
            }
        }
    }

    var stamp: Double { now().timeIntervalSince1970 }

    /// After a crash the list shows how far the run is known to have come.
    private static func advance(_ row: RunRow, to optimizerStep: Int, epoch: Int, in db: Database) throws {
        try db.execute(
            sql: "UPDATE runs SET optimizer_step = max(optimizer_step, ?), epoch = max(epoch, ?) WHERE number = ?",
            arguments: [optimizerStep, epoch, row.number])
    }
}

/// Paths inside a run's folder are stored relative to it, so that the data folder may be moved.
enum StoredPath {
    private static let mark = "<run>/"

    static func stored(_ path: String, folder: String) -> String {
        path.hasPrefix(folder + "/") ? mark + path.dropFirst(folder.count + 1) : path
    }

    static func restored(_ stored: String, folder: String) -> String {
        stored.hasPrefix(mark) ? folder + "/" + stored.dropFirst(mark.count) : stored
    }

    /// A path out of a column. One inside the run's folder stays inside.
    static func restored(
        _ column: String, of values: StoredRow, folder: String
    ) throws(RunStoreError) -> String? {
        guard let text = try values.optionalText(column, limit: -1) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count < 4096, !parts.contains(".."), text.hasPrefix(mark) || text.hasPrefix("/")
        else { throw values.refusal(column, "the path of a folder, without '..'") }
        return restored(text, folder: folder)
    }
}
