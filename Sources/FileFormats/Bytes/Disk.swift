import Files
import Foundation
import Synchronization

/// Changes of the file system that outlast a power cut: what is answered after one of these is on the disk.
///
/// A file's bytes are there after a flush of the file, its name only after a flush of the folder that holds it. Files
/// written whole, checkpoints and the folders of the home all go through here.
public enum Disk {
    /// What the file system refused.
    public struct Refusal: Error, Sendable, Hashable {
        public var path: String
        /// `errno`.
        public var code: Int32
        /// The operating system's own words.
        public var reason: String { String(cString: strerror(code)) }

        public init(path: String, code: Int32) { (self.path, self.code) = (path, code) }
    }

    public enum Event: Sendable, Hashable {
        case flushedFile(String)
        case flushedFolder(String)
        case renamed(String, to: String)
        case removed(String)
        case madeFolder(String)
    }

    /// What was done, in order: shows a test that an answer comes after the flush.
    public final class Record: Sendable {
        private let state = Mutex<[Event]>([])
        public init() {}
        public var events: [Event] { state.withLock { $0 } }
        func add(_ event: Event) { state.withLock { $0.append(event) } }
    }

    /// Set by tests for the tasks that they start.
    @TaskLocal public static var record: Record?

    /// Brings the bytes of an open file to the disk.
    public static func flush(_ descriptor: Int32, path: String) throws(Refusal) {
        while fsync(descriptor) != 0 {
            guard errno == EINTR else { throw Refusal(path: path, code: errno) }
        }
        record?.add(.flushedFile(path))
    }

    /// Brings the names in a folder to the disk.
    public static func flush(folder path: String) throws(Refusal) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A folder that may be written to but not read cannot be flushed by anybody but the system itself.
        guard descriptor >= 0 else {
            if errno == EACCES { return }
            throw Refusal(path: path, code: errno)
        }
        defer { close(descriptor) }
        while fsync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            // Some network file systems have no flush for folders: they write names through.
            case EINVAL, ENOTSUP, ENOSYS, EBADF, EROFS: return
            default: throw Refusal(path: path, code: errno)
            }
        }
        record?.add(.flushedFolder(path))
    }

    /// Gives a file or a folder another name; what has that name already is replaced if it is a file.
    public static func rename(_ path: String, to target: String) throws(Refusal) {
        guard Foundation.rename(path, target) == 0 else { throw Refusal(path: target, code: errno) }
        record?.add(.renamed(path, to: target))
        try flush(folder: folder(of: target))
        if folder(of: path) != folder(of: target) { try flush(folder: folder(of: path)) }
    }

    /// Removes a file.
    public static func remove(_ path: String) throws(Refusal) {
        guard unlink(path) == 0 else { throw Refusal(path: path, code: errno) }
        record?.add(.removed(path))
        try flush(folder: folder(of: path))
    }

    /// Makes a folder for its owner alone. `EEXIST` if something has the name.
    public static func makeFolder(_ path: String) throws(Refusal) {
        guard mkdir(path, 0o700) == 0 else { throw Refusal(path: path, code: errno) }
        record?.add(.madeFolder(path))
        try flush(folder: folder(of: path))
    }

    /// The folder that holds what a path names.
    static func folder(of path: String) -> String { PathName(path).folder }
}

extension FileFormatError {
    /// As said of the file or folder that was to be written.
    init(_ refusal: Disk.Refusal, writing path: String) {
        self = .unwritable(path: path, reason: Self.reason(refusal.code, writing: path))
    }

    /// What went wrong, and what helps.
    static func reason(_ code: Int32, writing path: String) -> String {
        let reason = String(cString: strerror(code))
        let advice =
            switch code {
            case ENOENT, ENOTDIR: "create the folder \(PathName(path).folder) first"
            case EACCES, EPERM: "check the permissions of the folder \(PathName(path).folder)"
            case EROFS: "choose a folder that can be written to"
            case ENOSPC, EDQUOT: "free some space, or choose another disk"
            default: ""
            }
        return advice.isEmpty ? reason : reason + "; " + advice
    }
}
