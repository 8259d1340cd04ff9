import Files
import Foundation

/// Event files of a folder, which together are one run.
public enum TensorBoardFolder {
    static let mark = "events.out.tfevents"

    /// Names of the event files in it, in the order in which they were begun.
    public static func files(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.contains("tfevents") }
            .sorted()
    }

    /// Seconds since 1970, of the names of its files.
    static func times(in folder: String) -> [Int] {
        files(in: folder).compactMap { name in
            guard let range = name.range(of: "tfevents.") else { return nil }
            return Int(name[range.upperBound...].prefix { $0.isNumber })
        }
    }

    /// Folders with event files: this one and those below it, in the order of their names; a file is itself.
    public static func runs(below path: String) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [path] }
        let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let folders = Set(below.filter { PathName($0).name.contains("tfevents") }.map { PathName($0).folder })
        return folders.sorted().map { $0.isEmpty || $0 == "." ? path : path + "/" + $0 }
    }

    /// What the files of one run say together: where a later file begins a session, what earlier ones say of its step and
    /// those after it is gone; of several values of a tag at a step the last counts.
    ///
    /// - Parameter path: of a folder, or of a single file.
    /// - Throws: `FileFormatError` of the first file that is damaged.
    public static func read(_ path: String) throws(FileFormatError) -> (events: [TensorBoardEvent], truncated: [String])
    {
        let names = files(in: path)
        let paths = names.isEmpty ? [path] : names.map { path + "/" + $0 }
        var (events, truncated): ([TensorBoardEvent], [String]) = ([], [])
        for path in paths {
            let file = try TensorBoardFile(path: path)
            if file.isTruncated { truncated.append(path) }
            for event in file.events {
                if event.content == .sessionStart { events.removeAll { $0.step >= event.step } }
                events.append(event)
            }
        }
        return (events, truncated)
    }
}
