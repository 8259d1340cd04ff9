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
    /// - Parameter replacing: without it a file that is there stays, and `alreadyThere` is thrown. A symbolic link is
    ///   followed, so that a file kept elsewhere stays where it is kept.
    static func write(_ text: String, to url: URL, replacing: Bool) throws(StorageError) {
        let target = replacing ? url.resolvingSymlinksInPath() : url
        let unique = UInt64.random(in: 0...UInt64.max)
        let temporary = target.deletingLastPathComponent()
            .appendingPathComponent(".\(target.lastPathComponent).\(String(unique, radix: 36))").path
        try put(Array(text.utf8), into: temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
        defer { unlink(temporary) }
        if replacing {
            guard rename(temporary, target.path) == 0 else {
                throw .unwritable(path: target.path, reason: systemMessage(errno))
            }
        } else if link(temporary, target.path) != 0 {
            // `link` alone refuses to overwrite in one step. File systems without links get a look and then a rename.
            let code = errno
            guard code == EPERM || code == ENOTSUP || code == EOPNOTSUPP || code == ENOSYS else {
                throw code == EEXIST
                    ? .alreadyThere(path: target.path) : .unwritable(path: target.path, reason: systemMessage(code))
            }
            guard access(target.path, F_OK) != 0 else { throw .alreadyThere(path: target.path) }
            guard rename(temporary, target.path) == 0 else {
                throw .unwritable(path: target.path, reason: systemMessage(errno))
            }
        }
    }

    /// Adds to the end of a file, in one call, flushed to disk.
    static func append(_ text: String, to url: URL) throws(StorageError) {
        try put(Array(text.utf8), into: url.path, flags: O_WRONLY | O_CREAT | O_APPEND)
    }

    /// Makes a folder with the files of another one: the same bytes on disk where the file system can share them, copies
    /// elsewhere. Right for files that are only ever replaced whole.
    static func share(folder: URL, at target: URL) throws(StorageError) {
        let manager = FileManager.default
        do {
            try manager.createDirectory(at: target, withIntermediateDirectories: true)
            for name in try manager.contentsOfDirectory(atPath: folder.path) {
                let (source, copy) = (folder.appendingPathComponent(name), target.appendingPathComponent(name))
                if link(source.path, copy.path) != 0 { try manager.copyItem(at: source, to: copy) }
            }
        } catch {
            throw .unwritable(path: target.path, reason: error.localizedDescription)
        }
    }

    private static func put(_ bytes: [UInt8], into path: String, flags: Int32) throws(StorageError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
    }
}
