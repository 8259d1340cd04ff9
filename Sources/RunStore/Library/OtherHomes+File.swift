import Files
import Foundation

/// Which homes are listed stands in a text file `homes` beside the presets, a folder a line; lines that begin with # are
/// comments.
extension OtherHomes {
    public static func file(of own: StoragePaths) -> URL { own.config.appendingPathComponent("homes") }

    /// As written in the file, each once.
    ///
    /// - Throws: `StorageError` for a file that cannot be read, or is no text.
    public static func folders(of own: StoragePaths) throws(StorageError) -> [String] {
        var seen: Set<String> = []
        return try text(of: own).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") && seen.insert($0).inserted }
    }

    private static func text(of own: StoragePaths) throws(StorageError) -> String {
        let file = file(of: own)
        var status = stat()
        if stat(file.path, &status) != 0, errno == ENOENT || errno == ENOTDIR { return "" }
        guard let text = String(data: try WholeFile.read(file), encoding: .utf8) else {
            throw .unreadable(path: file.path, reason: "expected text in UTF-8, a folder on each line")
        }
        return text
    }

    /// Writes the file again, with its comments.
    ///
    /// - Throws: `StorageError`; the file is as it was then.
    public static func write(
        adding added: [String], removing removed: Set<String>, of own: StoragePaths
    ) throws(StorageError) {
        let kept = try text(of: own).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(String.init).filter { !removed.contains($0.trimmingCharacters(in: .whitespaces)) }
        let lines = kept.reversed().drop { $0.isEmpty }.reversed() + added
        try StoragePaths.ensure(own.config)
        try WholeFile.write(lines.map { $0 + "\n" }.joined(), to: file(of: own), replacing: true)
    }

    /// What `SACCADE_HOME` would name, or a folder with the history in it.
    public static func paths(of folder: String, beside own: StoragePaths) -> StoragePaths {
        let path = PathName(folder).expandingTilde()
        let root = URL(
            fileURLWithPath: path.hasPrefix("/") ? path : own.config.appendingPathComponent(path).path,
            isDirectory: true
        ).standardizedFileURL
        var paths = StoragePaths(root: root)
        if !FileManager.default.fileExists(atPath: paths.runDatabase.path),
            FileManager.default.fileExists(atPath: root.appendingPathComponent("runs.sqlite").path)
        {
            paths.data = root
        }
        return paths
    }

    /// Whether two homes have one history, whatever they are called.
    public static func areSame(_ left: StoragePaths, _ right: StoragePaths) -> Bool {
        guard let left = HistoryStamp.File(left) else { return false }
        return left == HistoryStamp.File(right)
    }
}
