/// Bytes that are looked at by position: every look is checked, and a look beyond the end is damage with its place.
///
/// All multi-byte numbers of hostile files are read through this, except in the loops over records, which check once.
struct ByteView {
    let bytes: [UInt8]
    let path: String
    /// Where these bytes begin in the file; added to the places in messages.
    var origin = 0
    /// Where in the file these bytes lie packed, if they were unpacked: then that is the place in all messages.
    var packedAt: Int?
    /// Whether numbers have their highest byte first.
    var isBigEndian = false

    var count: Int { bytes.count }

    func number<Number: FixedWidthInteger>(
        _ type: Number.Type, at offset: Int, _ what: String
    ) throws(FileFormatError) -> Number {
        try check(offset, MemoryLayout<Number>.size, what)
        let number = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        return isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
    }

    /// A number of this type that must be a size or place: not negative, and below 2⁶².
    func size<Number: FixedWidthInteger>(
        _ type: Number.Type, at offset: Int, _ what: String
    ) throws(FileFormatError) -> Int {
        let number = try number(type, at: offset, what)
        guard let size = Int(exactly: number), size >= 0, size < 1 << 62 else {
            throw damaged(at: offset, found: "\(what) \(number)", expected: "a size or place in the file")
        }
        return size
    }

    func slice(at offset: Int, count: Int, _ what: String) throws(FileFormatError) -> ArraySlice<UInt8> {
        try check(offset, count, what)
        return bytes[offset..<offset + count]
    }

    /// Bytes as text; what is no UTF-8 is replaced.
    func text(at offset: Int, count: Int, _ what: String) throws(FileFormatError) -> String {
        String(decoding: try slice(at: offset, count: count, what), as: UTF8.self)
    }

    /// Text up to a zero byte, which must come before the end.
    func text(endingInZeroAt offset: Int, _ what: String) throws(FileFormatError) -> String {
        try check(offset, 0, what)
        guard let end = bytes[offset...].firstIndex(of: 0) else {
            throw damaged(at: offset, found: "\(what) without an end", expected: "a zero byte after it")
        }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    func check(_ offset: Int, _ count: Int, _ what: String) throws(FileFormatError) {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw .damaged(
                path: path, offset: place(min(max(offset, 0), bytes.count)), found: "\(bytes.count) bytes in total",
                expected: "\(what), \(count) bytes from byte \(offset) on",
                advice: "if the file was truncated, copy or download it again")
        }
    }

    /// Where in the file a byte lies, as well as that can be said.
    func place(_ offset: Int) -> Int { packedAt ?? origin + offset }

    /// What stands there contradicts the format; where bytes are missing, `check` says that a copy may help.
    func damaged(at offset: Int, found: String, expected: String) -> FileFormatError {
        .damaged(
            path: path, offset: place(offset), found: found, expected: expected,
            advice: "check that this is the right file, and that it was written completely")
    }
}
