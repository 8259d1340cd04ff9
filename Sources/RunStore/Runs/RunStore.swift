import Foundation
import GRDB
import Messages
import Synchronization

/// The history of all runs: a database of what happened, and a folder of files for each run.
///
/// Every `record…` returns once its entry is on the disk, so that the engine can publish afterwards and nothing that
/// was ever shown is lost: journal entries are flushed one by one and survive a power cut. Metrics are written without
/// a flush of their own: they survive the death of the process at any moment, and the next journal entry flushes them
/// as well.
///
/// Several processes may have the same history open. All calls block until they are done and may come from any thread.
public final class RunStore: Sendable {
    public let paths: StoragePaths
    /// Who is entered as the one that runs a run.
    public let identity: ProcessIdentity
    let pool: DatabasePool
    let now: @Sendable () -> Date
    let observer = Mutex<Observer?>(nil)

    /// Opens the history, or begins one.
    ///
    /// - Parameters:
    ///   - identity: this process, unless a test says otherwise.
    ///   - now: the clock.
    /// - Throws: `storage`, `unwritableDatabase`, `newerDatabase`, `foreignDatabase` or `damagedDatabase`; the file
    ///   stays as it was found.
    public init(
        paths: StoragePaths, identity: ProcessIdentity = .current, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(RunStoreError) {
        (self.paths, self.identity, self.now) = (paths, identity, now)
        do throws(StorageError) {
            try StoragePaths.ensure(paths.data)
            try StoragePaths.ensure(paths.runs)
        } catch {
            throw .storage(error)
        }
        pool = try Self.open(paths.runDatabase)
    }

    /// Closes the files. What is called afterwards throws; a store that is let go closes by itself.
    public func close() throws(RunStoreError) {
        try translated {
            try observer.withLock { try $0?.close() }
            try pool.close()
        }
    }

    // MARK: Opening

    private static func open(_ file: URL) throws(RunStoreError) -> DatabasePool {
        // Switching to write-ahead logging and migrating are done by one process at a time.
        let lock = Foundation.open(file.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .unwritableDatabase(path: file.path, detail: systemMessage(errno)) }
        defer { Foundation.close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .unwritableDatabase(path: file.path, detail: systemMessage(errno)) }
        }
        return try translated(file.path) {
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(10)
            configuration.label = "saccade run history"
            try inspect(file, configuration)
            let pool = try DatabasePool(path: file.path, configuration: configuration)
            try migrate(pool)
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
    }

    /// A program that was suspended amid a transaction holds up whoever wants to write: who finds the tables as they should be
    /// can read on.
    private static func migrate(_ pool: DatabasePool) throws {
        func wait(milliseconds: Int) throws {
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = \(milliseconds)") }
        }
        try wait(milliseconds: 1000)
        do {
            try pool.write { try Schema.migrate($0) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            guard try pool.read({ try Schema.isCurrent($0) }) else { throw error }
        }
        try wait(milliseconds: 10_000)
    }

    /// Looks before anything is written, so that a file that is not ours, or not for us, is left alone.
    private static func inspect(_ file: URL, _ configuration: GRDB.Configuration) throws {
        var status = stat()
        guard stat(file.path, &status) == 0, status.st_size > 0 else { return }
        guard access(file.path, W_OK) == 0 else {
            throw RunStoreError.unwritableDatabase(path: file.path, detail: systemMessage(errno))
        }
        var configuration = configuration
        configuration.readonly = true
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.read { db in
            let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if tables > 0, application != Schema.applicationIdentifier {
                throw RunStoreError.foreignDatabase(path: file.path)
            }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            if version > Schema.version {
                throw RunStoreError.newerDatabase(path: file.path, found: version, known: Schema.version)
            }
            // The metrics are many and are checked as they are read; the rest is small.
            let journal = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'metrics'")
            for table in journal {
                let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(\(table.quotedDatabaseIdentifier))")
                if let finding, finding != "ok" {
                    throw RunStoreError.damagedDatabase(path: file.path, detail: finding)
                }
            }
        }
    }

    // MARK: Access

    func read<Value>(_ body: (Database) throws -> Value) throws(RunStoreError) -> Value {
        try translated { try pool.read(body) }
    }

    /// One transaction, flushed to disk before it returns.
    func write<Value>(_ body: (Database) throws -> Value) throws(RunStoreError) -> Value {
        try translated { try pool.write(body) }
    }

    /// One transaction that outlives the process, but is flushed to disk only with the next one that is.
    func writeUnflushed(_ body: (Database) throws -> Void) throws(RunStoreError) {
        try translated {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                defer { try? db.execute(sql: "PRAGMA synchronous = FULL") }
                try db.inTransaction(.immediate) {
                    try body(db)
                    return .commit
                }
            }
        }
    }

    func translated<Value>(_ body: () throws -> Value) throws(RunStoreError) -> Value {
        try Self.translated(pool.path, body)
    }

    private static func translated<Value>(_ path: String, _ body: () throws -> Value) throws(RunStoreError) -> Value {
        do {
            return try body()
        } catch let error as RunStoreError {
            throw error
        } catch let error as DatabaseError {
            throw RunStoreError(error, path: path)
        } catch {
            throw .database(path: path, detail: "\(error)")
        }
    }
}

extension RunStoreError {
    fileprivate init(_ error: DatabaseError, path: String) {
        let detail = error.message ?? "error \(error.resultCode.rawValue) of SQLite"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damagedDatabase(path: path, detail: detail)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busyDatabase(path: path)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .unwritableDatabase(path: path, detail: detail)
        case .SQLITE_FULL: self = .fullDisk(path: path)
        default: self = .database(path: path, detail: detail)
        }
    }
}
