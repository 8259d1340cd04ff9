/// One recording as frames that another program counted and kept, with its label where the file holds it.
///
///     SpikingJelly   <class>/<name>.npz      array `frames`, [T, polarity, H, W]
///     tonic          <index>_<copy>.hdf5     array `data/0`, [T, polarity, H, W], and its label in `target/0`
///
/// Source: spikingjelly.datasets.base, tonic.cached_dataset.
public struct FrameFile: Sendable, Hashable {
    public let timeStepCount: Int
    public let height: Int
    public let width: Int
    /// [T, polarity (0 OFF, 1 ON), H, W].
    public let counts: [UInt16]
    public let label: Int?

    public static let endings = [".npz", ".hdf5"]

    /// - Throws: `FileFormatError`: also where numbers are no counts, or of another shape.
    public static func read(_ path: String) throws(FileFormatError) -> FrameFile {
        try decode(try FileBytes.read(path), path: path)
    }

    /// As `read(_:)`, of bytes in memory.
    public static func decode(_ bytes: [UInt8], path: String) throws(FileFormatError) -> FrameFile {
        if ZipArchive.recognizes(bytes) {
            let array = try npz(bytes, path)
            return try FrameFile(array.column, array.shape, label: nil, name: array.name, path: path)
        }
        let file = try Hdf5File(bytes, path: path)
        guard let frames = try file.array("data/0") else {
            throw .missingEntry(path: path, name: "data/0", present: try file.names())
        }
        let label = try file.array("target/0").flatMap { array throws(FileFormatError) in
            array.count == 1 ? try array.column().integers().numbers.first : nil
        }
        guard let column = try frames.allNumbers() else {
            throw .entryMismatch(path: path, name: "data/0", found: "records", expected: Self.expected)
        }
        return try FrameFile(column, frames.shape, label: label.map { Int($0) }, name: "data/0", path: path)
    }

    private static let expected = "frames [T, 2, H, W]"

    /// The label alone; `nil` if the file holds none. Cheap beside reading the frames.
    public static func label(of path: String) throws(FileFormatError) -> Int? {
        let file = try Hdf5File(try FileBytes.read(path), path: path)
        guard let array = try file.array("target/0"), array.count == 1 else { return nil }
        return try array.column().integers().numbers.first.flatMap { Int(exactly: $0) }
    }

    private static func npz(
        _ bytes: [UInt8], _ path: String
    ) throws(FileFormatError) -> (name: String, column: NumberColumn, shape: [Int]) {
        let archive = try ZipArchive(bytes, path: path)
        guard let entry = archive.entry("frames.npy") ?? archive.entry("arr_0.npy") else {
            throw .missingEntry(path: path, name: "frames.npy", present: archive.entries.map(\.name))
        }
        try UnpackingLimit.check(
            "'\(entry.name)'", size: entry.size, fileSize: archive.byteCount, path: path)
        let array = try NpyArray(try archive.read(entry), path: path)
        try array.checkWhole()
        guard array.fields.count == 1, !array.isFortranOrder, let column = array.column(field: array.fields[0]) else {
            throw .entryMismatch(path: path, name: entry.name, found: "other than plain numbers", expected: expected)
        }
        return (entry.name, column, array.shape)
    }

    /// - Throws: `.entryMismatch` if the shape is not that of frames, or a number is no count.
    private init(
        _ column: NumberColumn, _ shape: [Int], label: Int?, name: String, path: String
    ) throws(FileFormatError) {
        func mismatch(_ found: String, _ expected: String) -> FileFormatError {
            .entryMismatch(path: path, name: name, found: found, expected: expected)
        }
        guard shape.count == 4, shape[1] == 2, 1...4096 ~= shape[0], 1...SensorSize.largestSide ~= shape[2],
            1...SensorSize.largestSide ~= shape[3]
        else { throw mismatch("of shape \(shape)", Self.expected) }
        let (numbers, bad) = column.integers()
        if let bad { throw mismatch("no whole number at place \(bad)", "counts of events, such as no scaled frames") }
        if let index = numbers.firstIndex(where: { !(0...Int64(UInt16.max) ~= $0) }) {
            throw mismatch("\(numbers[index]) at place \(index)", "counts of 0…\(UInt16.max) events")
        }
        (timeStepCount, height, width, self.label) = (shape[0], shape[2], shape[3], label)
        counts = numbers.map { UInt16($0) }
    }
}

extension Hdf5File {
    /// The array at a path of names; `nil` if there is none.
    func array(_ path: String) throws(FileFormatError) -> Hdf5Array? {
        var header = try rootHeader()
        for name in path.split(separator: "/") {
            guard let place = try members(of: header)?[String(name)] else { return nil }
            header = try Hdf5Header(self, at: place)
        }
        return try Hdf5Array(header, in: self)
    }

    /// Members of the root, sorted.
    func names() throws(FileFormatError) -> [String] { (try members(of: try rootHeader()) ?? [:]).keys.sorted() }
}
