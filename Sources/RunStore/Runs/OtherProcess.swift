import Foundation

/// A process that stands in the way.
public struct OtherProcess: Sendable, Hashable {
    public var processIdentifier: Int32
    /// It was stopped by a signal (Ctrl-Z, `kill -STOP`): nothing that it is told reaches it before it goes on.
    public var isSuspended: Bool

    public init(_ processIdentifier: Int32, isSuspended: Bool) {
        (self.processIdentifier, self.isSuspended) = (processIdentifier, isSuspended)
    }

    init(_ identity: ProcessIdentity) {
        self.init(identity.processIdentifier, isSuspended: identity.isSuspended)
    }

    /// `process 71`, and what comes before all else if it is stopped.
    var text: String {
        isSuspended
            ? "process \(processIdentifier), which is suspended (`kill -CONT \(processIdentifier)` continues it)"
            : "process \(processIdentifier)"
    }

    /// Who has one of these files locked against others, as `/proc/locks` lists it; `nil` where that is not told. Not by
    /// opening the files: closing them again would let go of SQLite's own locks.
    static func holdingLock(of paths: [String]) -> OtherProcess? {
        guard let text = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return nil }
        let numbers = Set(
            paths.compactMap { path -> String? in
                var status = stat()
                return stat(path, &status) == 0 ? String(status.st_ino) : nil
            })
        // "1: POSIX  ADVISORY  WRITE 1234 fe:01:5678 120 120"; those that wait have an arrow behind the number.
        let holders = text.split(separator: "\n").compactMap { line -> Int32? in
            let words = line.split(separator: " ")
            guard words.count >= 6, words[3] == "WRITE", let file = words[5].split(separator: ":").last,
                numbers.contains(String(file)), let process = Int32(words[4]), process > 0
            else { return nil }
            return process
        }
        return (holders.first { $0 != getpid() } ?? holders.first).map { OtherProcess(ProcessIdentity(of: $0)) }
    }
}
