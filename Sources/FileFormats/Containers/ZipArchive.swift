import CZip
import Foundation

/// A zip archive in memory (libzip): npz files, PyTorch's checkpoints.
///
/// Not to be shared between threads.
final class ZipArchive {
    struct Entry {
        let name: String
        fileprivate let index: UInt64
        /// Bytes once unpacked, as the directory says.
        let size: Int
        let packedSize: Int
    }

    let path: String
    let entries: [Entry]
    private let archive: OpaquePointer
    /// Of the whole archive, as it lies packed.
    let byteCount: Int

    /// Deflate cannot pack tighter than this.
    static let largestRatio = 1032

    static func recognizes(_ bytes: some Collection<UInt8>) -> Bool {
        // The second is an archive without entries.
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }

    /// - Throws: `.damaged` if there is no directory, or it contradicts itself.
    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        self.path = path
        byteCount = bytes.count
        do throws(FileFormatError) {
            archive = try Self.open(bytes, path: path)
        } catch {
            guard let corrected = ZipNames.corrected(bytes) else { throw error }
            archive = try Self.open(corrected, path: path)
        }
        var entries: [Entry] = []
        for index in 0..<max(0, zip_get_num_entries(archive, 0)) {
            var status = zip_stat_t()
            zip_stat_init(&status)
            guard zip_stat_index(archive, UInt64(index), 0, &status) == 0, let name = status.name else { continue }
            entries.append(
                Entry(
                    name: String(cString: name), index: UInt64(index), size: Int(clamping: status.size),
                    packedSize: Int(clamping: status.comp_size)))
        }
        self.entries = entries
    }

    private static func open(_ bytes: [UInt8], path: String) throws(FileFormatError) -> OpaquePointer {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        // libzip keeps the copy, and frees it with the archive.
        guard let copy = malloc(max(bytes.count, 1)) else { throw .unreadable(path: path, reason: "memory is full") }
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { copy.copyMemory(from: base, byteCount: source.count) }
        }
        guard let source = zip_source_buffer_create(copy, UInt64(bytes.count), 1, &error) else {
            free(copy)
            throw .unreadable(path: path, reason: String(cString: zip_error_strerror(&error)))
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) else {
            let reason = String(cString: zip_error_strerror(&error))
            zip_source_free(source)
            throw .damaged(
                path: path, offset: bytes.count, found: "no valid zip directory at the end (\(reason))",
                expected: "one that lists all entries",
                advice: "the file was truncated or changed: copy or download it again"
            )
        }
        return archive
    }

    deinit { zip_discard(archive) }

    func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// An entry's content, whole and with the right checksum.
    ///
    /// - Throws: `.damaged` if it is not, or is larger than its packed bytes can be.
    func read(_ entry: Entry) throws(FileFormatError) -> [UInt8] {
        let (bytes, reason) = try readAvailable(entry)
        if let reason {
            throw .damaged(
                path: path, offset: bytes.count, found: "'\(entry.name)' that ends or changes here (\(reason))",
                expected: "\(entry.size) bytes with the right checksum", advice: "copy or download the file again")
        }
        return bytes
    }

    /// The first bytes of an entry, at most `count`, whose checksum is not looked at.
    ///
    /// - Throws: `.damaged` if nothing can be unpacked.
    func prefix(_ entry: Entry, count: Int) throws(FileFormatError) -> [UInt8] {
        guard let file = zip_fopen_index(archive, entry.index, 0) else {
            throw .damaged(
                path: path, offset: 0, found: "'\(entry.name)': \(String(cString: zip_strerror(archive)))",
                expected: "an entry that can be unpacked", advice: "copy or download the file again")
        }
        defer { zip_fclose(file) }
        return [UInt8](unsafeUninitializedCapacity: count) { target, written in
            written = 0
            while written < count, let base = target.baseAddress {
                let read = zip_fread(file, base + written, UInt64(count - written))
                guard read > 0 else { return }
                written += Int(read)
            }
        }
    }

    /// What can be unpacked of an entry, and why it is not all of it.
    func readAvailable(_ entry: Entry) throws(FileFormatError) -> (bytes: [UInt8], damage: String?) {
        guard entry.packedSize <= byteCount, entry.size <= (entry.packedSize + 1) * Self.largestRatio else {
            throw .damaged(
                path: path, offset: 0,
                found: "'\(entry.name)' of \(entry.size) bytes, compressed to \(entry.packedSize)",
                expected: "at most \(byteCount) bytes, a compression ratio of at most \(Self.largestRatio)",
                advice: "copy or download the file again")
        }
        try UnpackingLimit.check("'\(entry.name)'", size: entry.size, fileSize: byteCount, path: path)
        guard let file = zip_fopen_index(archive, entry.index, 0) else {
            return ([], String(cString: zip_strerror(archive)))
        }
        defer { zip_fclose(file) }
        var bytes: [UInt8] = []
        // Memory grows with what really comes out, not with what the directory says.
        while bytes.count < entry.size {
            var read: Int64 = 0
            let room = min(entry.size - bytes.count, max(1 << 16, 4 * entry.packedSize, bytes.count))
            let piece = [UInt8](unsafeUninitializedCapacity: room) { target, count in
                read = zip_fread(file, target.baseAddress, UInt64(room))
                count = Int(max(0, read))
            }
            if read < 0 { return (bytes, String(cString: zip_file_strerror(file))) }
            if read == 0 { return (bytes, "it ends too early") }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
        }
        // The checksum is compared when the end is met.
        var more: UInt8 = 0
        let read = zip_fread(file, &more, 1)
        if read != 0 { return (bytes, read < 0 ? String(cString: zip_file_strerror(file)) : "it is longer") }
        return (bytes, nil)
    }

    /// The bytes of an archive with these entries; the same entries give the same bytes.
    static func encode(
        _ entries: [(name: String, bytes: [UInt8])], isPacked: Bool, path: String
    ) throws(FileFormatError) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        func failure() -> FileFormatError {
            .unwritable(path: path, reason: String(cString: zip_error_strerror(&error)))
        }
        guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw failure() }
        defer { zip_source_free(target) }
        guard let archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error) else { throw failure() }
        zip_source_keep(target)
        for (name, bytes) in entries {
            guard let copy = malloc(max(bytes.count, 1)) else {
                zip_discard(archive)
                throw .unwritable(path: path, reason: "memory is full")
            }
            bytes.withUnsafeBytes { source in
                if let base = source.baseAddress { copy.copyMemory(from: base, byteCount: source.count) }
            }
            let index = zip_source_buffer(archive, copy, UInt64(bytes.count), 1).map {
                zip_file_add(archive, name, $0, 0)
            }
            guard let index, index >= 0 else {
                zip_discard(archive)
                throw .unwritable(path: path, reason: "the entry '\(name)' cannot be added")
            }
            zip_set_file_compression(archive, UInt64(index), isPacked ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0)
            // 1 January 1980, the first date that zip knows.
            zip_file_set_dostime(archive, UInt64(index), 0, 0x21, 0)
        }
        guard zip_close(archive) == 0 else {
            let reason = String(cString: zip_strerror(archive))
            zip_discard(archive)
            throw .unwritable(path: path, reason: reason)
        }
        guard zip_source_open(target) == 0 else {
            throw .unwritable(path: path, reason: "the archive cannot be read back")
        }
        defer { zip_source_close(target) }
        var output: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = Int(max(0, zip_source_read(target, buffer.baseAddress, UInt64(buffer.count))))
            }
            if piece.isEmpty { return output }
            output += piece
        }
    }
}
