import Files
import Foundation

/// Writes a file so that a reader, or a machine that loses power, sees the old file or the new one, never a part.
public struct AtomicFile: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Opens a temporary file beside `path`, whose folder must exist.
    public init(path: String) throws(FileFormatError) {
        self.path = path
        temporaryPath = path + ".\(UUID().uuidString.prefix(8)).part"
        // As its owner one could put a file into the place of /dev/null.
        let kind = RegularFile.otherKind(of: path)
        descriptor = kind == nil ? open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) : -1
        if let kind { throw .unwritable(path: path, reason: "it is \(kind), not a regular file") }
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: Self.lastError(path)) }
    }

    deinit {
        // Not committed: leave nothing behind.
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileFormatError) {
        var done = 0
        while done < bytes.count {
            guard let base = bytes.baseAddress else { return }
            let count = write(descriptor, base + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unwritable(path: path, reason: Self.lastError(path))
            }
            done += count
        }
    }

    public mutating func append(_ bytes: [UInt8]) throws(FileFormatError) {
        try bytes.withUnsafeBufferPointer { buffer throws(FileFormatError) in
            try append(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Brings the bytes to the disk and puts the file in the place of the old one.
    public consuming func commit() throws(FileFormatError) {
        guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: Self.lastError(path)) }
        guard rename(temporaryPath, path) == 0 else {
            throw .unwritable(path: path, reason: Self.lastError(path))
        }
        close(descriptor)
        descriptor = -1
        // The new name itself reaches the disk with the folder.
        let folder = open(PathName(path).folder, O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// What went wrong, and what helps.
    private static func lastError(_ path: String) -> String {
        let code = errno
        let reason = String(cString: strerror(code))
        let advice =
            switch code {
            case ENOENT, ENOTDIR: "make the folder \(PathName(path).folder) first"
            case EACCES, EPERM: "check the permissions of the folder \(PathName(path).folder)"
            case EROFS: "choose a folder that can be written to"
            case ENOSPC, EDQUOT: "make room, or choose another disk"
            default: ""
            }
        return advice.isEmpty ? reason : reason + "; " + advice
    }

    /// Puts a file that holds `bytes` in the place of `path`.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(FileFormatError) {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.commit()
    }
}
