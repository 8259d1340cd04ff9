import Configuration
import GRDB
import Messages

extension RunStore {
    /// Enters points of curves, all or none.
    ///
    /// A point at a step that has one already takes its place: a run that is resumed goes over some steps again. Not a
    /// number and infinities are kept.
    public func append(metrics: [MetricPoint], run: String) throws(RunStoreError) {
        guard !metrics.isEmpty else { return }
        try writeUnflushed { db in
            let row = try Self.row(run, in: db)
            var numbers: [MetricSeries: Int64] = [:]
            let insert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO metrics (run, series, optimizer_step, value) VALUES (?, ?, ?, ?)")
            for point in metrics {
                let series: Int64
                if let known = numbers[point.series] {
                    series = known
                } else {
                    series = try Self.intern(point.series, in: db)
                    numbers[point.series] = series
                }
                try insert.execute(arguments: [
                    row.number, series, point.optimizerStep, point.value.isNaN ? nil : point.value,
                ])
            }
        }
    }

    /// Forgets what was measured after a step, points of curves and pictures: a run that is resumed there makes those steps
    /// again, perhaps with other settings, and perhaps does not come as far.
    public func dropMeasurements(after optimizerStep: Int, run: String) throws(RunStoreError) {
        try write { db in
            let row = try Self.row(run, in: db)
            // By series and kind, as the tables are sorted: only what goes is looked at.
            try db.execute(
                sql: """
                    DELETE FROM metrics
                    WHERE run = ? AND series IN (SELECT number FROM series) AND optimizer_step > ?
                    """,
                arguments: [row.number, optimizerStep])
            try db.execute(
                sql: """
                    DELETE FROM snapshots
                    WHERE run = ? AND kind IN ('spikes', 'alignment') AND optimizer_step > ?
                    """,
                arguments: [row.number, optimizerStep])
        }
    }

    /// Forgets that checkpoints after a step were the best so far: a run that is resumed before them has left them aside.
    public func dropBest(after optimizerStep: Int, run: String) throws(RunStoreError) {
        try write { db in
            let row = try Self.row(run, in: db)
            try db.execute(
                sql: "DELETE FROM checkpoints WHERE run = ? AND reason = 'best' AND optimizer_step > ?",
                arguments: [row.number, optimizerStep])
        }
    }

    /// The points of a run in the order of their steps.
    ///
    /// - Parameters:
    ///   - reference: identifier, beginning of one, or name.
    ///   - series: one curve; `nil` for all.
    ///   - firstStep: the first optimizer step of interest.
    public func metrics(
        run reference: String, series: MetricSeries? = nil, from firstStep: Int = 0
    ) throws(RunStoreError) -> [MetricPoint] {
        try read { db in
            let row = try Self.find(reference, in: db)
            if let series {
                return try Self.points(of: row, series: series, from: firstStep, in: db)
            }
            return try Self.seriesNames(of: row, in: db)
                .flatMap { try Self.points(of: row, series: $0, from: firstStep, in: db) }
                .sorted { $0.optimizerStep < $1.optimizerStep }
        }
    }

    /// - Parameter limit: points at most; negative: all.
    static func points(
        of row: RunRow, series: MetricSeries, from firstStep: Int, limit: Int = -1, in db: Database
    ) throws -> [MetricPoint] {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT optimizer_step, value FROM metrics
                WHERE run = ? AND series = (SELECT number FROM series WHERE name = ?) AND optimizer_step >= ?
                ORDER BY optimizer_step
                LIMIT ?
                """,
            arguments: [row.number, series.rawValue, firstStep, limit])
        var points: [MetricPoint] = []
        while let line = try cursor.next() {
            // Curves are long: what is as it should be takes the short way.
            if case .int64(let step) = (line[0] as DatabaseValue).storage, StoredRow.counts.contains(Int(step)),
                case .double(let value) = (line[1] as DatabaseValue).storage
            {
                points.append(MetricPoint(series: series, optimizerStep: Int(step), value: value))
                continue
            }
            let values = StoredRow(line, table: "metrics", run: row.id)
            points.append(
                MetricPoint(
                    series: series, optimizerStep: try values.integer("optimizer_step"),
                    value: try values.measurement("value")))
        }
        return points
    }

    /// The curves of a run, in the order in which they first came up in any run.
    static func seriesNames(of row: RunRow, in db: Database) throws -> [MetricSeries] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT name FROM series
                WHERE EXISTS (SELECT 1 FROM metrics WHERE run = ? AND metrics.series = series.number)
                ORDER BY number
                """,
            arguments: [row.number]
        ).map { MetricSeries(rawValue: try StoredRow($0, table: "series", run: row.id).text("name", limit: 200)) }
    }

    static func intern(_ series: MetricSeries, in db: Database) throws -> Int64 {
        let select = "SELECT number FROM series WHERE name = ?"
        if let number = try Int64.fetchOne(
            db.cachedStatement(sql: select), arguments: [series.rawValue])
        {
            return number
        }
        try db.execute(sql: "INSERT INTO series (name) VALUES (?)", arguments: [series.rawValue])
        return db.lastInsertedRowID
    }
}
