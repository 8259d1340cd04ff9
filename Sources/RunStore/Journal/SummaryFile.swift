import Foundation

/// A table on disk that grows by a row an epoch. While a run goes on it is only ever added to; it is read when a run is
/// resumed, once, piece by piece, whatever its size.
struct SummaryFile {
    let path: String
    private static let newline = UInt8(ascii: "\n")
    /// Of one reading. A line that is longer is no row.
    private static let piece = 1 << 16

    /// Adds lines, all or none, flushed to disk; to an empty file the heading first.
    ///
    /// - Parameters:
    ///   - heading: columns of a new file.
    ///   - lines: for the columns that the file has: one that an older program began keeps its own.
    func append(heading: [String], _ lines: ([String]) -> [String]) throws(StorageError) {
        let (descriptor, size) = try opened(O_RDWR | O_CREAT | O_APPEND)
        defer { close(descriptor) }
        let begun = size == 0 ? nil : columns(descriptor)
        let text = ((size == 0 ? [heading.joined(separator: ",")] : []) + lines(begun ?? heading))
            .map { $0 + "\n" }.joined()
        do throws(StorageError) {
            try put(Array(text.utf8), descriptor) { bytes, _ in
                Foundation.write(descriptor, bytes.baseAddress, bytes.count)
            }
            guard fsync(descriptor) == 0 else { throw unwritable() }
        } catch {
            // A disk that is full takes half a row: it would spoil the next.
            ftruncate(descriptor, off_t(size))
            throw error
        }
    }

    /// Of the file's first line, if it is a heading.
    private func columns(_ descriptor: Int32) -> [String]? {
        var bytes = [UInt8](repeating: 0, count: Self.piece)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, let end = bytes[..<count].firstIndex(of: Self.newline) else { return nil }
        let names = String(decoding: bytes[..<end], as: UTF8.self).split(separator: ",").map(String.init)
        return names.first == "epoch" ? names : nil
    }

    /// Keeps the rows up to an epoch, each once and in order, and the heading. The rows that stay are in front, as a rule:
    /// then the file is cut, and no byte is moved.
    func drop(after epoch: Int) throws(StorageError) {
        guard access(path, F_OK) == 0 else { return }
        let (descriptor, size) = try opened(O_RDWR)
        defer { close(descriptor) }
        var kept = 0
        var last = Int.min
        try forEachLine(descriptor) { (line, start) throws(StorageError) in
            if let number = Self.epoch(of: line) {
                guard number > last, number <= epoch else { return }
                last = number
            } else {
                guard start == 0, line.starts(with: Array("epoch,".utf8)) else { return }
            }
            if start != kept {
                try put(Array(line) + [Self.newline], descriptor) { bytes, done in
                    pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(kept + done))
                }
            }
            kept += line.count + 1
        }
        guard kept < size else { return }
        guard ftruncate(descriptor, off_t(kept)) == 0, fsync(descriptor) == 0 else { throw unwritable() }
    }

    /// Hands over each whole line with the place of its first byte.
    private func forEachLine(
        _ descriptor: Int32, _ body: (ArraySlice<UInt8>, Int) throws(StorageError) -> Void
    ) throws(StorageError) {
        var bytes = [UInt8](repeating: 0, count: 2 * Self.piece)
        // What has been read and not handed over, and its place in the file; a line that is too long is passed over.
        var (held, place, isTooLong) = (0, 0, false)
        while true {
            let count = bytes.withUnsafeMutableBytes { [held] in
                pread(descriptor, $0.baseAddress! + held, Self.piece, off_t(place + held))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: systemMessage(errno)) }
            if count == 0 { return }
            held += count
            var begin = 0
            while let end = Self.newline(in: bytes, begin..<held) {
                if !isTooLong { try body(bytes[begin..<end], place + begin) }
                (begin, isTooLong) = (end + 1, false)
            }
            if begin == 0, held > Self.piece { (begin, isTooLong) = (held, true) }
            bytes.replaceSubrange(0..<(held - begin), with: Array(bytes[begin..<held]))
            (held, place) = (held - begin, place + begin)
        }
    }

    private static func newline(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let found = memchr(buffer.baseAddress! + range.lowerBound, Int32(newline), range.count) else {
                return nil
            }
            return UnsafeRawPointer(found) - buffer.baseAddress!
        }
    }

    private static func epoch(of line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { $0 != UInt8(ascii: ",") }
        guard !digits.isEmpty, digits.count < line.count, digits.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private func opened(_ flags: Int32) throws(StorageError) -> (descriptor: Int32, size: Int) {
        try HomePlace.check(file: path)
        let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw unwritable() }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unwritable(path: path, reason: "it is not a file")
        }
        return (descriptor, Int(status.st_size))
    }

    /// - Parameter write: gets what is left and how much has gone; returns what it took.
    private func put(
        _ bytes: [UInt8], _ descriptor: Int32, _ write: (UnsafeRawBufferPointer, Int) -> Int
    ) throws(StorageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { [done] in write($0, done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unwritable() }
            done += count
        }
    }

    private func unwritable() -> StorageError { .unwritable(path: path, reason: systemMessage(errno)) }
}
