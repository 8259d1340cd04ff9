/// One array of numpy: records, or a table of four columns or rows; `LayoutSearch` tells which is which.
///
/// tonic's DVS128 Gesture is such a table of x, y, p and t in milliseconds.
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
        guard let table = array.table(title: "") else {
            throw .unclearTable(
                path: path, found: "an array of shape \(array.shape)",
                reason: "events are records or have four columns",
                readings: [])
        }
        if !options.isTolerant { try array.checkWhole() }
        let (columns, decision) = try table.read(
            path: path, options: options, mayBeTonic: array.fields[0].type.isFloating)
        var notes = decision.notes
        if !array.skipped.isEmpty { notes.append("ignored: \(array.skipped.listed())") }
        var sink = EventSink(path: path, options: options, expected: columns.time.count)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try columns.add(to: &sink)
            try array.checkWhole()
        }
        var file = sink.file(format: name, notes: notes)
        file.layout = decision.layout
        return file
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
