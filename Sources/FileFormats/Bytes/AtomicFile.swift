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
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: OpenFile.lastError()) }
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
                throw .unwritable(path: path, reason: OpenFile.lastError())
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
        do throws(Disk.Refusal) {
            try Disk.flush(descriptor, path: path)
            // The new name itself reaches the disk with the folder.
            try Disk.rename(temporaryPath, to: path)
        } catch {
            throw FileFormatError(error, writing: path)
        }
        close(descriptor)
        descriptor = -1
    }

    /// Puts a file that holds `bytes` in the place of `path`.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(FileFormatError) {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.commit()
    }
}
