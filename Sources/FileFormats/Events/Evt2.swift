/// Prophesee EVT2: '%' lines, then words of 32 bits, little-endian.
///
///     bits 31…28   27…22     21…11   10…0
///     0 or 1       time low  x       y          an OFF or ON event; time = high << 6 | low, in µs
///     8            time high (28 bits)
///     10, 14, 15   trigger and the vendor's own: skipped, as are unknown types
public struct Evt2: EventFormat {
    static let wordSize = 4

    public init() {}

    public var name: String { "evt2" }
    public var summary: String { "Prophesee RAW, EVT 2.0" }
    public var endings: [String] { [".evt2.raw", ".raw"] }

    /// Any RAW version that is not EVT 2.1's or 3's, so that it is refused by its name.
    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        guard let header = PropheseeHeader.peek(prefix) else { return false }
        if header.eventVersion != nil { return true }
        // A version alone is that of DAT.
        return header.value("version") == nil && (header.isOfCamera || name.lowercased().hasSuffix(".raw"))
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let header = try PropheseeHeader(bytes, path: path)
        guard let header, let version = header.eventVersion else {
            throw .unsupported(
                path: path, offset: 0, found: "a header that does not give the event encoding",
                expected: "a line '% evt 2.0', '% format EVT3;…' or '% system_ID' of a known camera",
                advice: "convert it with metavision_file_to_dat, which can get the format from the camera's plugin")
        }
        guard version == "2.0" else {
            throw .unsupported(
                path: path, offset: 0, found: "EVT \(version)", expected: "EVT 2.0, 2.1 or 3.0",
                advice: "convert it with metavision_file_to_dat or record it as EVT 3.0")
        }
        var sink = EventSink(
            path: path, options: options, declared: header.sensor, expected: (bytes.count - header.end) / Self.wordSize)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try Self.decode(bytes, from: header.end, into: &sink)
        }
        return sink.file(format: name, declaredSensor: header.sensor)
    }

    private static func decode(
        _ bytes: [UInt8], from start: Int, into sink: inout EventSink
    ) throws(FileFormatError) {
        var clock = WrappingClock(bits: 28)
        var (early, other) = (0, 0)
        defer {
            sink.skip("events before the first time word", count: early)
            sink.skip("words other than events", count: other)
        }
        try sink.readRecords(of: bytes, from: start, size: wordSize, named: "word") {
            sink, raw, offset throws(FileFormatError) in
            let word = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            switch word >> 28 {
            case 0, 1:
                guard let high = clock.time else {
                    early += 1
                    return
                }
                try sink.add(
                    Event(
                        timestamp: high << 6 | Int64(word >> 22 & 0x3F), x: UInt16(word >> 11 & 0x7FF),
                        y: UInt16(word & 0x7FF), polarity: UInt8(word >> 28)), at: offset)
            case 8: clock.set(Int64(word & 0xFFF_FFFF))
            default: other += 1
            }
        }
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 2048, rows: 2048, times: 0...(1 << 34) - 1)
        var bytes = Array("% evt 2.0\n% geometry \(sensor.width)x\(sensor.height)\n% end\n".utf8)
        var high: Int64?
        for event in events {
            if high != event.timestamp >> 6 {
                high = event.timestamp >> 6
                bytes.append(littleEndian: 8 << 28 | UInt32(event.timestamp >> 6))
            }
            let place = UInt32(event.x) << 11 | UInt32(event.y)
            bytes.append(
                littleEndian: (event.isOn ? 1 << 28 : 0) | UInt32(event.timestamp & 0x3F) << 22 | place)
        }
        return bytes
    }
}
