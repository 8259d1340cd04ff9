import Foundation

/// Standard output as a sequence of lines.
enum Output {
    /// Nobody reads any more: the other end of the pipe is closed.
    struct Closed: Error {}

    /// Writes a line.
    ///
    /// - Throws: `Closed` if it cannot be written.
    static func line(_ text: String) throws { try write(Foundation.Data((text + "\n").utf8)) }

    static func write(_ data: Foundation.Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw Closed()
        }
    }

    /// Lets a closed pipe be an error instead of the end of the process, so that a run can stop with a checkpoint.
    static func reportClosedPipes() { signal(SIGPIPE, SIG_IGN) }
}
