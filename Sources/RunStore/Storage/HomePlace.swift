import Files
import Foundation

/// What lies where a folder or a file of the program is expected. Whatever else lies there is named: a named pipe would be
/// waited for, a device has no end, and a link that leads nowhere looks as if nothing were there.
enum HomePlace {
    /// A folder, perhaps through a link, or nothing at all.
    ///
    /// - Throws: `notAFolder`, `danglingLink`.
    static func check(folder path: String) throws(StorageError) {
        guard let status = try status(of: path) else {
            // What lies above it may be what is wrong.
            if errno == ENOTDIR, PathName(path).folder != path { try check(folder: PathName(path).folder) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: path) }
    }

    /// A regular file, perhaps through a link, or nothing at all.
    ///
    /// - Throws: `notAFile`, `danglingLink`.
    static func check(file path: String) throws(StorageError) {
        guard try status(of: path) != nil, let kind = RegularFile.otherKind(of: path) else { return }
        throw .notAFile(path: path, kind: kind)
    }

    /// - Returns: `nil` if nothing is there; `errno` says why.
    private static func status(of path: String) throws(StorageError) -> stat? {
        var status = stat()
        if stat(path, &status) == 0 { return status }
        let code = errno
        if code == ENOENT || code == ELOOP,
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        {
            throw .danglingLink(path: path, target: target)
        }
        errno = code
        return nil
    }
}

extension StoragePaths {
    /// Files that SQLite and we keep beside the history.
    static let databaseEndings = ["", "-wal", "-shm", "-journal", ".lock"]

    /// Makes sure that folders lie where the history needs folders, and regular files where it needs files.
    ///
    /// - Throws: `notAFolder`, `notAFile` or `danglingLink`, each with the path.
    public func checkPlaces() throws(StorageError) {
        for folder in [home, data, runs].compactMap(\.self) { try HomePlace.check(folder: folder.path) }
        for ending in Self.databaseEndings { try HomePlace.check(file: runDatabase.path + ending) }
    }
}
