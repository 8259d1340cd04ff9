import Foundation

/// Folders of files, in an order that does not depend on the file system.
enum ClassFolders {
    /// Subfolders, byte-wise sorted: capitals before small letters.
    static func names(in folder: String) -> [String] {
        DataFolders.names(in: folder).filter { isFolder(folder + "/" + $0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Files with one of these endings (in any case), by the number at the end of their names, then by name.
    static func files(in folder: String, endings: [String]) -> [String] {
        DataFolders.names(in: folder)
            .filter { name in endings.contains { name.lowercased().hasSuffix($0) } && !isFolder(folder + "/" + name) }
            .map { (number(of: $0) ?? Int.max, $0) }
            .sorted { $0 < $1 }.map(\.1)
    }

    static func stem(of file: String) -> String { (file as NSString).deletingPathExtension }

    /// The digits at the end of a file's name.
    static func number(of file: String) -> Int? {
        let digits = stem(of: file).reversed().prefix { $0.isASCII && $0.isNumber }
        return Int(String(digits.reversed()))
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// How many of the first files of a class are for training: 90 %, halves to the even number, as the reference cuts.
    static func trainingCount(of count: Int, share: Double = 0.9) -> Int {
        Int((share * Double(count)).rounded(.toNearestOrEven))
    }
}
