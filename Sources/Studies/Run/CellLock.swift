import Foundation
import RunStore

/// Who trains a cell holds its lock, and hands it to the process that trains: it is held until that process ends, also where
/// whoever began it was killed. So a cell is never trained twice at the same time, and several programs may share a study.
public final class CellLock: Sendable {
    /// Of the open file; a child process inherits it where it is told to.
    public let descriptor: Int32

    /// - Returns: `nil` if another process has it.
    /// - Throws: `RunStoreError.storage` if the file cannot be made.
    public static func take(_ cell: Cell, _ paths: StoragePaths) throws(RunStoreError) -> CellLock? {
        let folder = paths.studyState(cell.study)
        do throws(StorageError) { try StoragePaths.ensure(folder) } catch { throw .storage(error) }
        let path = folder.appendingPathComponent("\(cell.id).lock").path
        let descriptor = try StudyOrderBook.open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return CellLock(descriptor)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The lock stays with a child that has inherited it.
    deinit { close(descriptor) }
}
