/// The plain part of HDF5: groups of the old and the compact new kind, arrays of numbers in one piece or in chunks,
/// with the filters that recordings are packed with (`Hdf5Filter`). Everything else is refused by its name.
///
/// Read by ourselves and not by libhdf5, because that library trusts its files: single changed bytes end the process.
/// Here every step is checked against the bytes, and every node is visited once.
///
/// ```
/// superblock ─► root's object header ─► group: B-tree + heap, or links ─► dataset's object header
///                                                                        ─► space, type, filters, layout ─► numbers
/// ```
/// Source: HDF5 File Format Specification 2.0 and 3.0.
struct Hdf5File {
    static let mark: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    static let undefined = UInt64.max

    let view: ByteView
    /// Addresses count from here: behind a block of the user's.
    let base: Int
    /// Address of the root's object header.
    let root: Int

    var path: String { view.path }

    /// Where the superblock begins: at 0, or behind a block of a power of two.
    static func start(in bytes: [UInt8]) -> Int? {
        var offset = 0
        while offset + 8 <= bytes.count {
            if bytes[offset...].starts(with: mark) { return offset }
            offset = offset == 0 ? 512 : offset * 2
        }
        return nil
    }

    init(_ bytes: [UInt8], path: String) throws(FileFormatError) {
        view = ByteView(bytes: bytes, path: path)
        guard let start = Self.start(in: bytes) else {
            throw view.damaged(at: 0, found: "no HDF5 signature", expected: "one at byte 0, 512, 1024, …")
        }
        let version = try view.number(UInt8.self, at: start + 8, "the version")
        let widths: Int
        switch version {
        case 0, 1:
            widths = start + 13
            let skipped = version == 1 ? 4 : 0
            base = try view.size(UInt64.self, at: start + 24 + skipped, "the base address")
            root = try view.size(UInt64.self, at: start + 64 + skipped, "the root's address")
        case 2, 3:
            widths = start + 9
            base = try view.size(UInt64.self, at: start + 12, "the base address")
            root = try view.size(UInt64.self, at: start + 36, "the root's address")
        default:
            throw .unsupported(
                path: path, offset: start + 8, found: "superblock version \(version)", expected: "0 to 3",
                advice: "save it again with h5repack")
        }
        let (addresses, lengths) = (
            try view.number(UInt8.self, at: widths, "the width of addresses"),
            try view.number(UInt8.self, at: widths + 1, "the width of lengths")
        )
        guard addresses == 8, lengths == 8 else {
            throw .unsupported(
                path: path, offset: widths, found: "addresses of \(addresses) and lengths of \(lengths) bytes",
                expected: "8", advice: "save it again with h5repack")
        }
    }

    /// The place in the file of an address at `offset`; `nil` if it is the undefined one.
    func address(at offset: Int, _ what: String) throws(FileFormatError) -> Int? {
        let number = try view.number(UInt64.self, at: offset, what)
        if number == Self.undefined { return nil }
        guard number < UInt64(view.count) else {
            throw view.damaged(at: offset, found: "\(what) \(number)", expected: "a place in \(view.count) bytes")
        }
        return base + Int(number)
    }

    /// Messages of the root.
    func rootHeader() throws(FileFormatError) -> Hdf5Header { try Hdf5Header(self, at: base + root) }

    func unsupported(at offset: Int, _ found: String, _ expected: String) -> FileFormatError {
        .unsupported(
            path: path, offset: offset, found: found, expected: expected,
            advice: "save t, x, y and p as plain arrays, for example with h5repack -f GZIP=4")
    }

    /// Room was made for numbers, and none came: nothing is damaged, and a copy is the same.
    func unwritten(at offset: Int, _ found: String) -> FileFormatError {
        .unsupported(
            path: path, offset: offset, found: found, expected: "numbers that were written",
            advice:
                "the program that made the file ended before it wrote them, or keeps them in another file: write the "
                + "events again")
    }
}
