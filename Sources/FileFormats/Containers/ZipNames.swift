import Foundation

/// Names of entries in zip archives that are not UTF-8 although the archive says so, as programs of other systems write them.
/// libzip takes such an archive for an inconsistent one; its content is sound, and has checksums of its own.
///
///     end        'PK' 5 6 … 10: u16 entries … 16: u32 where the directory begins
///     directory  'PK' 1 2 … 8: u16 flags … 28: u16 sizes of name, extra, comment … 42: u32 where the entry begins, 46: name
///     entry      'PK' 3 4 … 6: u16 flags
enum ZipNames {
    /// "Names are UTF-8", the third bit of the flags' second byte.
    private static let flag: UInt8 = 0x08

    /// The same archive with those names marked as of another coding; `nil` if there are none, or no directory can be found.
    static func corrected(_ bytes: [UInt8]) -> [UInt8]? {
        let view = ByteView(bytes: bytes, path: "")
        // A comment of at most 65,535 bytes may stand behind the end.
        let last = bytes.count - 22
        guard last >= 0,
            let end = (max(0, last - 65_535)...last).last(where: { bytes[$0...].starts(with: [0x50, 0x4B, 5, 6]) })
        else { return nil }
        var corrected: [UInt8]?
        do throws(FileFormatError) {
            var place = try view.size(UInt32.self, at: end + 16, "the directory's place")
            for _ in 0..<(try view.size(UInt16.self, at: end + 10, "the count of entries")) {
                try view.check(place, 46, "an entry of the directory")
                let size = try view.size(UInt16.self, at: place + 28, "a name's size")
                let name = try view.slice(at: place + 46, count: size, "a name")
                if bytes[place + 9] & flag != 0, String(validating: name, as: UTF8.self) == nil {
                    let entry = try view.size(UInt32.self, at: place + 42, "an entry's place")
                    try view.check(entry, 30, "an entry")
                    corrected = corrected ?? bytes
                    corrected?[place + 9] &= ~flag
                    corrected?[entry + 7] &= ~flag
                }
                let extra = try view.size(UInt16.self, at: place + 30, "a size")
                let comment = try view.size(UInt16.self, at: place + 32, "a size")
                place += 46 + size + extra + comment
            }
        } catch { return nil }
        return corrected
    }
}
