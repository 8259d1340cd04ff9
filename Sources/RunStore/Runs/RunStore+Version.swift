import GRDB
import Messages

/// Whether anything has changed, for whoever shows the history while others write it.
extension RunStore {
    /// A number that is another one after anything was written, by this process or another, and after a process that
    /// trains has died. Costs next to nothing while nothing happens: the history itself is not read.
    public func version() throws(RunStoreError) -> Int {
        guard !isReadOnly else { return 0 }
        return try translated {
            try observer.withLock { observer in
                if observer == nil { observer = try Observer(paths.runDatabase.path) }
                return try observer?.version() ?? 0
            }
        }
    }

    /// A connection of its own: only what other connections write changes the number that SQLite tells it.
    struct Observer {
        private let connection: DatabaseQueue
        private var lastWrite: Int?
        /// The processes that train. One that is killed writes nothing any more.
        private var owners: Set<ProcessIdentity> = []
        private var count = 0

        init(_ path: String) throws {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(1)
            configuration.label = "saccade run history, observed"
            connection = try DatabaseQueue(path: path, configuration: configuration)
        }

        func close() throws { try connection.close() }

        mutating func version() throws -> Int {
            let write = try connection.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA data_version") }
            if write != lastWrite {
                owners = try connection.read { db in
                    Set(
                        try Row.fetchAll(
                            db,
                            sql: """
                                SELECT DISTINCT owner_process, owner_start, owner_boot FROM runs
                                WHERE owner_process IS NOT NULL
                                """
                        ).compactMap { try? StoredRow($0, table: "runs", run: "").owner() })
                }
                (lastWrite, count) = (write, count + 1)
            }
            let dead = owners.filter { !$0.isAlive }
            if !dead.isEmpty {
                owners.subtract(dead)
                count += 1
            }
            return count
        }
    }
}
