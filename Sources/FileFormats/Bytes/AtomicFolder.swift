import Foundation

/// Writes a folder so that a reader, or a machine that loses power, sees the old folder or the new one, never a part.
public enum AtomicFolder {
    private static let (unfinished, replaced) = (".new", ".old")

    /// Fills a folder beside `path` and puts it in the place of what is there. It is on the disk when this returns.
    ///
    /// - Parameter fill: writes the files into the folder that it is given, each flushed (`AtomicFile`).
    /// - Throws: `FileFormatError.unwritable`, or what `fill` throws; the old folder is then as it was.
    public static func replace(_ path: String, _ fill: (_ folder: String) throws -> Void) throws {
        let (temporary, old) = (hidden(path, unfinished), hidden(path, replaced))
        let manager = FileManager.default
        try? manager.removeItem(atPath: temporary)
        do {
            if access(Disk.folder(of: path), F_OK) != 0 {
                try manager.createDirectory(atPath: Disk.folder(of: path), withIntermediateDirectories: true)
                try Disk.flush(folder: Disk.folder(of: Disk.folder(of: path)))
            }
            try Disk.makeFolder(temporary)
            try fill(temporary)
            try Disk.flush(folder: temporary)
            // A folder cannot be renamed over one that holds something: the old one steps aside first.
            if access(path, F_OK) == 0 {
                try? manager.removeItem(atPath: old)
                try Disk.rename(path, to: old)
            }
            try Disk.rename(temporary, to: path)
            try? manager.removeItem(atPath: old)
        } catch {
            try? manager.removeItem(atPath: temporary)
            if access(path, F_OK) != 0, access(old, F_OK) == 0 { _ = rename(old, path) }
            if let refusal = error as? Disk.Refusal { throw FileFormatError(refusal, writing: path) }
            if let error = error as? CocoaError {
                throw FileFormatError.unwritable(path: path, reason: error.localizedDescription)
            }
            throw error
        }
    }

    /// Whether `putRight` has anything to do in a folder.
    public static func hasLeftovers(in folder: String) -> Bool { !leftovers(in: folder).isEmpty }

    /// Puts right what a process that died amid `replace` has left in a folder: a new one that was not finished goes, an
    /// old one whose new one never came is there again. Nobody may be writing there.
    public static func putRight(_ folder: String) {
        for name in leftovers(in: folder) {
            let path = folder + "/" + name
            let original = folder + "/" + name.dropFirst().dropLast(unfinished.count)
            if name.hasSuffix(replaced), access(original, F_OK) != 0 {
                try? Disk.rename(path, to: original)
            } else {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    private static func leftovers(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasPrefix(".") && $0.count > unfinished.count + 1 && ($0.hasSuffix(unfinished) || $0.hasSuffix(replaced))
        }
    }

    private static func hidden(_ path: String, _ ending: String) -> String {
        let folder = Disk.folder(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return "\(folder)/.\(name)\(ending)"
    }
}
