import Foundation
import GRDB
import Messages

/// A run that was to come from another home.
public struct BroughtRun: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        case brought
        /// A run of this identifier is here: it stays as it is.
        case known
        /// It was going on when its home was read.
        case active
        /// It could not be brought, for the reason in `problem`.
        case failed
    }

    public var run: String
    public var name: String
    public var outcome: Outcome
    public var problem: String?
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
            let queue = try DatabaseQueue(path: copy.runDatabase.path)
            try openForReading(home.runDatabase).backup(to: queue)
            // Also of the curves, which are not looked at when a history is opened.
            let found = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } ?? "nothing"
            guard found == "ok" else {
                throw RunStoreError.damagedDatabase(path: home.runDatabase.path, detail: found)
            }
        }
    }

    /// Runs of another home come into this one, with journal, curves, notes, checkpoints and all.
    ///
    /// A run comes whole or not at all: first its folder under another name, then its entry in one transaction.
    ///
    /// - Parameters:
    ///   - references: identifiers, beginnings or names; empty: all. Those that go on elsewhere only come if they are named.
    ///   - fetch: puts a run's folder into `home.runs` where it is not there yet; called before it is read.
    /// - Returns: the earliest first, each with what came of it.
    /// - Throws: `unknownRun`, and what may be wrong with the other history as a whole.
    public func bring(
        _ references: [String], from home: OtherHome, fetch: (_ run: String) throws -> Void = { _ in }
    ) throws -> [BroughtRun] {
        let other = try RunStore(paths: home.history, access: .existing, described: description)
        let wanted = try references.isEmpty ? other.runs() : references.map { try other.run($0).summary }
        try other.close()
        // The earliest gets the lowest number, as if they had been begun here.
        return wanted.sorted { $0.created < $1.created }.map { summary in
            do {
                let outcome = try bring(
                    summary, from: home, takesActive: home.isElsewhere && !references.isEmpty, fetch)
                return BroughtRun(run: summary.id, name: summary.name, outcome: outcome)
            } catch {
                return BroughtRun(run: summary.id, name: summary.name, outcome: .failed, problem: "\(error)")
            }
        }
    }

    private func bring(
        _ summary: RunSummary, from home: OtherHome, takesActive: Bool, _ fetch: (String) throws -> Void
    ) throws -> BroughtRun.Outcome {
        guard RunIdentifier.isSafe(summary.id) else {
            throw RunStoreError.unreadableRun(run: summary.name, detail: "'\(summary.id)' is not a run identifier")
        }
        if let problem = summary.problem {
            throw RunStoreError.unreadableRun(run: summary.id, detail: problem)
        }
        if try isKnown(summary.id) { return .known }
        if summary.phase.isActive, home.isElsewhere ? !takesActive : !summary.isInterrupted { return .active }
        try fetch(summary.id)
        let coming = try copyFolder(of: summary.id, from: home.runs)
        defer { if let coming { try? FileManager.default.removeItem(at: coming) } }
        return try enter(summary.id, from: home.history.runDatabase, folder: coming) ? .brought : .known
    }

    private func isKnown(_ run: String) throws(RunStoreError) -> Bool {
        try read { try Self.isKnown(run, in: $0) }
    }

    private static func isKnown(_ run: String, in db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM runs WHERE id = ?", arguments: [run]) != 0
    }

    /// A copy of the run's folder beside the folders of the runs, under a name that nobody else has.
    private func copyFolder(of run: String, from runs: URL) throws(RunStoreError) -> URL? {
        let source = runs.appendingPathComponent(run, isDirectory: true)
        // A run whose folder is lost has its history still.
        guard FileManager.default.fileExists(atPath: source.path) else { return nil }
        let coming = paths.runs.appendingPathComponent(".\(run).coming-\(UUID().uuidString)", isDirectory: true)
        do {
            try FileManager.default.copyItem(at: source, to: coming)
            // It lives there, not here.
            unlink(coming.appendingPathComponent(SignOfLife.fileName).path)
        } catch {
            try? FileManager.default.removeItem(at: coming)
            throw .storage(.unwritable(path: coming.path, reason: error.localizedDescription))
        }
        return coming
    }

    /// Puts the folder into its place and enters the run, in one transaction, which keeps other processes out.
    ///
    /// - Returns: `false` if another process has entered it meanwhile.
    private func enter(_ run: String, from database: URL, folder coming: URL?) throws(RunStoreError) -> Bool {
        var wasEntered = false
        try translated {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS other", arguments: [database.path])
                defer { try? db.execute(sql: "DETACH DATABASE other") }
                try db.inTransaction(.immediate) {
                    guard try !Self.isKnown(run, in: db) else { return .rollback }
                    try Self.copy(run, in: db)
                    if let coming { try put(coming, inPlaceOf: run) }
                    wasEntered = true
                    return .commit
                }
            }
        }
        return wasEntered
    }

    /// A folder without an entry, as of a history that was lost, is nobody's to remove: it is set aside.
    private func put(_ coming: URL, inPlaceOf run: String) throws {
        let (target, manager) = (folder(of: run), FileManager.default)
        do {
            if manager.fileExists(atPath: target.path) {
                let aside = paths.runs.appendingPathComponent(
                    "\(run).before-\(UUID().uuidString)", isDirectory: true)
                try manager.moveItem(at: target, to: aside)
            }
            try manager.moveItem(at: coming, to: target)
        } catch {
            throw RunStoreError.storage(.unwritable(path: target.path, reason: error.localizedDescription))
        }
    }

    /// Tables with a row or more a run, and whether `number` counts the rows of the whole table instead of meaning something.
    private static let tables: [(name: String, isNumbered: Bool)] = [
        ("states", true), ("edits", false), ("checkpoints", true), ("notes", true), ("results", false),
        ("failures", true), ("tags", false), ("snapshots", false),
    ]

    /// Copies the rows of a run, in a transaction of the caller.
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
