/// How TensorBoard's files are cut into records: length (64 bits) · its checksum · data · their checksum, all
/// little-endian, checksums masked CRC-32C.
enum RecordFraming {
    private static let headSize = 12
    private static let tailSize = 4

    static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
        var length: [UInt8] = []
        length.append(littleEndian: UInt64(data.count))
        bytes += length
        bytes.append(littleEndian: Crc32c.masked(length))
        bytes += data
        bytes.append(littleEndian: Crc32c.masked(data))
    }

    /// The data of every whole record, each as its place in the bytes.
    ///
    /// - Returns: `isTruncated`: whether the last record is not there as a whole, as after a writer's sudden end.
    /// - Throws: `FileFormatError.damaged` with the place of a checksum that does not fit.
    static func records(of file: ByteView) throws(FileFormatError) -> (places: [Range<Int>], isTruncated: Bool) {
        var places: [Range<Int>] = []
        var offset = 0
        while offset < file.count {
            guard file.count - offset >= headSize else { return (places, true) }
            try check(file, offset..<offset + 8, "the length of a record")
            let length = try file.size(UInt64.self, at: offset, "length of a record")
            let data = offset + headSize
            guard length <= file.count - data - tailSize else { return (places, true) }
            try check(file, data..<data + length, "a record of \(length) bytes")
            places.append(data..<data + length)
            offset = data + length + tailSize
        }
        return (places, false)
    }

    private static func check(_ file: ByteView, _ place: Range<Int>, _ what: String) throws(FileFormatError) {
        let stored = try file.number(UInt32.self, at: place.upperBound, "checksum")
        let found = Crc32c.masked(file.bytes[place])
        guard stored == found else {
            throw file.damaged(
                at: place.lowerBound,
                found: "\(what) with the checksum \(String(found, radix: 16))",
                expected: "the checksum \(String(stored, radix: 16)) that follows it")
        }
    }
}
