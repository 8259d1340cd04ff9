import Configuration
import Foundation
import GRDB
import Messages

/// A run that another program made, as far as it told of it.
public struct ForeignRun: Sendable {
    public var name: String
    /// Seconds since 1970.
    public var created: Double
    /// From its first word to its last.
    public var seconds: Double
    /// What is known of its settings; others have their defaults.
    public var configuration: RunConfiguration
    public var points: [MetricPoint]
    public var notes: [(optimizerStep: Int, text: String)]
    public var tags: [String]

    public init(
        name: String, created: Double, seconds: Double, configuration: RunConfiguration, points: [MetricPoint],
        notes: [(optimizerStep: Int, text: String)], tags: [String]
    ) {
        (self.name, self.created, self.seconds, self.configuration) = (name, created, seconds, configuration)
        (self.points, self.notes, self.tags) = (points, notes, tags)
    }

    /// Longest name of a curve in bytes, and the steps that a point may have.
    public static let seriesNameBytes = 200
    public static let steps = StoredRow.counts
}

extension RunStore {
    /// Enters a run that another program made, as one that has finished: it can be compared and plotted, but has no
    /// checkpoints to go on from. It comes whole or not at all.
    ///
    /// - Returns: its identifier.
    /// - Throws: `unsuitableTag`, and what may be wrong with the history.
    public func enter(_ run: ForeignRun) throws(RunStoreError) -> String {
        let last = run.points.map(\.optimizerStep).max() ?? 0
        let tags = try RunLabel.checked(tags: run.tags)
        func points(of series: MetricSeries) -> [Double] {
            run.points.filter { $0.series == series && $0.value.isFinite }.map(\.value)
        }
        let test = points(of: .testAccuracy).last
        let validation = points(of: .validationAccuracy).max()
        return try create(
            configuration: run.configuration, name: RunLabel.name(from: run.name, ending: ""), parent: nil, entry: nil
        ) { db, row in
            try db.execute(
                sql: """
                    UPDATE runs SET created = ?, phase = ?, optimizer_step = ?, total_steps = ?, epoch = epochs,
                        owner_process = NULL, owner_start = NULL, owner_boot = NULL,
                        host = NULL, processor = NULL, version = NULL
                    WHERE number = ?
                    """,
                arguments: [run.created, RunState.Phase.finished.rawValue, last, last, row.number])
            var numbers: [MetricSeries: Int64] = [:]
            let insert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO metrics (run, series, optimizer_step, value) VALUES (?, ?, ?, ?)")
            for point in run.points {
                let series = try numbers[point.series] ?? Self.intern(point.series, in: db)
                numbers[point.series] = series
                try insert.execute(arguments: [
                    row.number, series, point.optimizerStep, point.value.isNaN ? nil : point.value,
                ])
            }
            for note in run.notes {
                try db.execute(
                    sql: "INSERT INTO notes (run, sequence, recorded, optimizer_step, text) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        row.number, try Self.nextSequence(in: db), run.created, note.optimizerStep,
                        StoredText.cut(note.text, StoredText.limit),
                    ])
            }
            for (position, tag) in tags.enumerated() {
                try db.execute(
                    sql: "INSERT INTO tags (run, position, tag) VALUES (?, ?, ?)",
                    arguments: [row.number, position, tag])
            }
            guard test != nil || validation != nil else { return }
            try db.execute(
                sql: """
                    INSERT INTO results (run, recorded, optimizer_steps, validation_accuracy, test_accuracy,
                        selection, seconds)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [row.number, run.created + run.seconds, last, validation, test, "imported", run.seconds])
        }
    }
}
