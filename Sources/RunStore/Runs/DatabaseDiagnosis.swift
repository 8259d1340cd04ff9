import Foundation
import GRDB

/// What an error of SQLite means. A disk that fails, a disk that is full and a file that is damaged look alike to it; nobody is
/// told to move a history away before a look at the whole has found it damaged.
enum DatabaseDiagnosis {
    static func error(for error: DatabaseError, path: String) -> RunStoreError {
        let detail = error.message ?? "error \(error.extendedResultCode.rawValue) of SQLite"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return checked(path, detail)
        case .SQLITE_IOERR: return failing(path, detail + ", \(error.extendedResultCode.rawValue)")
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .busyDatabase(path: path, holder: holder(of: path))
        case .SQLITE_FULL: return .fullDisk(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            return refusal(of: path).map { .deviceError(path: path, detail: $0) }
                ?? .unwritableDatabase(path: path, detail: detail)
        case .SQLITE_CANTOPEN:
            if let failure = refusal(of: path) { return .deviceError(path: path, detail: failure) }
            return .unwritableDatabase(path: path, detail: openingReason(path) ?? detail)
        default: return .database(path: path, detail: detail)
        }
    }

    /// What `errno` means for the history.
    static func error(code: Int32, path: String, reading: Bool = false) -> RunStoreError {
        let detail = systemMessage(code)
        switch code {
        case _ where isDeviceError(code): return .deviceError(path: path, detail: detail)
        case ENOSPC, EDQUOT: return .fullDisk(path: path)
        default:
            return reading
                ? .unreadableDatabase(path: path, detail: detail) : .unwritableDatabase(path: path, detail: detail)
        }
    }

    /// What a check of one table has found. SQLite reports pages that the disk did not give as findings, too.
    static func error(finding: String, path: String) -> RunStoreError { checked(path, finding) }

    private static func failing(_ path: String, _ detail: String) -> RunStoreError {
        isFull(path) ? .fullDisk(path: path) : .deviceError(path: path, detail: refusal(of: path) ?? detail)
    }

    /// Looks at the whole file before it is called damaged.
    private static func checked(_ path: String, _ detail: String) -> RunStoreError {
        if let failure = refusal(of: path) { return .deviceError(path: path, detail: failure) }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let finding = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") } ?? "nothing"
            if finding == "ok" { return .passingFault(path: path, detail: detail) }
            return refusal(of: path).map { .deviceError(path: path, detail: $0) }
                ?? .damagedDatabase(path: path, detail: finding)
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            return .damagedDatabase(path: path, detail: error.message ?? detail)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            return failing(path, error.message ?? detail)
        } catch {
            // It could not be looked at: what cannot be read is not known to be damaged.
            return .unreadableDatabase(path: path, detail: "\(detail); the integrity check could not be run")
        }
    }

    /// Why the operating system cannot give the bytes of the history; `nil` if it can.
    private static func refusal(of path: String) -> String? {
        for file in [path, path + "-wal"] {
            let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else {
                if isDeviceError(errno) { return systemMessage(errno) }
                continue
            }
            defer { close(descriptor) }
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            var count = 0
            repeat {
                count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno != EINTR { return systemMessage(errno) }
            } while count != 0
        }
        return nil
    }

    /// Who keeps others from writing to the history.
    static func holder(of path: String) -> OtherProcess? {
        OtherProcess.holdingLock(of: StoragePaths.databaseEndings.map { path + $0 })
    }

    private static func openingReason(_ path: String) -> String? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor < 0 else {
            close(descriptor)
            return nil
        }
        return systemMessage(errno)
    }

    private static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_bavail == 0
    }
}
