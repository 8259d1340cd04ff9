/// HDF5 with plain lists t, x, y and p, in a group `events` or at the root.
///
/// Files that need the vendor's codec (Metavision's ECF, DSEC's Blosc) are refused by its name.
public struct Hdf5: EventFormat {
    public init() {}

    public var name: String { "hdf5" }
    public var summary: String { "HDF5 lists events/t, x, y, p, plain or deflated" }
    public var endings: [String] { [".h5", ".hdf5"] }
    public var variants: [String] { ["deflated", "plain"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool { Hdf5File.start(in: prefix) != nil }

    /// Groups in which events are looked for; the empty name is the root.
    private static let groups = ["events", "CD", ""]

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let file = try Hdf5File(bytes, path: path)
        let columns = try EventColumns(try Self.lists(of: file), path: path)
        var sink = EventSink(path: path, options: options, expected: columns.time.count)
        var notes: [String] = []
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            if let note = try columns.add(to: &sink) { notes.append(note) }
        }
        return sink.file(format: name, notes: notes)
    }

    private static func lists(of file: Hdf5File) throws(FileFormatError) -> [String: NumberColumn] {
        let root = try file.members(of: try file.rootHeader()) ?? [:]
        for group in groups {
            var members = root
            if !group.isEmpty {
                guard let place = root[group] else { continue }
                guard let inner = try file.members(of: try Hdf5Header(file, at: place)) else { continue }
                members = inner
            }
            var lists: [String: NumberColumn] = [:]
            for (name, place) in members.sorted(by: { $0.key < $1.key }) where EventColumn(name) != nil {
                if let array = try Hdf5Array(try Hdf5Header(file, at: place), in: file) {
                    lists[name] = try array.column()
                }
            }
            if !lists.isEmpty { return lists }
            // Metavision's: a table of records behind a codec of its own.
            if let place = members["events"], group == "CD" {
                _ = try Hdf5Array(try Hdf5Header(file, at: place), in: file)
            }
        }
        throw .missingEntry(path: file.path, name: "events/t", present: root.keys.sorted())
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
            numbers.map(\.littleEndian).withUnsafeBytes { Array($0) }
        }
        return Hdf5Writer.encode(
            group: "events",
            lists: [
                Hdf5Writer.List(name: "t", type: .int64, bytes: bytes(events.map(\.timestamp))),
                Hdf5Writer.List(name: "x", type: .uint16, bytes: bytes(events.map(\.x))),
                Hdf5Writer.List(name: "y", type: .uint16, bytes: bytes(events.map(\.y))),
                Hdf5Writer.List(name: "p", type: .uint8, bytes: bytes(events.map(\.polarity))),
            ], chunkLength: variant == "plain" ? nil : 4096)
    }
}
