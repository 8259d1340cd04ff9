import Configuration
import GRDB
import Messages

/// What is drawn of runs that are over, and beside those that are not.
extension RunStore {
    /// The curves of runs, in the order of the references; `series` empty: all of them.
    public func curves(of references: [String], series: [MetricSeries]) throws(RunStoreError) -> [RunCurves] {
        try read { db in
            try references.map { reference in
                let row = try Self.find(reference, in: db)
                let wanted = try Self.seriesNames(of: row, in: db).filter { series.isEmpty || series.contains($0) }
                let points = try wanted.flatMap {
                    try Self.points(of: row, series: $0, from: 0, in: db).thinned(to: Self.detailPointLimit)
                }
                return RunCurves(
                    run: row.id, name: row.name, parent: row.parent, forkStep: row.forkStep, points: points,
                    edits: try Self.edits(of: row, in: db, folder: folder(of: row.id).path))
            }
        }
    }

    /// Everything that happened in a run.
    public func timeline(of reference: String) throws(RunStoreError) -> RunTimeline {
        try read { try timeline(reference, in: $0) }
    }

    func timeline(_ reference: String, in db: Database) throws -> RunTimeline {
        let detail = try detail(reference, in: db)
        let row = try Self.row(detail.summary.id, in: db)
        return RunTimeline(
            detail: detail, moments: try Self.moments(of: row, in: db), totalSteps: row.totalSteps,
            spikes: try Self.snapshots(SpikeGrid.self, "spikes", of: row, in: db),
            alignments: try Self.snapshots(AlignmentSnapshot.self, "alignment", of: row, in: db))
    }

    /// The spike rates that were written down last; `nil` if none were.
    public func lastSpikes(of reference: String) throws(RunStoreError) -> SpikeGrid? {
        try read { db in
            try Self.snapshots(SpikeGrid.self, "spikes", of: try Self.find(reference, in: db), onlyLast: true, in: db)
                .first
        }
    }

    /// In the order of their steps.
    private static func snapshots<Value: Decodable>(
        _ type: Value.Type, _ kind: String, of row: RunRow, onlyLast: Bool = false, in db: Database
    ) throws -> [Value] {
        try Row.fetchAll(
            db,
            sql: "SELECT content FROM snapshots WHERE run = ? AND kind = ? ORDER BY optimizer_step"
                + (onlyLast ? " DESC LIMIT 1" : ""),
            arguments: [row.number, kind]
        ).map {
            let text = try StoredRow($0, table: "snapshots", run: row.id).wholeText("content")
            return try StoredJSON.value(
                type, text, run: row.id, column: "snapshots.content", what: "the \(kind) of a step")
        }
    }

    /// In the order in which they were written down: a clock that is put back changes nothing about it. What older programs
    /// wrote has its time alone.
    private static func moments(of row: RunRow, in db: Database) throws -> [RunTimeline.Moment] {
        let lines = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM (
                SELECT sequence, recorded, optimizer_step, 'phase' AS kind, phase AS text FROM states WHERE run = ?1
                UNION ALL SELECT sequence, recorded, optimizer_step, 'edit', CAST(number AS TEXT) FROM edits
                    WHERE run = ?1
                UNION ALL SELECT sequence, recorded, optimizer_step, 'checkpoint', reason FROM checkpoints WHERE run = ?1
                UNION ALL SELECT sequence, recorded, optimizer_step, 'note', text FROM notes WHERE run = ?1
                UNION ALL SELECT sequence, recorded, optimizer_step, 'failure', message FROM failures WHERE run = ?1
                ) ORDER BY sequence IS NOT NULL, sequence, recorded, optimizer_step
                """,
            arguments: [row.number])
        var seconds = 0.0
        return try lines.compactMap { line in
            let kind = try StoredRow(line, table: "moments", run: row.id).text("kind")
            let values = StoredRow(line, table: tables[kind] ?? kind, run: row.id)
            let text = try values.text("text")
            let moment: RunTimeline.Moment.Kind? =
                switch kind {
                case "edit": Int(text).map { .edit($0) }
                case "checkpoint": .checkpoint(reason: text)
                case "note": .note(text)
                case "failure": .failure(text)
                default: RunState.Phase(rawValue: text).map { .phase($0) }
                }
            // Nothing happens before what came before it.
            seconds = max(seconds, try values.number("recorded", in: StoredRow.times) - row.created)
            return try moment.map {
                RunTimeline.Moment(
                    optimizerStep: try values.integer("optimizer_step"), seconds: seconds, kind: $0)
            }
        }
    }

    private static let tables = [
        "phase": "states", "edit": "edits", "checkpoint": "checkpoints", "note": "notes", "failure": "failures",
    ]
}
