import Foundation

/// Standard output and error while the screen is open: a stray print goes to the log panel instead of the screen.
///
/// Only the thread that owns the terminal calls `begin` and `end`.
public final class CapturedOutput {
    public private(set) var savedOutput: Int32 = -1
    public private(set) var savedError: Int32 = -1
    /// Never blocks, and is polled by the terminal's thread.
    public let readEnd: Int32
    let writeEnd: Int32
    private var partial: [UInt8] = []

    /// - Throws: `TerminalError.system`.
    public init() throws(TerminalError) {
        (readEnd, writeEnd) = try Pipe.open()
    }

    deinit {
        end()
        close(readEnd)
        close(writeEnd)
    }

    func begin() {
        guard savedOutput < 0 else { return }
        fflush(nil)
        savedOutput = dup(STDOUT_FILENO)
        savedError = dup(STDERR_FILENO)
        dup2(writeEnd, STDOUT_FILENO)
        dup2(writeEnd, STDERR_FILENO)
    }

    func end() {
        guard savedOutput >= 0 else { return }
        fflush(nil)
        dup2(savedOutput, STDOUT_FILENO)
        dup2(savedError, STDERR_FILENO)
        close(savedOutput)
        close(savedError)
        (savedOutput, savedError) = (-1, -1)
    }

    /// Whole lines printed since the last call; the beginning of an unfinished line is kept for the next.
    func lines() -> [String] {
        partial += Pipe.drain(readEnd)
        guard let last = partial.lastIndex(of: 10) else {
            // A line without an end must not grow for ever.
            guard partial.count > 4096 else { return [] }
            defer { partial = [] }
            return [String(decoding: partial, as: UTF8.self)]
        }
        defer { partial.removeSubrange(...last) }
        return partial[..<last].split(separator: 10, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Pipes whose both ends never block.
enum Pipe {
    static func open() throws(TerminalError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        return (ends[0], ends[1])
    }

    /// All bytes that wait now.
    static func drain(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
