/// One array of numpy: fields named t, x, y and p, or a table of four columns.
///
/// A table's order is told by its polarities: x y p t with times in milliseconds if the third column holds nothing but
/// −1, 0 and 1 and the numbers have fractions (tonic's DVS128 Gesture), t x y p otherwise.
public struct Npy: EventFormat {
    public init() {}

    public var name: String { "npy" }
    public var summary: String { "numpy array with fields t, x, y, p, or four columns" }
    public var endings: [String] { [".npy"] }
    public var variants: [String] { ["fields", "milliseconds"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool { prefix.starts(with: NpyArray.mark) }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let array = try NpyArray(bytes, path: path)
        let (columns, note) = try Self.columns(of: array)
        var notes = note.map { [$0] } ?? []
        var sink = EventSink(path: path, options: options, expected: columns.time.count)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            if !options.isTolerant { try array.checkWhole() }
            if let note = try columns.add(to: &sink) { notes.append(note) }
            try array.checkWhole()
        }
        return sink.file(format: name, notes: notes)
    }

    /// - Throws: `.entryMismatch` if the array is of another shape.
    static func columns(of array: NpyArray) throws(FileFormatError) -> (EventColumns, note: String?) {
        if array.shape.count == 1, !array.fields[0].name.isEmpty {
            var columns: [String: NumberColumn] = [:]
            for field in array.fields { columns[field.name] = array.column(field: field) }
            return (try EventColumns(columns, path: array.path), nil)
        }
        guard array.shape.count == 2, array.shape[1] == 4, array.fields.count == 1,
            let first = array.column(0), let second = array.column(1), let third = array.column(2),
            let fourth = array.column(3)
        else {
            throw .entryMismatch(
                path: array.path, name: "the array", found: "of shape \(array.shape)",
                expected: "fields t, x, y, p, or shape [events, 4]")
        }
        if !isPolarity(fourth), isPolarity(third) {
            var columns = EventColumns(time: fourth, x: first, y: second, polarity: third)
            guard fourth.type.isFloating else { return (columns, "columns are taken as x, y, p, t in µs") }
            columns.unit = .milliseconds
            return (columns, "columns are taken as x, y, p, t in milliseconds, as tonic keeps DVS128 Gesture")
        }
        return (
            EventColumns(time: first, x: second, y: third, polarity: fourth), "columns are taken as t, x, y, p"
        )
    }

    private static func isPolarity(_ column: NumberColumn) -> Bool {
        column.allSatisfy { EventColumn.polarity($0) != nil }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        var numbers: [UInt8] = []
        if variant == "milliseconds" {
            try check(events, columns: 65_536, rows: 65_536, times: -(1 << 50)...1 << 50)
            for event in events {
                let values = [Double(event.x), Double(event.y), Double(event.polarity), Double(event.timestamp) / 1000]
                for value in values { numbers.append(littleEndian: value.bitPattern) }
            }
            return NpyArray.encode("'<f8'", shape: [events.count, 4], numbers: numbers)
        }
        for event in events {
            numbers.append(littleEndian: event.timestamp)
            numbers.append(littleEndian: event.x)
            numbers.append(littleEndian: event.y)
            numbers.append(event.polarity)
        }
        return NpyArray.encode(
            "[('t', '<i8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')]", shape: [events.count], numbers: numbers)
    }
}
