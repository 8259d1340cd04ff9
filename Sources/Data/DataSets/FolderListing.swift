import Foundation

/// What lies in a data set's folder and takes no part in it, and why.
public struct LeftOut: Sendable, Hashable, Codable {
    /// Below the folder that was listed, or below the data set's; bytes that are no text are written `\xNN`.
    public var path: String
    public var reason: String
    /// Whether people should hear of it unasked, because it may have been meant as a part of the data set.
    public var isNotable: Bool

    public init(path: String, reason: String, isNotable: Bool) {
        (self.path, self.reason, self.isNotable) = (path, reason, isNotable)
    }

    func below(_ folder: String) -> LeftOut {
        LeftOut(path: folder.isEmpty ? path : folder + "/" + path, reason: reason, isNotable: isNotable)
    }
}

/// What a folder holds, byte-wise sorted: files and folders, links followed; without what systems put beside people's files.
///
/// Read by `readdir`, because Foundation's listing loses every name that is not UTF-8.
struct FolderListing: Sendable {
    let folders: [String]
    /// Regular files.
    let files: [String]
    let leftOut: [LeftOut]
    /// Folders whose names are not UTF-8, as bytes: no path of text leads to them.
    let unnamed: [[UInt8]]
    /// Why the folder cannot be listed.
    let failure: String?

    init(_ folder: String) { self.init(bytes: Array(folder.utf8)) }

    init(bytes path: [UInt8]) {
        var (folders, files, leftOut): ([String], [String], [LeftOut]) = ([], [], [])
        var unnamed: [[UInt8]] = []
        failure = Self.forEachEntry(of: path) { bytes, kind in
            guard let name = String(validating: bytes, as: UTF8.self) else {
                if kind == .folder { unnamed.append(bytes) }
                leftOut.append(
                    LeftOut(
                        path: Self.escaped(bytes), reason: "its name is not UTF-8: rename it", isNotable: true))
                return
            }
            if let reason = Self.reason(ofSystemName: name) {
                leftOut.append(LeftOut(path: name, reason: reason, isNotable: false))
                return
            }
            switch kind {
            case .folder: folders.append(name)
            case .file: files.append(name)
            case .other(let reason): leftOut.append(LeftOut(path: name, reason: reason, isNotable: true))
            }
        }
        self.folders = folders.sortedByBytes
        self.files = files.sortedByBytes
        self.leftOut = leftOut.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.unnamed = unnamed.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private enum Kind: Equatable {
        case file, folder
        case other(String)
    }

    /// - Returns: what went wrong.
    private static func forEachEntry(of path: [UInt8], _ visit: ([UInt8], Kind) -> Void) -> String? {
        guard let directory = opendir(path.map { CChar(bitPattern: $0) } + [0]) else {
            return String(cString: strerror(errno))
        }
        defer { closedir(directory) }
        errno = 0
        while let entry = readdir(directory) {
            // Not through the tuple: the entry ends with its name, before the tuple does.
            let start = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
            let name = [UInt8](
                UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
            if name != Array(".".utf8), name != Array("..".utf8) {
                let kind: Kind =
                    switch Int(entry.pointee.d_type) {
                    case Int(DT_DIR): .folder
                    case Int(DT_REG): .file
                    default: Self.kind(of: name, in: dirfd(directory))
                    }
                visit(name, kind)
            }
            errno = 0
        }
        return errno == 0 ? nil : String(cString: strerror(errno))
    }

    /// Of a link that which it leads to.
    private static func kind(of name: [UInt8], in directory: Int32) -> Kind {
        let name = name.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        guard fstatat(directory, name, &status, 0) == 0 else {
            let failure = errno
            let isLink =
                fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
            switch (isLink, failure) {
            case (true, ELOOP): return .other("is a link that leads back to itself")
            case (true, ENOENT): return .other("is a broken link")
            default: return .other("is not accessible: " + String(cString: strerror(failure)))
            }
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        case S_IFIFO: return .other("is a named pipe, not a file")
        case S_IFSOCK: return .other("is a socket, not a file")
        default: return .other("is a device, not a file")
        }
    }

    /// What operating systems, file servers and archivers leave beside people's files, in small letters.
    private static let systemNames: [String: String] = [
        "__macosx": "macOS's side files in a zip archive", "@eadir": "a Synology server's index",
        "#recycle": "a file server's waste bin", "@recycle": "a file server's waste bin",
        "#snapshot": "a file server's snapshots", "@recently-snapshot": "a file server's snapshots",
        "lost+found": "the file system's own folder", "$recycle.bin": "Windows's waste bin",
        "recycler": "Windows's waste bin", "system volume information": "Windows's own folder",
        "thumbs.db": "Windows's thumbnails", "ehthumbs.db": "Windows's thumbnails",
        "desktop.ini": "Windows's folder settings", "icon\r": "macOS's folder icon", "__pycache__": "Python's cache",
    ]

    private static func reason(ofSystemName name: String) -> String? {
        if name.hasPrefix("._") { return "macOS's side file (AppleDouble)" }
        return systemNames[name.lowercased()] ?? (name.hasPrefix(".") ? "hidden" : nil)
    }

    /// Bytes that are no text, for people: what is not ASCII is written `\xNN`.
    static func escaped(_ bytes: [UInt8]) -> String {
        bytes.map { 32..<127 ~= $0 ? String(UnicodeScalar($0)) : "\\x" + String(format: "%02x", $0) }.joined()
    }
}

extension Sequence<String> {
    /// The same order on every machine, whatever the letters: capitals come before small ones.
    var sortedByBytes: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
