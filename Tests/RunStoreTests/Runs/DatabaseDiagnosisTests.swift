import Configuration
import Foundation
import GRDB
import Messages
import Testing
import TestSupport

@testable import RunStore

/// A disk that fails, or is full, is not called a damaged history, and nobody is told to move one away that is whole.
@Suite struct DatabaseDiagnosisTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// The path of a history that is whole.
    private func history() throws -> String {
        let store = try RunStore(paths: scratch.paths)
        _ = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        try store.close()
        return scratch.paths.runDatabase.path
    }

    @Test(arguments: [
        ResultCode.SQLITE_IOERR, .SQLITE_IOERR_READ, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_WRITE, .SQLITE_CORRUPT,
        .SQLITE_NOTADB, .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_BUSY,
    ])
    func aWholeHistoryIsNeverToBeMovedAway(code: ResultCode) throws {
        let path = try history()
        let error = DatabaseDiagnosis.error(for: DatabaseError(resultCode: code), path: path)
        #expect(!error.description.contains("mv '"), "\(error)")
        #expect(error.description.contains(path))
        switch code.primaryResultCode {
        case .SQLITE_IOERR:
            guard case .deviceError = error else { return #expect(Bool(false), "\(error)") }
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            guard case .passingFault = error else { return #expect(Bool(false), "\(error)") }
        case .SQLITE_FULL: #expect(error == .fullDisk(path: path))
        case .SQLITE_BUSY: #expect(error == .busyDatabase(path: path, holder: nil))
        default:
            guard case .unwritableDatabase = error else { return #expect(Bool(false), "\(error)") }
        }
    }

    @Test(arguments: [EIO, ESTALE, ENODEV]) func aDeviceIsBlamedForItsOwnErrors(code: Int32) {
        let error = DatabaseDiagnosis.error(code: code, path: "/x/runs.sqlite")
        guard case .deviceError = error else { return #expect(Bool(false), "\(error)") }
        #expect(error.description.contains("dmesg"))
        let folder = StorageError.unwritableFolder(path: "/x", reason: String(cString: strerror(code)))
        #expect(folder.description.contains("dmesg") && !folder.description.contains("make it writable"))
    }

    @Test func aDamagedOneIsFoundToBe() throws {
        let path = try history()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.replaceSubrange((bytes.count / 2)..., with: Data(repeating: 0xA5, count: bytes.count - bytes.count / 2))
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = DatabaseDiagnosis.error(for: DatabaseError(resultCode: .SQLITE_CORRUPT), path: path)
        guard case .damagedDatabase = error else { return #expect(Bool(false), "\(error)") }
        #expect(error.description.contains("mv '"))
    }
}
