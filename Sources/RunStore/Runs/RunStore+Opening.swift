import Foundation
import GRDB

extension RunStore {
    /// What somebody who opens the history means to do with it.
    public enum Access: Sendable {
        case changing
        /// Changes what is there: where there is no history none is begun, and nothing is found.
        case existing
        /// Creates nothing, and does without what cannot be written.
        case reading
        /// As `reading`, of a history that belongs to somebody else's home: not even what would bring an older history up
        /// to date is written.
        case viewing
    }

    static func open(
        _ paths: StoragePaths, _ access: Access
    ) throws(RunStoreError) -> (any DatabaseWriter, isReadOnly: Bool, isCopy: Bool) {
        let file = paths.runDatabase
        do throws(StorageError) {
            // A link of somebody else is not followed even to see where it leads.
            if access == .changing || access == .existing { try paths.checkTrust() }
            try paths.checkPlaces()
        } catch {
            throw .storage(error)
        }
        switch access {
        case .changing, .existing:
            if access == .existing, try isAbsent(file) {
                return (try translated(file.path) { try emptyHistory() }, false, false)
            }
            do throws(StorageError) {
                try StoragePaths.ensure(paths.data)
                try StoragePaths.ensure(paths.runs)
            } catch {
                throw .storage(error)
            }
            return (try openForChanging(file, lock: O_CREAT), false, false)
        case .reading:
            if try isAbsent(file) { return (try translated(file.path) { try emptyHistory() }, true, false) }
            // As long as it can be written the usual way is the best: others may be writing at the same time.
            if isWritable(file), (try? paths.checkTrust()) != nil {
                do {
                    return (try openForChanging(file, lock: 0), false, false)
                } catch {
                    // A file system that has stopped itself seems to take what it then refuses.
                    switch error {
                    // Who only reads needs no lock: a program that was stopped may hold it.
                    case .unwritableDatabase, .busyDatabase: break
                    default: throw error
                    }
                }
            }
            return try reading(file)
        case .viewing: return try reading(file)
        }
    }

    private static func reading(
        _ file: URL
    ) throws(RunStoreError) -> (any DatabaseWriter, isReadOnly: Bool, isCopy: Bool) {
        let queue = try translated(file.path) { try openForReading(file) }
        // One in memory has no file.
        return (queue, true, queue.path != file.path)
    }

    private static func isAbsent(_ file: URL) throws(RunStoreError) -> Bool {
        var status = stat()
        if stat(file.path, &status) == 0 { return status.st_size == 0 }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw DatabaseDiagnosis.error(code: errno, path: file.path, reading: true)
        }
        return true
    }

    private static func isWritable(_ file: URL) -> Bool {
        access(file.path, W_OK) == 0 && access(file.deletingLastPathComponent().path, W_OK | X_OK) == 0
    }

    private static func configuration(readonly: Bool = false) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(10)
        configuration.readonly = readonly
        configuration.label = "saccade run history"
        return configuration
    }

    // MARK: Changing

    /// - Parameter flags: `O_CREAT`: the lock's file is made if it is not there.
    private static func openForChanging(_ file: URL, lock flags: Int32) throws(RunStoreError) -> DatabasePool {
        // Switching to write-ahead logging and migrating are done by one process at a time.
        let lock = Foundation.open(file.path + ".lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
        guard lock >= 0 || (flags == 0 && errno == ENOENT) else {
            let code = errno
            throw code == ELOOP
                ? .storage(.link(path: file.path + ".lock"))
                : DatabaseDiagnosis.error(code: code, path: file.path)
        }
        defer { if lock >= 0 { Foundation.close(lock) } }
        if lock >= 0 { try wait(for: lock, file, seconds: flags == O_CREAT ? 10 : 1) }
        return try translated(file.path) {
            var status = stat()
            if stat(file.path, &status) == 0, status.st_size > 0 {
                guard access(file.path, W_OK) == 0 else {
                    throw DatabaseDiagnosis.error(code: errno, path: file.path)
                }
                try inspect(DatabaseQueue(path: file.path, configuration: configuration(readonly: true)), file)
            }
            let pool = try DatabasePool(path: file.path, configuration: configuration())
            try migrate(pool)
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
    }

    /// A program that was suspended while it held the lock would be waited for without end.
    private static func wait(for lock: Int32, _ file: URL, seconds: Int) throws(RunStoreError) {
        let end = ContinuousClock.now + .seconds(seconds)
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK:
                guard ContinuousClock.now < end else {
                    throw .busyDatabase(path: file.path, holder: DatabaseDiagnosis.holder(of: file.path))
                }
                usleep(20_000)
            default: throw DatabaseDiagnosis.error(code: errno, path: file.path)
            }
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
    private static func inspect(_ queue: DatabaseQueue, _ file: URL) throws {
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
                    throw DatabaseDiagnosis.error(finding: finding, path: file.path)
                }
            }
        }
    }

    // MARK: Reading

    private static func emptyHistory() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try queue.write { try Schema.migrate($0) }
        return queue
    }

    /// A history in a folder that cannot be written to, or in which nothing is to be written.
    static func openForReading(_ file: URL) throws -> DatabaseQueue {
        do {
            let queue = try DatabaseQueue(path: file.path, configuration: configuration(readonly: true))
            try inspect(queue, file)
            if try queue.read({ try Schema.isCurrent($0) }) { return queue }
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM].contains(error.resultCode)
        {
            // SQLite shares memory with writers through a file beside the history, which cannot be made here.
            if access(file.path, R_OK) != 0 {
                throw DatabaseDiagnosis.error(code: errno, path: file.path, reading: true)
            }
        }
        return try copy(of: file)
    }

    private static let copyAttempts = 5

    /// Size and time of the file: what changes when the journal is moved into it.
    private static func written(_ file: URL) -> [Int] {
        var status = stat()
        guard stat(file.path, &status) == 0 else { return [] }
        return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// The history in memory, brought up to date there: the file and what its journal holds beyond it.
    private static func copy(of file: URL) throws -> DatabaseQueue {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("saccade-reading-\(UUID().uuidString)")
        guard mkdir(folder.path, 0o700) == 0 else {
            throw RunStoreError.storage(.unwritableFolder(path: folder.path, reason: systemMessage(errno)))
        }
        defer { try? manager.removeItem(at: folder) }
        let copy = folder.appendingPathComponent(file.lastPathComponent)
        do {
            // Who writes meanwhile may have moved what stands in the journal into the file: then they do not fit.
            for _ in 0..<copyAttempts {
                let before = written(file)
                for ending in ["", "-wal"] {
                    try? manager.removeItem(atPath: copy.path + ending)
                    guard ending.isEmpty || access(file.path + ending, F_OK) == 0 else { continue }
                    try manager.copyItem(atPath: file.path + ending, toPath: copy.path + ending)
                }
                if written(file) == before { break }
            }
        } catch {
            throw RunStoreError.unreadableDatabase(path: file.path, detail: error.localizedDescription)
        }
        for ending in ["", "-wal"] { chmod(copy.path + ending, 0o600) }
        let queue = try DatabaseQueue(path: copy.path, configuration: configuration())
        try inspect(queue, file)
        let memory = try DatabaseQueue()
        // Write-ahead logging is a thing of files.
        try queue.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try queue.backup(to: memory)
        try queue.close()
        try memory.write { try Schema.migrate($0) }
        return memory
    }
}
