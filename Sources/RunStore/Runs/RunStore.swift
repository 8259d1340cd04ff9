import Configuration
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
    /// What the settings of runs are: old ones are read, and new ones written, as this engine means them.
    public let description: EngineDescription
    let pool: any DatabaseWriter
    let now: @Sendable () -> Date
    let observer = Mutex<Observer?>(nil)
    /// Runs that this process does not train any more, although the history says so: it could not be told.
    let released = Mutex<Set<String>>([])
    /// Nothing can be written: who tries is told.
    let isReadOnly: Bool
    /// It is a copy in memory, of the moment when it was opened.
    let isCopy: Bool

    /// Opens the history, or begins one.
    ///
    /// - Parameters:
    ///   - access: with `.reading` nothing is created, and a history that cannot be written to is read where it lies.
    ///   - identity: this process, unless a test says otherwise.
    ///   - now: the clock.
    /// - Throws: `storage` for folders that cannot be used or in which others have a hand; `unwritableDatabase`,
    ///   `unreadableDatabase`, `newerDatabase`, `foreignDatabase`, `damagedDatabase` or `deviceError`; the file stays as
    ///   it was found.
    public init(
        paths: StoragePaths, access: Access = .changing, described description: EngineDescription,
        identity: ProcessIdentity = .current, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(RunStoreError) {
        (self.paths, self.description, self.identity, self.now) = (paths, description, identity, now)
        (pool, isReadOnly, isCopy) = try Self.open(paths, access)
    }

    /// Closes the files. What is called afterwards throws; a store that is released closes by itself.
    public func close() throws(RunStoreError) {
        try translated {
            try observer.withLock { try $0?.close() }
            try pool.close()
        }
    }

    /// Moves what stands in SQLite's write-ahead log into the database's own file, as far as nobody reads it there, so that
    /// a copy of this file alone holds the history. Nothing is lost where it cannot be done.
    public func emptyWriteAheadLog() {
        guard !isReadOnly else { return }
        try? pool.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
    }

    // MARK: Access

    func read<Value>(_ body: (Database) throws -> Value) throws(RunStoreError) -> Value {
        try translated { try pool.read(body) }
    }

    /// One transaction, flushed to disk before it returns.
    func write<Value>(_ body: (Database) throws -> Value) throws(RunStoreError) -> Value {
        guard !isReadOnly else { throw .readOnlyHistory(path: paths.runDatabase.path) }
        return try translated { try pool.write(body) }
    }

    /// One transaction that outlives the process, but is flushed to disk only with the next one that is.
    func writeUnflushed(_ body: (Database) throws -> Void) throws(RunStoreError) {
        guard !isReadOnly else { throw .readOnlyHistory(path: paths.runDatabase.path) }
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
        try Self.translated(paths.runDatabase.path, body)
    }

    static func translated<Value>(_ path: String, _ body: () throws -> Value) throws(RunStoreError) -> Value {
        do {
            return try body()
        } catch let error as RunStoreError {
            throw error
        } catch let error as DatabaseError {
            throw DatabaseDiagnosis.error(for: error, path: path)
        } catch {
            throw .database(path: path, detail: "\(error)")
        }
    }
}
