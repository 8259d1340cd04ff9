import FileFormats
import Files
import Foundation

/// Reads and writes files whole: who looks sees the old text or the new one, never half of it, also after a crash.
enum WholeFile {
    /// Presets and tables are small; more than this is some other file.
    static let sizeLimit = 1 << 20

    /// The bytes of a file of at most `sizeLimit` bytes.
    static func read(_ url: URL) throws(StorageError) -> Data {
        do throws(RegularFile.Refusal) {
            return try RegularFile.read(url.path, limit: sizeLimit)
        } catch {
            throw .unreadable(path: url.path, reason: error.reason)
        }
    }

    /// Writes beside the file, flushes to disk, and puts the new file in the old one's place.
    ///
    /// - Parameter replacing: without it a file that is there stays, and `alreadyThere` is thrown. A symbolic link that
    ///   the user has made to a file of the same kind is followed: a file kept elsewhere stays where it is kept.
    static func write(_ text: String, to url: URL, replacing: Bool) throws(StorageError) {
        let target = replacing ? url.resolvingSymlinksInPath() : url
        if replacing, target.path != url.path {
            try HomeTrust.check(file: url.path)
            guard target.pathExtension == url.pathExtension else { throw .link(path: url.path) }
        }
        let unique = UInt64.random(in: 0...UInt64.max)
        let temporary = target.deletingLastPathComponent()
            .appendingPathComponent(".\(target.lastPathComponent).\(String(unique, radix: 36))").path
        // Also what a full disk has taken of it.
        defer { unlink(temporary) }
        try put(Array(text.utf8), into: temporary, of: target.path)
        try refusing(target.path) { () throws(Disk.Refusal) in
            if replacing { return try Disk.rename(temporary, to: target.path) }
            if link(temporary, target.path) == 0 {
                return try Disk.flush(folder: target.deletingLastPathComponent().path)
            }
            // `link` alone refuses to overwrite in one step. File systems without links get a look and then a rename.
            let code = errno
            guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(code) else {
                throw Disk.Refusal(path: target.path, code: code)
            }
            guard access(target.path, F_OK) != 0 else { throw Disk.Refusal(path: target.path, code: EEXIST) }
            try Disk.rename(temporary, to: target.path)
        }
    }

    /// Gives a file another name, never that of another file.
    static func rename(_ url: URL, to target: URL) throws(StorageError) {
        try refusing(target.path) { () throws(Disk.Refusal) in try Disk.rename(url.path, to: target.path) }
    }

    static func remove(_ url: URL) throws(StorageError) {
        try refusing(url.path) { () throws(Disk.Refusal) in try Disk.remove(url.path) }
    }

    private static func refusing(_ path: String, _ body: () throws(Disk.Refusal) -> Void) throws(StorageError) {
        do {
            try body()
        } catch {
            throw error.code == EEXIST
                ? .alreadyThere(path: path) : .unwritable(path: path, reason: error.reason)
        }
    }

    /// Makes a folder with the files of another one: the same bytes on disk where the file system can share them, copies
    /// elsewhere. Right for files that are only ever replaced whole. All is on the disk when this returns.
    static func share(folder: URL, at target: URL) throws(StorageError) {
        do {
            try AtomicFolder.replace(target.path) { temporary in
                for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                    let (source, copy) = (folder.path + "/" + name, temporary + "/" + name)
                    if link(source, copy) == 0 { continue }
                    try FileManager.default.copyItem(atPath: source, toPath: copy)
                    let descriptor = open(copy, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                    guard descriptor >= 0 else { throw Disk.Refusal(path: copy, code: errno) }
                    defer { close(descriptor) }
                    try Disk.flush(descriptor, path: copy)
                }
            }
        } catch let error as FileFormatError {
            throw .unwritable(path: target.path, reason: error.description)
        } catch {
            throw .unwritable(path: target.path, reason: error.localizedDescription)
        }
    }

    /// - Parameter path: of the file that this will be, for messages.
    private static func put(_ bytes: [UInt8], into temporary: String, of path: String) throws(StorageError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
            written += count
        }
        try refusing(path) { () throws(Disk.Refusal) in try Disk.flush(descriptor, path: temporary) }
    }
}
