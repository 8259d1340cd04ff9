import Foundation
import Messages
import Synchronization

/// Standard output. Everything the program prints goes through here: text of files and their names reaches no terminal
/// with its control characters, and what cannot be written ends the command with a message.
enum Output {
    /// What is written cannot be: a full disk, or nobody who reads.
    struct Failure: Error, Hashable, CustomStringConvertible {
        /// `errno` of the writing.
        var code: Int32

        /// Whether the reader has gone, as `head` does: nothing is wrong then.
        var isClosedPipe: Bool { code == EPIPE }
        var reason: String { String(cString: strerror(code)) }
        var description: String { "cannot write to standard output: \(reason)" }
    }

    private static let firstFailure = Mutex<Failure?>(nil)

    /// The first thing that could not be written, if anything.
    static var failure: Failure? { firstFailure.withLock { $0 } }

    /// Writes a line.
    ///
    /// - Throws: `Failure`.
    static func line(_ text: String) throws { try self.text(text + "\n") }

    /// Writes text as it is but for control characters.
    ///
    /// - Throws: `Failure`.
    static func text(_ text: String) throws { try write(Data(text.visible.utf8)) }

    /// Writes what the program itself has drawn, with its own escape sequences, or what is no text.
    ///
    /// - Throws: `Failure`.
    static func write(_ data: Data) throws {
        do throws(Failure) {
            try StandardStream.output.write(data)
        } catch {
            firstFailure.withLock { $0 = $0 ?? error }
            throw error
        }
    }

    /// What file systems on a network tell only when a file is closed.
    ///
    /// - Throws: `Failure`.
    static func finish() throws {
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0, close(copy) != 0, [EIO, ENOSPC, EDQUOT].contains(errno) else { return }
        throw Failure(code: errno)
    }
}

/// Standard error, for messages and progress; who closed it does not want to know.
enum StandardError {
    static func line(_ text: String) { try? StandardStream.error.write(Data((text.visible + "\n").utf8)) }

    /// Writes what the program itself has made, with its own escape sequences.
    static func drawn(_ text: String) { try? StandardStream.error.write(Data(text.utf8)) }
}

/// Swift's own would pass by `Output`. What cannot be written is told when the command ends.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
    try? Output.text(items.map { "\($0)" }.joined(separator: separator) + terminator)
}
