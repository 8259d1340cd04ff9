import ArgumentParser
import Files
import Foundation

/// Where a command that trains tells TensorBoard of its runs.
struct TensorBoardOption: ParsableArguments {
    @Option(
        name: .customLong("tensorboard"),
        help: ArgumentHelp(
            "Write TensorBoard event files into this folder, a subfolder per run, while training.", valueName: "dir"),
        completion: .directory)
    var folder: String?

    private var url: URL? {
        folder.map { URL(fileURLWithPath: PathName($0).expandingTilde(), isDirectory: true).standardizedFileURL }
    }

    /// The same as words of a command line that is given elsewhere.
    var words: [String] { url.map { ["--tensorboard", $0.path] } ?? [] }

    /// Makes the folder: what is wrong with it is found before anything is trained.
    ///
    /// - Throws: `CommandFailure`.
    func ready() throws -> URL? {
        guard let url else { return nil }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "--tensorboard: the folder \(url.path) cannot be made: what is above it is a file, or cannot be written to; "
                    + "give another folder")
        }
        guard access(url.path, W_OK | X_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw CommandFailure("--tensorboard: nothing can be written to \(url.path): \(reason); give another folder")
        }
        return url
    }
}
