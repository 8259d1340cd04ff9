import ArgumentParser
import Files
import Foundation
import RunStore

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
    /// - Throws: `StorageError`.
    func ready() throws -> URL? {
        guard let url else { return nil }
        try StoragePaths.ensure(url)
        return url
    }
}
