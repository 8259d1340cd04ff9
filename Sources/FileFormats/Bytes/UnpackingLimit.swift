/// How much a packed file may unpack to. The same for zip, gzip, zlib, LZ4 and Zstandard, wherever they are met.
///
/// Recordings and pictures pack to a tenth, rarely to a fiftieth; a bomb of zeros to a thousandth. So a small file may always
/// become 128 MiB, a large one a hundred times itself, and none more than 16 GiB.
enum UnpackingLimit {
    static let always = 128 << 20
    static let ratio = 100
    static let most = 16 << 30

    /// Bytes that a file of `size` bytes may unpack to, all its parts together.
    static func bytes(forFileOf size: Int) -> Int {
        let (scaled, overflows) = max(0, size).multipliedReportingOverflow(by: ratio)
        return overflows ? most : min(most, max(always, scaled, size))
    }

    /// - Parameter what: for the message, such as "'t.npy'".
    /// - Throws: `.tooLarge` if a part that says it is so large, with those before it, is beyond the limit.
    static func check(
        _ what: String, size: Int, before: Int = 0, fileSize: Int, path: String
    ) throws(FileFormatError) {
        let limit = bytes(forFileOf: fileSize)
        let (sum, overflows) = size.addingReportingOverflow(before)
        guard size >= 0, !overflows, sum <= limit else {
            throw .tooLarge(path: path, what: what, size: overflows ? .max : max(size, sum), limit: limit)
        }
    }
}
