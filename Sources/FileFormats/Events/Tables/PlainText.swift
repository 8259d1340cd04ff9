import Foundation

/// Text as the readers of tables take it: UTF-8, lines that end in a line feed.
///
///     FF FE 't' 00 'x' 00 …     UTF-16, as spreadsheets write "Unicode text"     ─►  't' 'x' …
///     … '1' 0D '2' …            carriage returns alone, as old Macs wrote them   ─►  … '1' 0A '2' …
enum PlainText {
    /// - Returns: the text, of the very same bytes where it is such already, and what was done to it otherwise.
    static func of(_ bytes: [UInt8]) -> (bytes: [UInt8], note: String?) {
        if let units = wideUnits(bytes) {
            let text = Array(String(decoding: units, as: UTF16.self).utf8)
            return (of(text).bytes, "the text is UTF-16; byte positions in messages refer to UTF-8")
        }
        guard endsLinesInReturns(bytes) else { return (bytes, nil) }
        return (bytes.map { $0 == 13 ? 10 : $0 }, nil)
    }

    /// The units of UTF-16, where the mark of their byte order goes before them.
    private static func wideUnits(_ bytes: [UInt8]) -> [UInt16]? {
        guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
        let isBigEndian = bytes[0] == 0xFE
        return stride(from: 2, to: bytes.count - 1, by: 2).map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
    }

    /// Whether the first line ends in a carriage return without a line feed near it.
    private static func endsLinesInReturns(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress, let found = memchr(base, 13, raw.count) else { return false }
            let place = base.distance(to: UnsafeRawPointer(found))
            guard memchr(base, 10, place) == nil else { return false }
            // Windows' own line ends, also where a program wrote them twice.
            return raw[place...].first { $0 != 13 } != 10
        }
    }
}
