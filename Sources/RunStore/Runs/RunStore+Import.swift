import Foundation
import GRDB
import Messages

/// A run that was to come from another home.
public struct BroughtRun: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        case brought
        /// A run of this identifier is here: it stays as it is.
        case known
        /// It was going on when its home was read: it can be brought once it has ended.
        case active
    }

    public var run: String
    public var name: String
    public var outcome: Outcome
}

/// Another home to bring runs from.
public struct OtherHome: Sendable {
    /// A copy of its history, see `RunStore.copyHistory`.
    public var history: StoragePaths
    /// The folder of its runs.
    public var runs: URL
    /// Whether it is on another machine: nobody here can see which of its processes live.
    public var isElsewhere: Bool

    public init(history: StoragePaths, runs: URL, isElsewhere: Bool) {
        (self.history, self.runs, self.isElsewhere) = (history, runs, isElsewhere)
    }
}

extension RunStore {
    /// Copies a history that others may be writing, brought up to date if an older program wrote it. The original stays as
    /// it is.
    public static func copyHistory(of home: StoragePaths, to copy: StoragePaths) throws(RunStoreError) {
        do throws(StorageError) { try StoragePaths.ensure(copy.data) } catch { throw .storage(error) }
        guard FileManager.default.fileExists(atPath: home.runDatabase.path) else {
            throw .unreadableDatabase(path: home.runDatabase.path, detail: "there is no such file")
        }
        try translated(home.runDatabase.path) {
            try openForReading(home.runDatabase).backup(to: DatabaseQueue(path: copy.runDatabase.path))
        }
    }

    /// Runs of another home come into this one, with journal, curves, notes, checkpoints and all.
    ///
    /// A run comes whole or not at all: first its folder under another name, then its entry in one transaction.
    ///
    /// - Parameters:
    ///   - references: identifiers, beginnings or names; empty: all. Those that go on elsewhere only come if they are named.
    ///   - fetch: puts a run's folder into `home.runs` where it is not there yet; called before it is read.
    /// - Throws: `unknownRun`, what may be wrong with either history, and what `fetch` throws.
    public func bring(
        _ references: [String], from home: OtherHome, fetch: (_ run: String) throws -> Void = { _ in }
    ) throws -> [BroughtRun] {
        let other = try RunStore(paths: home.history, access: .existing, described: description)
        let wanted = try references.isEmpty ? other.runs() : references.map { try other.run($0).summary }
        try other.close()
        return try wanted.filter { $0.problem == nil }.map { summary in
            guard RunIdentifier.isSafe(summary.id) else {
                throw RunStoreError.unreadableRun(
                    run: summary.name, detail: "'\(summary.id)' is no identifier of a run")
            }
            let isActive = summary.phase.isActive && (home.isElsewhere ? references.isEmpty : !summary.isInterrupted)
            let count = try read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM runs WHERE id = ?", arguments: [summary.id])
            }
            guard count == 0, !isActive else {
                return BroughtRun(run: summary.id, name: summary.name, outcome: count == 0 ? .active : .known)
            }
            try fetch(summary.id)
            try bringFolder(of: summary.id, from: home.runs)
            try enter(summary.id, from: home.history.runDatabase)
            return BroughtRun(run: summary.id, name: summary.name, outcome: .brought)
        }
    }

    private func bringFolder(of run: String, from runs: URL) throws(RunStoreError) {
        let source = runs.appendingPathComponent(run, isDirectory: true)
        let target = folder(of: run)
        let manager = FileManager.default
        guard manager.fileExists(atPath: source.path) else { return }
        let temporary = target.deletingLastPathComponent().appendingPathComponent(".\(run).coming", isDirectory: true)
        try? manager.removeItem(at: temporary)
        do {
            try manager.copyItem(at: source, to: temporary)
            // One without an entry is what an import that was killed has left.
            try? manager.removeItem(at: target)
            try manager.moveItem(at: temporary, to: target)
        } catch {
            try? manager.removeItem(at: temporary)
            throw .storage(.unwritable(path: target.path, reason: error.localizedDescription))
        }
    }

    /// Copies the rows of a run, in one transaction.
    private func enter(_ run: String, from database: URL) throws(RunStoreError) {
        try translated {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [database.path])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                try db.inTransaction(.immediate) {
                    try Self.copy(run, in: db)
                    return .commit
                }
            }
        }
    }

    /// Tables with a row or more a run, and whether `number` counts the rows of the whole table instead of meaning something.
    private static let tables: [(name: String, isNumbered: Bool)] = [
        ("states", true), ("edits", false), ("checkpoints", true), ("notes", true), ("results", false),
        ("failures", true), ("tags", false), ("snapshots", false),
    ]

    private static func copy(_ run: String, in db: Database) throws {
        func columns(_ table: String, without left: Set<String>) throws -> String {
            try db.columns(in: table).map(\.name).filter { !left.contains($0) }.joined(separator: ", ")
        }
        // Nobody here trains it.
        let owner: Set<String> = ["owner_process", "owner_start", "owner_boot"]
        let own = try columns("runs", without: owner.union(["number"]))
        try db.execute(
            sql: "INSERT INTO main.runs (\(own)) SELECT \(own) FROM other.runs WHERE id = ?", arguments: [run])
        let number = db.lastInsertedRowID
        let old = try Int64.fetchOne(db, sql: "SELECT number FROM other.runs WHERE id = ?", arguments: [run])
        for table in tables {
            let names = try columns(table.name, without: table.isNumbered ? ["run", "number"] : ["run"])
            let order = table.isNumbered ? "ORDER BY number" : ""
            try db.execute(
                sql: """
                    INSERT INTO main.\(table.name) (run, \(names))
                    SELECT ?, \(names) FROM other.\(table.name) WHERE run = ? \(order)
                    """,
                arguments: [number, old])
        }
        try db.execute(sql: "INSERT OR IGNORE INTO main.series (name) SELECT name FROM other.series ORDER BY number")
        try db.execute(
            sql: """
                INSERT INTO main.metrics (run, series, optimizer_step, value)
                SELECT ?, mine.number, points.optimizer_step, points.value
                FROM other.metrics AS points
                JOIN other.series AS theirs ON theirs.number = points.series
                JOIN main.series AS mine ON mine.name = theirs.name
                WHERE points.run = ?
                """,
            arguments: [number, old])
        // What is written next comes after what has come.
        try db.execute(
            sql: "UPDATE main.journal SET sequence = max(sequence, (SELECT max(sequence) FROM other.journal))")
    }
}
