import FileFormats
import Foundation

/// Writes files that a person named, and no other.
enum OutputFile {
    /// Whether `--output` means standard output.
    static func isStandardOutput(_ path: String?) -> Bool { path == nil || path == "-" || path == "/dev/stdout" }

    /// Writes the whole file or nothing.
    ///
    /// - Throws: `CommandFailure` if the file is there and is not to be replaced; `FileFormatError.unwritable`.
    static func write(_ bytes: [UInt8], to path: String, replaces: Bool) throws {
        var status = stat()
        let isThere = stat(path, &status) == 0
        guard !isThere || status.st_mode & S_IFMT != S_IFDIR else {
            throw CommandFailure("\(path) is a folder: give the name of a file")
        }
        // A device or a pipe is written to, not replaced.
        guard replaces || !isThere || status.st_mode & S_IFMT != S_IFREG else {
            throw CommandFailure("\(path) already exists: give another name, or overwrite it with --force")
        }
        try AtomicFile.replace(path, with: bytes)
    }

    /// The same, to a file or to standard output.
    ///
    /// - Throws: also `Output.Failure`, and `CommandFailure` for a picture on a terminal.
    static func write(
        _ data: Foundation.Data, to path: String?, replaces: Bool, isPicture: Bool = false
    ) throws {
        guard let path, !isStandardOutput(path) else {
            if isPicture, isatty(STDOUT_FILENO) == 1 {
                throw CommandFailure(
                    "a PNG cannot be printed in a terminal: write it to a file with --output", code: 64)
            }
            return try Output.write(data)
        }
        try write([UInt8](data), to: path, replaces: replaces)
    }
}
