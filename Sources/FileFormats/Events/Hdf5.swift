/// HDF5 with lists of t, x, y and p in any group, with records of them, or with a table of columns (v2e, MVSEC).
///
/// Chunks may be packed as DSEC (Blosc), Metavision (ECF) and h5py (deflate, LZF) do, or with Zstandard.
public struct Hdf5: EventFormat {
    public init() {}

    public var name: String { "hdf5" }
    public var summary: String { "HDF5 arrays, records or tables of t, x, y, p, plain or packed" }
    public var endings: [String] { [".h5", ".hdf5"] }
    public var variants: [String] { Hdf5Packing.allCases.map(\.rawValue) + ["plain"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool { Hdf5File.start(in: prefix) != nil }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let file = try Hdf5File(bytes, path: path)
        let contents = try Hdf5Contents(of: file)
        let table = try contents.choose(path: path, options)
        var (columns, decision) = try table.read(path: path, options: options)
        var notes = decision.notes
        if let offset = contents.offsets[table.title], offset != 0 {
            columns.offset = offset
            notes.append("t_offset, \(offset) µs, is added to all times")
        }
        if !table.title.isEmpty, table.title != "events" { notes.append("events are read from \(table.title)") }
        let said = contents.said(of: table).decide(columns)
        var sink = EventSink(path: path, options: options, declared: said.size, expected: columns.time.count)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in try columns.add(to: &sink) }
        var read = sink.file(format: name, declaredSensor: said.size, notes: notes + said.notes)
        read.layout = decision.layout
        return read
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
            numbers.map(\.littleEndian).withUnsafeBytes { Array($0) }
        }
        return Hdf5Writer.encode(
            group: "events", numbers: [("width", sensor.width), ("height", sensor.height)],
            lists: [
                Hdf5Writer.List(name: "t", type: .int64, bytes: bytes(events.map(\.timestamp)), unit: "us"),
                Hdf5Writer.List(name: "x", type: .uint16, bytes: bytes(events.map(\.x))),
                Hdf5Writer.List(name: "y", type: .uint16, bytes: bytes(events.map(\.y))),
                Hdf5Writer.List(name: "p", type: .uint8, bytes: bytes(events.map(\.polarity))),
            ], packing: Hdf5Packing(rawValue: variant), chunkLength: 4096)
    }
}
