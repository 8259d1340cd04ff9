import Files
import Foundation

/// Writes a file so that a reader, or a machine that loses power, sees the old file or the new one, never a part.
///
/// What is no file but a device, such as `/dev/full`, is written to as it is, never replaced.
public struct AtomicFile: ~Copyable {
    private let path: String
    private let target: String
    /// `nil` where there is nothing to be put in the place of something.
    private let temporaryPath: String?
    private var descriptor: Int32

    /// Opens a temporary file beside `path`, whose folder must exist.
    public init(path: String) throws(FileFormatError) {
        var status = stat()
        let kind = stat(path, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
        self.path = path
        if kind != S_IFREG, kind != S_IFDIR {
            (target, temporaryPath) = (path, nil)
            // Opening a pipe waits for whoever reads it.
            descriptor = kind == S_IFIFO ? -1 : open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
        } else {
            // A file that is kept elsewhere stays where it is kept.
            target = Self.target(of: path)
            let temporary = target + ".\(UUID().uuidString.prefix(8)).part"
            temporaryPath = temporary
            descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        }
        if kind == S_IFIFO { throw .unwritable(path: path, reason: "it is a named pipe, not a regular file") }
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: Self.lastError(path)) }
    }

    deinit {
        // Not committed: leave nothing behind.
        if descriptor >= 0 {
            close(descriptor)
            if let temporaryPath { unlink(temporaryPath) }
        }
    }

    /// Where a symbolic link leads; anything else itself.
    private static func target(of path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
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
    ///
    /// - Parameter isFlushed: `false` leaves the time to the system: of many files that can be made again a power cut may take
    ///   the latest.
    public consuming func commit(isFlushed: Bool = true) throws(FileFormatError) {
        // What cannot be synchronised, as a pipe, says so with EINVAL.
        guard let temporaryPath else {
            guard fsync(descriptor) == 0 || errno == EINVAL else {
                throw .unwritable(path: path, reason: Self.lastError(path))
            }
            return
        }
        do throws(Disk.Refusal) {
            guard isFlushed else {
                guard rename(temporaryPath, target) == 0 else { throw Disk.Refusal(path: target, code: errno) }
                close(descriptor)
                descriptor = -1
                return
            }
            try Disk.flush(descriptor, path: target)
            // The new name itself reaches the disk with the folder.
            try Disk.rename(temporaryPath, to: target)
        } catch {
            throw FileFormatError(error, writing: path)
        }
        close(descriptor)
        descriptor = -1
    }

    private static func lastError(_ path: String) -> String { FileFormatError.reason(errno, writing: path) }

    /// Puts a file that holds `bytes` in the place of `path`.
    public static func replace(
        _ path: String, with bytes: [UInt8], isFlushed: Bool = true
    ) throws(FileFormatError) {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.commit(isFlushed: isFlushed)
    }
}
