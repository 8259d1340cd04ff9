import CZip
import Files
import Foundation

/// Unpacks archives that data sets are published as: zip (libzip), and tar packed with gzip (the system's `tar`).
///
/// Nothing leaves the folder: names that lead out of it, and links, are refused. What comes out is bounded by
/// `UnpackingLimit`.
public enum ArchiveUnpacking {
    /// The kinds of files that can be unpacked, by their first bytes.
    public enum Kind: Sendable {
        case zip, gzip

        /// - Throws: `.unsupported` if the file is neither, such as a page that a site sent in its place.
        public init(_ path: String) throws(FileFormatError) {
            let prefix = try FileBytes.prefix(path, count: 512)
            if ZipArchive.recognizes(prefix) {
                self = .zip
            } else if prefix.starts(with: [0x1F, 0x8B]) {
                self = .gzip
            } else {
                let text = String(decoding: prefix, as: UTF8.self).lowercased()
                let isPage = ["<!doctype", "<html", "<?xml"].contains { text.drop { $0.isWhitespace }.hasPrefix($0) }
                let hex = prefix.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
                throw .unsupported(
                    path: path, offset: 0,
                    found: isPage
                        ? "a page of the site, no archive"
                        : prefix.isEmpty ? "an empty file" : "a file that begins with \(hex)",
                    expected: "a zip or tar.gz archive",
                    advice: isPage
                        ? "open the address in a browser, download the archive, and give it with --from"
                        : "check that this is the file you meant; others, such as rar, have to be unpacked by hand")
            }
        }
    }

    /// - Parameters:
    ///   - path: of the archive.
    ///   - folder: is there, and empty.
    /// - Throws: `FileFormatError`; what was unpacked so far stays in the folder.
    public static func unpack(_ path: String, into folder: String) throws(FileFormatError) {
        switch try Kind(path) {
        case .zip: try unzip(path, into: folder)
        case .gzip: try untar(path, into: folder)
        }
    }

    // MARK: zip

    private static func unzip(_ path: String, into folder: String) throws(FileFormatError) {
        func damaged(_ found: String, _ expected: String) -> FileFormatError {
            .damaged(path: path, offset: 0, found: found, expected: expected, advice: "download it again")
        }
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw damaged(
                "an archive that cannot be opened: \(String(cString: zip_error_strerror(&error)))",
                "a whole zip archive")
        }
        defer { zip_discard(archive) }
        let size = try OpenFile(path: path).size
        var total = 0
        for index in 0..<UInt64(max(0, zip_get_num_entries(archive, 0))) {
            var status = zip_stat_t()
            zip_stat_init(&status)
            guard zip_stat_index(archive, index, 0, &status) == 0, let raw = status.name else {
                throw damaged("entry \(index), which has no name", "names of files")
            }
            let name = String(cString: raw)
            let (system, attributes) = Self.attributes(of: archive, index)
            // The upper half are the mode that Unix keeps: 0o120000 is a link.
            guard system != UInt8(ZIP_OPSYS_UNIX) || attributes >> 16 & 0o170000 != 0o120000 else {
                throw damaged("the link '\(name)'", "files and folders")
            }
            guard let target = place(of: name, in: folder) else {
                throw damaged("the name '\(name)', which leads out of the folder", "names below it")
            }
            if name.hasPrefix("__MACOSX/") { continue }
            try makeFolder(name.hasSuffix("/") ? target : PathName(target).folder)
            if name.hasSuffix("/") { continue }
            let entrySize = Int(clamping: status.size)
            try UnpackingLimit.check("'\(name)'", size: entrySize, before: total, fileSize: size, path: path)
            total += entrySize
            guard let entry = zip_fopen_index(archive, index, 0) else {
                throw damaged(
                    "'\(name)', which cannot be unpacked: \(String(cString: zip_strerror(archive)))", "a file")
            }
            defer { zip_fclose(entry) }
            try write(entry, size: entrySize, to: target) {
                damaged("'\(name)': \($0)", "\(entrySize) bytes with their checksum")
            }
        }
    }

    private static func attributes(of archive: OpaquePointer, _ index: UInt64) -> (UInt8, UInt32) {
        var (system, attributes): (UInt8, UInt32) = (0, 0)
        return zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0
            ? (system, attributes) : (0, 0)
    }

    /// - Returns: `nil` if the name leads out of the folder.
    private static func place(of name: String, in folder: String) -> String? {
        let parts = (name.hasSuffix("/") ? name.dropLast() : name[...]).split(
            separator: "/", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !["", ".", ".."].contains($0) && !$0.contains("\\") }) else {
            return nil
        }
        return folder + "/" + parts.joined(separator: "/")
    }

    private static func makeFolder(_ path: String) throws(FileFormatError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: path, reason: error.localizedDescription)
        }
    }

    private static func write(
        _ entry: OpaquePointer, size: Int, to path: String, _ damaged: (String) -> FileFormatError
    ) throws(FileFormatError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: FileFormatError.reason(errno, writing: path))
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 20))
        var done = 0
        while true {
            let count = Int(zip_fread(entry, &buffer, UInt64(buffer.count)))
            guard count >= 0 else { throw damaged("its bytes are not those that were packed") }
            if count == 0 { break }
            done += count
            guard done <= size else { throw damaged("it is longer than it says") }
            var start = 0
            while start < count {
                let written = buffer.withUnsafeBytes {
                    Foundation.write(descriptor, $0.baseAddress! + start, count - start)
                }
                if written < 0 {
                    if errno == EINTR { continue }
                    throw .unwritable(path: path, reason: FileFormatError.reason(errno, writing: path))
                }
                start += written
            }
        }
        guard done == size else { throw damaged("it ends after \(done) bytes") }
    }

    // MARK: tar

    private static func untar(_ path: String, into folder: String) throws(FileFormatError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // GNU tar drops leading slashes and refuses '..'; nobody's user, permissions or devices come along.
        process.arguments = [
            "tar", "--extract", "--gzip", "--file", path, "--directory", folder, "--no-same-owner",
            "--no-same-permissions",
        ]
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        do { try process.run() } catch {
            throw .unreadable(path: path, reason: "the program tar cannot be started (\(error.localizedDescription))")
        }
        let said = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: said, as: UTF8.self)
            let first =
                text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "status \(process.terminationStatus)"
            if text.contains(String(cString: strerror(ENOSPC))) {
                throw .unwritable(path: folder, reason: FileFormatError.reason(ENOSPC, writing: folder + "/"))
            }
            throw .damaged(
                path: path, offset: 0, found: "what tar cannot unpack: \(first)", expected: "a whole tar.gz archive",
                advice: "download it again")
        }
        try refuseLinks(in: folder, of: path)
    }

    /// Files and folders alone may have come out.
    private static func refuseLinks(in folder: String, of path: String) throws(FileFormatError) {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return }
        for case let name as String in names {
            var status = stat()
            guard lstat(folder + "/" + name, &status) == 0 else { continue }
            guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
                throw .damaged(
                    path: path, offset: 0, found: "'\(name)', a link or device", expected: "files and folders",
                    advice: "check where the archive comes from")
            }
        }
    }
}
