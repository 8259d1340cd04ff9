import FileFormats
import Files
import Foundation

/// Simulated recordings kept in one file, so that they are made once. The file may be deleted at any time; a damaged or
/// outdated one counts as none.
///
///     "SACCADES", u32 version, u32 count, count × (u32 byte count, u32 CRC-32), recordings (5 bytes an event)
///
/// all numbers little-endian.
struct SimulatedRecordingCache: Sendable {
    private let file: OpenFile
    private let entries: [(offset: Int, count: Int, checksum: UInt32)]
    private static let mark = Array("SACCADES".utf8)

    /// `nil` if the file is absent, damaged, of another version or of another number of recordings.
    init?(path: String, version: UInt32, count: Int) {
        let tableStart = Self.mark.count + 8
        guard let file = try? OpenFile(path: path), let head = try? file.read(count: tableStart + 8 * count, at: 0),
            head.starts(with: Self.mark)
        else { return nil }
        func number(_ offset: Int) -> UInt32 {
            head[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard number(Self.mark.count) == version, number(Self.mark.count + 4) == UInt32(count) else { return nil }
        var offset = tableStart + 8 * count
        var entries: [(offset: Int, count: Int, checksum: UInt32)] = []
        for index in 0..<count {
            let size = Int(number(tableStart + 8 * index))
            entries.append((offset, size, number(tableStart + 8 * index + 4)))
            offset += size
        }
        guard offset == file.size else { return nil }
        (self.file, self.entries) = (file, entries)
    }

    /// `nil` if the recording is damaged.
    func events(_ index: Int) -> [Event]? {
        let entry = entries[index]
        guard let bytes = try? file.read(count: entry.count, at: entry.offset), Crc32.of(bytes) == entry.checksum else {
            return nil
        }
        return try? NeuromorphicBin.decode(bytes, path: file.path, sensor: nil).events
    }

    /// Whether every recording can be read.
    var isWhole: Bool {
        entries.allSatisfy { entry in
            (try? file.read(count: entry.count, at: entry.offset)).map(Crc32.of) == entry.checksum
        }
    }

    /// - Parameter recordings: 5 bytes an event.
    static func write(_ recordings: [[UInt8]], version: UInt32, to path: String) throws(FileFormatError) {
        let folder = PathName(path).folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, reason: error.localizedDescription)
        }
        func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
        var file = try AtomicFile(path: path)
        try file.append(mark + bytes(version) + bytes(UInt32(recordings.count)))
        try file.append(recordings.flatMap { bytes(UInt32($0.count)) + bytes(Crc32.of($0)) })
        for recording in recordings { try file.append(recording) }
        try file.commit()
    }
}
