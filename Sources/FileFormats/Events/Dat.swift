/// Prophesee DAT: '%' lines, a byte of event type and one of record size, then 8 bytes an event, little-endian.
///
///     u32 timestamp in µs, u32 place      version 2: x 13…0, y 27…14, polarity 28
///                                         version 1: x 8…0,  y 16…9,  polarity 17      (ATIS, old N-CARS)
///
/// The clock wraps around after 71 minutes; times continue. A file without '%' lines has no type and size bytes either, and is read as version 2.
public struct Dat: EventFormat {
    static let recordSize = 8
    /// Two-dimensional events, and contrast detections: the same record.
    static let types: Set<UInt8> = [0x00, 0x0C]

    public init() {}

    public var name: String { "dat" }
    public var summary: String { "Prophesee DAT: N-CARS, GEN1" }
    public var endings: [String] { [".dat"] }
    public var variants: [String] { ["version 2", "version 1"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        if let header = PropheseeHeader.peek(prefix) {
            return header.value("version") != nil && header.saidEventVersion == nil
        }
        return name.lowercased().hasSuffix(".dat")
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let header = try PropheseeHeader(bytes, path: path)
        var start = 0
        var version = "2"
        if let header {
            let view = ByteView(bytes: bytes, path: path)
            version = header.value("version") ?? "2"
            let type = try view.number(UInt8.self, at: header.end, "the event type")
            let size = try view.number(UInt8.self, at: header.end + 1, "the record size")
            start = header.end + 2
            guard ["1", "2"].contains(version), Self.types.contains(type), size == Self.recordSize else {
                throw .unsupported(
                    path: path, offset: header.end,
                    found: "version \(version), event type \(type), records of \(size) bytes",
                    expected: "version 1 or 2, type 0 or 12, records of 8 bytes",
                    advice: "export only the contrast detection events")
            }
        }
        let expected = (bytes.count - start) / Self.recordSize
        var sink = EventSink(path: path, options: options, declared: header?.sensor, expected: expected)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            if version == "1" {
                try Self.decode(bytes, from: start, into: &sink) { place in
                    (UInt16(place & 0x1FF), UInt16(place >> 9 & 0xFF), UInt8(place >> 17 & 1))
                }
            } else {
                try Self.decode(bytes, from: start, into: &sink) { place in
                    (UInt16(place & 0x3FFF), UInt16(place >> 14 & 0x3FFF), UInt8(place >> 28 & 1))
                }
            }
        }
        return sink.file(format: name, declaredSensor: header?.sensor)
    }

    @inline(__always)
    private static func decode(
        _ bytes: [UInt8], from start: Int, into sink: inout EventSink,
        _ place: (UInt32) -> (x: UInt16, y: UInt16, polarity: UInt8)
    ) throws(FileFormatError) {
        var clock = WrappingClock(bits: 32)
        try sink.readRecords(of: bytes, from: start, size: recordSize) { sink, raw, offset throws(FileFormatError) in
            let time = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let word = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            let (x, y, polarity) = place(word)
            try sink.add(Event(timestamp: clock.next(Int64(time)), x: x, y: y, polarity: polarity), at: offset)
        }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        let isOld = variant == "version 1"
        let (columns, rows) = isOld ? (1 << 9, 1 << 8) : (1 << 14, 1 << 14)
        try check(events, columns: columns, rows: rows, times: 0...Int64(UInt32.max))
        let text = "% Version \(isOld ? 1 : 2)\n% Width \(sensor.width)\n% Height \(sensor.height)\n"
        var bytes = Array(text.utf8) + [0x0C, 8]
        for event in events {
            let (x, y, p) = (UInt32(event.x), UInt32(event.y), event.isOn ? UInt32(1) : 0)
            bytes.append(littleEndian: UInt32(event.timestamp))
            bytes.append(littleEndian: isOld ? p << 17 | y << 9 | x : p << 28 | y << 14 | x)
        }
        return bytes
    }
}
