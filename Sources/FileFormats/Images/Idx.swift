/// The idx files of MNIST and its relatives, plain or gzip (told apart by content).
///
///     u32 magic 0x803 (images) or 0x801 (labels), u32 count, [u32 rows, u32 columns,] u8 data      (big-endian)
public enum Idx {
    /// Bytes of images or labels in a file: EMNIST, the largest of the family, has 639 million.
    static let largestCount = 1 << 30

    /// Gray images of one size.
    public struct Images: Sendable, Hashable {
        public let count: Int
        public let rows: Int
        public let columns: Int
        /// [count, rows, columns], 0…255.
        public let pixels: [UInt8]

        /// Pixels of one image, row by row.
        public subscript(index: Int) -> ArraySlice<UInt8> {
            pixels[index * rows * columns..<(index + 1) * rows * columns]
        }
    }

    /// - Throws: `FileFormatError` if the magic number is another's or the data is shorter or longer than announced.
    public static func images(_ path: String) throws(FileFormatError) -> Images {
        let (sizes, data) = try read(path, magic: 0x803, what: "images")
        return Images(count: sizes[0], rows: sizes[1], columns: sizes[2], pixels: data)
    }

    /// - Throws: `FileFormatError` if the magic number is another's or the data is shorter or longer than announced.
    public static func labels(_ path: String) throws(FileFormatError) -> [UInt8] {
        try read(path, magic: 0x801, what: "labels").data
    }

    private static func read(
        _ path: String, magic: UInt32, what: String
    ) throws(FileFormatError) -> (sizes: [Int], data: [UInt8]) {
        let stored = try FileBytes.read(path)
        let isPacked = Gzip.recognizes(stored)
        let headerSize = 4 + 4 * Int(magic & 0xFF)
        let header =
            isPacked ? try Gzip.inflate(stored, limit: headerSize, path: path) : Array(stored.prefix(headerSize))
        guard header.count == headerSize else {
            throw .damaged(
                path: path, offset: 0, found: "\(header.count) bytes", expected: "a header of \(headerSize) bytes",
                advice: "download the file again")
        }
        let numbers = stride(from: 0, to: headerSize, by: 4).map { start in
            header[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        guard numbers[0] == magic else {
            throw .damaged(
                path: path, offset: 0, found: "the magic number 0x" + String(numbers[0], radix: 16),
                expected: "0x" + String(magic, radix: 16) + " (\(what))",
                advice: "check that this is the file of the \(what)")
        }
        let sizes = numbers.dropFirst().map(Int.init)
        if let empty = sizes.firstIndex(of: 0) {
            throw .damaged(
                path: path, offset: 4 + 4 * empty,
                found: empty == 0 ? "no \(what)" : "images of \(sizes[2])×\(sizes[1]) pixels",
                expected: empty == 0 ? "at least one" : "at least one pixel each way",
                advice: "check that this is the file of the \(what)")
        }
        var count = 1
        for size in sizes {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows, product <= largestCount else {
                throw .unsupported(
                    path: path, offset: 4, found: "sizes \(sizes)", expected: "at most \(largestCount) bytes in total",
                    advice: "split the data set into several files")
            }
            count = product
        }
        if isPacked {
            try UnpackingLimit.check("\(what) of sizes \(sizes)", size: count, fileSize: stored.count, path: path)
        }
        // No byte of gzip data unpacks to more than 1,032: what cannot be there is refused before memory is taken.
        guard !isPacked || count / 1032 <= stored.count else {
            throw .damaged(
                path: path, offset: 4, found: "\(stored.count) compressed bytes",
                expected: "\(count) bytes of \(what), sizes \(sizes), in them", advice: "download the file again")
        }
        let content = isPacked ? try Gzip.inflate(stored, limit: headerSize + count + 1, path: path) : stored
        guard content.count == headerSize + count else {
            let found =
                content.count > headerSize + count ? "bytes after the last" : "\(content.count - headerSize) bytes"
            throw .damaged(
                path: path, offset: min(content.count, headerSize + count), found: found,
                expected: "\(count) bytes of \(what), sizes \(sizes)", advice: "download the file again")
        }
        return (sizes, Array(content.dropFirst(headerSize)))
    }
}
