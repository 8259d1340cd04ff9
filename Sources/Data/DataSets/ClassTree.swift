import FileFormats
import Foundation

/// What lies in a class's folder: recordings or pictures.
struct ClassFileKind: Sendable {
    /// "recording", and of several.
    let one: String
    let many: String
    /// Endings of their names, in small letters.
    let endings: [String]
    /// Whether the bytes decide where a name says too little, and whether a file is empty counts.
    let looksInside: Bool
    /// Of a file whose name leaves it open.
    let isOne: @Sendable (_ path: String) -> Bool

    static let recordings = ClassFileKind(
        one: "recording", many: "recordings", endings: EventFiles.endings, looksInside: true,
        isOne: { EventFiles.isRecording($0) })
    static let pictures = ClassFileKind(
        one: "image", many: "images", endings: ImageFile.endings, looksInside: false, isOne: { _ in false })

    /// Files of one ending, by name alone: those of a published data set.
    static func recordings(named endings: [String]) -> ClassFileKind {
        ClassFileKind(
            one: "recording", many: "recordings", endings: endings, looksInside: false, isOne: { _ in false })
    }

    func isNamed(_ name: String) -> Bool { endings.contains { name.lowercased().hasSuffix($0) } }

    /// Whether a name leaves open what the file is: lists of labels are text, too, and some recordings have no ending.
    func isOpen(_ name: String) -> Bool {
        looksInside && (!name.contains(".") || [".csv", ".txt", ".tsv"].contains { name.lowercased().hasSuffix($0) })
    }
}

/// Which folders are classes, of which part, and which files are theirs: one rule for recordings and for pictures.
///
///     FOLDER/<class>/<file>                          not parted
///     FOLDER/train/<class>/<file>, val/, test/       as they are parted; with val/ alone beside train/ it is the test
///     FOLDER/<one folder>/…                          what an archive was unpacked into
///
/// A folder is a class if a file of the kind lies in it. `train` beside other classes is a class like them: only with class
/// folders in it, and with another part beside it, it is a part.
struct ClassTree: Sendable {
    struct Class: Sendable {
        let name: String
        /// `nil` where the folder is not parted.
        var part: PublishedPart?
        let path: String
        /// Names in the folder, by the number at their end, then by name.
        let files: [String]
    }

    /// By part, then by name.
    private(set) var classes: [Class] = []
    /// Below the folder that was named.
    private(set) var leftOut: [LeftOut] = []
    /// What people should know: how the folder was understood.
    private(set) var notes: [String] = []
    private(set) var isParted = false

    /// Byte-wise sorted.
    var classNames: [String] { Set(classes.map(\.name)).sortedByBytes }

    private static let partNames: [(names: Set<String>, part: PublishedPart)] = [
        (["train", "training", "trainset"], .training), (["val", "valid", "validation"], .validation),
        (["test", "testing", "testset"], .test),
    ]

    private static func part(named name: String) -> PublishedPart? {
        partNames.first { $0.names.contains(name.lowercased()) }?.part
    }

    /// - Throws: `DataSetError`: a folder that cannot be listed, or one of a class whose name no path of text leads to.
    /// - Returns: `nil` if there are no classes.
    init?(_ folder: String, _ kind: ClassFileKind, dataSet: String) throws(DataSetError) {
        guard let place = Self.place(of: folder, kind) else { return nil }
        let below = place.folder.dropFirst(folder.count).drop { $0 == "/" }
        if !below.isEmpty { notes.append("the class folders are in \(below)/") }
        // What lies beside a folder that an archive was unpacked into.
        var (outer, outerPath) = ("", folder)
        for name in below.split(separator: "/").map(String.init) {
            let listing = FolderListing(outerPath)
            leftOut += listing.leftOut.map { $0.below(outer) }
            leftOut += listing.folders.filter { $0 != name }.map {
                LeftOut(path: $0, reason: "holds no class folders", isNotable: true).below(outer)
            }
            outer = outer.isEmpty ? name : outer + "/" + name
            outerPath += "/" + name
        }
        let prefix = String(below)
        guard !place.parts.isEmpty else {
            try add(place.folder, nil, below: prefix, kind, dataSet)
            classes.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            noteSpellings()
            return
        }
        isParted = true
        let hasTest = place.parts.contains { $0.part == .test }
        for (name, part) in place.parts {
            // Who has two parts tests on the second, whatever it is called.
            let own = part == .validation && !hasTest ? .test : part
            if own != part { notes.append("\(name)/ is used as the test split: there is no other") }
            try add(place.folder + "/" + name, own, below: prefix.isEmpty ? name : prefix + "/" + name, kind, dataSet)
        }
        let listing = FolderListing(place.folder)
        leftOut += listing.leftOut.map { $0.below(prefix) }
        leftOut += listing.folders.filter { name in !place.parts.contains { $0.name == name } }.map {
            LeftOut(
                path: $0, reason: "lies next to \(place.parts.map { $0.name + "/" }.joined(separator: " and "))",
                isNotable: true
            )
            .below(prefix)
        }
        let order: [PublishedPart: Int] = [.training: 0, .validation: 1, .test: 2]
        classes.sort {
            let (left, right) = (order[$0.part ?? .training] ?? 0, order[$1.part ?? .training] ?? 0)
            return left == right ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : left < right
        }
        for (_, names) in Dictionary(grouping: place.parts, by: \.part) where names.count > 1 {
            notes.append("\(names.map { $0.name + "/" }.joined(separator: " and ")) are used as one split")
        }
        noteSpellings()
    }

