import Foundation

/// The one way to open what is read: a regular file, or an answer what it is instead. Opening never waits, as it would for
/// the other end of a named pipe, and never touches a device.
public enum RegularFile {
    /// Why a path is not read.
    public struct Refusal: Error, Sendable, Hashable {
        /// What was found, and what to do about it.
        public let reason: String

        public init(_ reason: String) { self.reason = reason }
    }

    /// A descriptor for reading, and how many bytes the file has. The caller closes it.
    public static func open(_ path: String) throws(Refusal) -> (descriptor: Int32, size: Int) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw refusal(errno, path) }
        try check(status)
        // Another file may have come in its place since: O_NONBLOCK, and a second look.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw refusal(errno, path) }
        do throws(Refusal) {
            guard fstat(descriptor, &status) == 0 else { throw refusal(errno, path) }
            try check(status)
        } catch {
            close(descriptor)
            throw error
        }
        return (descriptor, Int(status.st_size))
    }

    /// The bytes of a small file.
    ///
    /// - Parameter limit: a larger file is refused before memory is taken for it.
    public static func read(_ path: String, limit: Int) throws(Refusal) -> Data {
        let (descriptor, _) = try open(path)
        defer { close(descriptor) }
        // Not by the size alone: files of /proc have none, and a file may grow meanwhile.
        var data = Data()
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while data.count <= limit {
            let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw refusal(errno, path) }
            if count == 0 { return data }
            data.append(contentsOf: piece[..<count])
        }
        throw Refusal("it is larger than \(limit / 1024) KiB")
    }

    /// What a path is, if it is there and no regular file: "a named pipe", "a folder", ….
    public static func otherKind(of path: String) -> String? {
        var status = stat()
        return stat(path, &status) == 0 ? kind(status) : nil
    }

    private static func check(_ status: stat) throws(Refusal) {
        guard let kind = kind(status) else { return }
        throw Refusal("it is \(kind), not a regular file")
    }

    private static func kind(_ status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "something else"
        }
    }

    private static func refusal(_ code: Int32, _ path: String) -> Refusal {
        var status = stat()
        switch code {
        case ENOENT where lstat(path, &status) == 0:
            return Refusal("it is a broken link")
        case ENOENT: return Refusal("no such file")
        case ELOOP: return Refusal("its symbolic links form a loop")
        case ENOTDIR: return Refusal("a part of the path is not a folder")
        case EACCES: return Refusal("permission denied")
        case ENXIO: return Refusal("it is a socket or a device, not a regular file")
        default: return Refusal(String(cString: strerror(code)))
        }
    }
}
