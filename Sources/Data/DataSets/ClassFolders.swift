import FileFormats
import Files
import Foundation

/// Folders of files, in an order that does not depend on the file system.
enum ClassFolders {
    /// Subfolders without those of the system, byte-wise sorted: capitals before small letters.
    static func names(in folder: String) -> [String] { FolderListing(folder).folders }

    /// Files with one of these endings (in any case), by the number at the end of their names, then by name.
    static func files(in folder: String, endings: [String]) -> [String] {
        ordered(FolderListing(folder).files.filter { name in endings.contains { name.lowercased().hasSuffix($0) } })
    }

    /// The folders in a folder that hold files of the kind, byte-wise sorted, with those files; and what is left out.
    ///
    /// - Throws: `DataSetError`: a folder that cannot be listed, or a class whose name no path of text leads to.
    static func classes(
        in folder: String, _ kind: ClassFileKind, dataSet: String
    ) throws(DataSetError) -> (classes: [ClassTree.Class], leftOut: [LeftOut]) {
        let listing = FolderListing(folder)
        if let failure = listing.failure { throw .file(.unreadable(path: folder, reason: failure)) }
        for bytes in listing.unnamed {
            let inside = FolderListing(bytes: Array((folder + "/").utf8) + bytes)
            let count = inside.files.count { kind.isNamed($0) }
            guard count > 0 else { continue }
            throw unnamed(bytes, in: folder, count, kind, dataSet)
        }
        var (classes, leftOut): ([ClassTree.Class], [LeftOut]) = ([], listing.leftOut)
        leftOut += listing.files.filter { kind.isNamed($0) || kind.isOpen($0) && kind.isOne(folder + "/" + $0) }.map {
            LeftOut(path: $0, reason: "lies next to the class folders, in none of them", isNotable: true)
        }
        for name in listing.folders {
            try LongWork.check()
            let place = folder + "/" + name
            let inside = FolderListing(place)
            // A class would be missing without a word.
            if let failure = inside.failure { throw .file(.unreadable(path: place, reason: failure)) }
            let (files, others) = sorted(inside.files, in: place, kind)
            let isOne = files.contains {
                !kind.looksInside || kind.isOpen($0) || EventFiles.isKnown(place + "/" + $0)
                    || UnfetchedFile(path: place + "/" + $0) != nil
            }
            guard isOne else {
                leftOut.append(
                    LeftOut(path: name, reason: emptiness(inside, files, others, place, kind), isNotable: true))
                continue
            }
            classes.append(ClassTree.Class(name: name, part: nil, path: place, files: ordered(files)))
            leftOut += (inside.leftOut + others + inner(inside, place, kind)).map { $0.below(name) }
        }
        return (classes, leftOut)
    }

    /// Files of the kind, and the others with the reason.
    private static func sorted(
        _ files: [String], in place: String, _ kind: ClassFileKind
    ) -> (files: [String], others: [LeftOut]) {
        var (own, others): ([String], [LeftOut]) = ([], [])
        for name in files {
            let isOpen = kind.isOpen(name)
            guard isOpen || kind.isNamed(name) else {
                others.append(LeftOut(path: name, reason: "is not a valid \(kind.one)", isNotable: false))
                continue
            }
            if kind.looksInside, size(place + "/" + name) == 0 {
                others.append(LeftOut(path: name, reason: "is empty (0 bytes)", isNotable: kind.isNamed(name)))
            } else if isOpen, !kind.isOne(place + "/" + name),
                // What was never fetched is missing, and its reading says so.
                !kind.isNamed(name) || UnfetchedFile(path: place + "/" + name) == nil
            {
                others.append(LeftOut(path: name, reason: "is not a valid \(kind.one)", isNotable: false))
            } else {
                own.append(name)
            }
        }
        return (own, others)
    }

    /// Folders inside a class.
    private static func inner(_ listing: FolderListing, _ place: String, _ kind: ClassFileKind) -> [LeftOut] {
        listing.folders.map { name in
            let count = FolderListing(place + "/" + name).files.count { kind.isNamed($0) }
            let told = count == 1 ? "\(kind.one) is not read; move it up" : "\(kind.many) are not read; move them up"
            let own = count == 0 ? "" : ": its \(count) \(told)"
            return LeftOut(path: name, reason: "is a folder inside a class" + own, isNotable: count > 0)
        }
    }

    private static func emptiness(
        _ listing: FolderListing, _ files: [String], _ others: [LeftOut], _ place: String, _ kind: ClassFileKind
    ) -> String {
        let empty = others.count { $0.reason.hasPrefix("is empty") }
        if !files.isEmpty || empty > 0 {
            let count = files.count + empty
            return "no readable \(kind.one): " + (count == 1 ? "its only file" : "none of its \(count) files")
                + " is in a known format" + (empty > 0 ? " (\(empty) of 0 bytes)" : "")
        }
        if listing.folders.contains(where: { ClassTree.holdsFiles(Array((place + "/" + $0).utf8), kind) }) {
            return "holds folders of \(kind.many), no \(kind.one)"
        }
        let isEmpty = listing.files.isEmpty && listing.folders.isEmpty && listing.leftOut.isEmpty
        return isEmpty ? "is empty" : "holds no \(kind.one)"
    }

    private static func unnamed(
        _ bytes: [UInt8], in folder: String, _ count: Int, _ kind: ClassFileKind, _ dataSet: String
    ) -> DataSetError {
        let name = FolderListing.escaped(bytes)
        let latin = String(decoding: bytes.map { UInt16($0) }, as: UTF16.self)
        return .incomplete(
            dataSet: dataSet, folder: folder,
            found: "the folder $'\(name)' with \(count) \(count == 1 ? kind.one : kind.many), whose name is not UTF-8",
            expected: "class folders with names in UTF-8",
            advice: "rename it, for example: mv '\(folder)'/$'\(name)' '\(folder)/\(latin)'")
    }

    private static func ordered(_ files: [String]) -> [String] {
        let numbered: [(number: Int, file: String)] = files.map { (number(of: $0) ?? Int.max, $0) }
        let sorted = numbered.sorted { one, other in
            guard one.number == other.number else { return one.number < other.number }
            return one.file.utf8.lexicographicallyPrecedes(other.file.utf8)
        }
        return sorted.map(\.file)
    }

    static func stem(of file: String) -> String { PathName(file).withoutEnding }

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
