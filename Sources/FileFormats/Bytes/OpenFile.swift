import Files
import Foundation

/// A file opened for reading at any place. Safe to share: nothing in it changes, and `pread` keeps no position.
public final class OpenFile: Sendable {
    public let path: String
    /// Bytes, when it was opened.
    public let size: Int
    private let descriptor: Int32

    /// - Throws: `.unreadable`; at once, also for a named pipe.
    public init(path: String) throws(FileFormatError) {
        self.path = path
        do throws(RegularFile.Refusal) {
            (descriptor, size) = try RegularFile.open(path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    deinit { close(descriptor) }

    /// Fills `target` from `offset` on.
    ///
    /// - Throws: `.damaged` if the file ends before `target` is full (it was cut while being read).
    public func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileFormatError) {
        var done = 0
        while done < target.count {
            guard let base = target.baseAddress else { return }
            let count = pread(descriptor, base + done, target.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: Self.lastError())
            }
            if count == 0 {
                throw .damaged(
                    path: path, offset: offset + done, found: "the end of the file",
                    expected: "\(target.count - done) more bytes", advice: "copy the file again")
            }
            done += count
        }
    }

    /// `count` bytes from `offset` on.
    ///
    /// - Throws: `.damaged` if the file does not hold them; nothing is allocated then.
    public func read(count: Int, at offset: Int) throws(FileFormatError) -> [UInt8] {
        guard count >= 0, offset >= 0, offset <= size, count <= size - offset else {
            throw .damaged(
                path: path, offset: max(0, min(offset, size)), found: "\(size) bytes in total",
                expected: "\(count) bytes from byte \(offset) on", advice: "copy the file again")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFormatError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        return bytes
    }

    static func lastError() -> String { String(cString: strerror(errno)) }
}

/// Whole files.
public enum FileBytes {
    /// All bytes of a file.
    ///
    /// - Throws: `FileFormatError.unreadable`.
    public static func read(_ path: String) throws(FileFormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path, into: &bytes)
        return bytes
    }

    /// As `read(_:)`, into memory that is reused: `bytes` ends up with the file's size.
    public static func read(_ path: String, into bytes: inout [UInt8]) throws(FileFormatError) {
        let file = try OpenFile(path: path)
        if bytes.count > file.size {
            bytes.removeLast(bytes.count - file.size)
        } else if bytes.count < file.size {
            bytes.append(contentsOf: repeatElement(0, count: file.size - bytes.count))
        }
        try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFormatError) in
            try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    /// The first bytes of a file, at most `count`.
    public static func prefix(_ path: String, count: Int) throws(FileFormatError) -> [UInt8] {
        let file = try OpenFile(path: path)
        var bytes = [UInt8](repeating: 0, count: min(count, file.size))
        try bytes.withUnsafeMutableBufferPointer { buffer throws(FileFormatError) in
            try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
        return bytes
    }
}
