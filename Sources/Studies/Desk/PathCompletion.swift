import Files
import Foundation

/// Completes paths of studies as a shell does.
enum PathCompletion {
    /// More than a screen shows helps nobody.
    private static let limit = 200

    /// Folders, which end in a slash, and files that may be studies, in the way in which the beginning is written.
    static func completions(of text: String, from current: String = FileManager.default.currentDirectoryPath)
        -> [String]
    {
        let cut = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
        let (folder, beginning) = (String(text[..<cut]), String(text[cut...]))
        let expanded = PathName(folder).expandingTilde()
        let place = expanded.hasPrefix("/") ? expanded : current + "/" + expanded
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.sorted().filter { $0.hasPrefix(beginning) && (beginning.hasPrefix(".") || !$0.hasPrefix(".")) }
            .compactMap { name -> String? in
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: place + "/" + name, isDirectory: &isFolder) else {
                    return nil
                }
                if isFolder.boolValue { return folder + name + "/" }
                return name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? folder + name : nil
            }.prefix(limit).map { $0 }
    }
}