    /// An ä may be one character or two: folders whose names look alike are one class.
    private mutating func noteSpellings() {
        for (name, all) in Dictionary(grouping: classes, by: \.name)
        where Set(all.map { Array($0.name.utf8) }).count > 1 {
            notes.append("\(name) is one class, although its folders spell the name with different characters")
        }
    }

    private mutating func add(
        _ place: String, _ part: PublishedPart?, below prefix: String, _ kind: ClassFileKind, _ dataSet: String
    ) throws(DataSetError) {
        let found = try ClassFolders.classes(in: place, kind, dataSet: dataSet)
        classes += found.classes.map { Class(name: $0.name, part: part, path: $0.path, files: $0.files) }
        leftOut += found.leftOut.map { $0.below(prefix) }
    }

    // MARK: Where the classes are

    /// Whether there is a class. Cheap: lists folders until one is found.
    static func isPresent(in folder: String, _ kind: ClassFileKind) -> Bool { place(of: folder, kind) != nil }

    private typealias Place = (folder: String, parts: [(name: String, part: PublishedPart)])

    private static func place(of folder: String, _ kind: ClassFileKind, depth: Int = 0) -> Place? {
        let listing = FolderListing(folder)
        let parts = listing.folders.compactMap { name in
            part(named: name).flatMap { holdsClasses(folder + "/" + name, kind) ? (name: name, part: $0) : nil }
        }
        if parts.contains(where: { $0.part == .training }), parts.contains(where: { $0.part != .training }) {
            return (folder, parts)
        }
        if holdsClasses(folder, kind, listing) { return (folder, []) }
        // Links may lead round in circles, and this may be somebody's whole disk: no archive is packed like that.
        guard depth < 3, listing.folders.count <= 8 else { return nil }
        let inner = listing.folders.lazy.compactMap { place(of: folder + "/" + $0, kind, depth: depth + 1) }
        let found = Array(inner.prefix(2))
        return found.count == 1 ? found[0] : nil
    }

    private static func holdsClasses(_ folder: String, _ kind: ClassFileKind, _ known: FolderListing? = nil) -> Bool {
        let listing = known ?? FolderListing(folder)
        return listing.folders.contains { holdsFiles(Array((folder + "/" + $0).utf8), kind) }
            || listing.unnamed.contains { holdsFiles(Array((folder + "/").utf8) + $0, kind) }
    }

    static func holdsFiles(_ folder: [UInt8], _ kind: ClassFileKind) -> Bool {
        FolderListing(bytes: folder).files.contains {
            kind.isNamed($0) || kind.isOpen($0) && kind.isOne(text(folder) + "/" + $0)
        }
    }

    private static func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }

    /// Why a folder has no classes, and what to do, in a line or two.
    static func absence(of kind: ClassFileKind, in folder: String) -> String {
        let listing = FolderListing(folder)
        if let failure = listing.failure { return "\(folder) (\(failure))" }
        let own = listing.files.count { kind.isNamed($0) }
        if own > 0 {
            return
                "\(folder), which holds \(own) \(own == 1 ? kind.one : kind.many) itself: each class needs a folder of its "
                + "own; if this is the folder of one class, give its parent folder"
        }
        let deep = listing.folders.filter { holdsClasses(folder + "/" + $0, kind) }
        if deep.count > 1 {
            return
                "\(folder), where \(kind.many) are a level deeper than class folders (\(deep.prefix(3).joined(separator: ", "))"
                + "\(deep.count > 3 ? " …" : "")): give one of those folders, or move the \(kind.many) up into their classes' folders"
        }
        // What lies in them and is none is the likeliest reason.
        let strange = listing.folders.lazy.flatMap { name in
            FolderListing(folder + "/" + name).leftOut.map { $0.below(name) }
        }.first
        return folder
            + (listing.folders.isEmpty
                ? "" : ", whose folders hold no \(kind.one): \(listing.folders.prefix(5).joined(separator: ", "))")
            + (strange.map { " (\($0.path): \($0.reason))" } ?? "")
    }
}
