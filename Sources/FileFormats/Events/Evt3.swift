/// Prophesee EVT3: '%' lines, then words of 16 bits, little-endian, that change a state of row, column and time.
///
///     bits 15…12   11…0
///     0            row in 10…0
///     2            polarity in 11, column in 10…0: an event
///     3            polarity in 11, base column in 10…0: no event
///     4            12 events at base, base + 1, … where a bit is set; then base += 12
///     5            the same with 8
///     6, 8         time low, time high: time = turns << 24 | high << 12 | low, in µs
///     others       triggers and the vendor's own: skipped and counted
///
/// A carry is never guessed from the low word: cameras send every change of the high word, and readers that guess are
/// 4,096 µs off behind each.
public struct Evt3: EventFormat {
    static let wordSize = 2
    /// Columns and rows have 11 bits.
    static let largest = SensorSize(width: 2048, height: 2048)

    public init() {}

    public var name: String { "evt3" }
    public var summary: String { "Prophesee RAW, EVT 3.0" }
    public var endings: [String] { [".raw"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        PropheseeHeader.peek(prefix)?.eventVersion == "3.0"
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let header = try PropheseeHeader(bytes, path: path)
        let start = header?.end ?? 0
        var sink = EventSink(
            path: path, options: options, declared: header?.sensor ?? Self.largest,
            expected: (bytes.count - start) / Self.wordSize)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try Self.decode(bytes, from: start, into: &sink)
        }
        return sink.file(format: name, declaredSensor: header?.sensor)
    }

    private static func decode(
        _ bytes: [UInt8], from start: Int, into sink: inout EventSink
    ) throws(FileFormatError) {
        var clock = WrappingClock(bits: 12)
        var low: Int64 = 0
        var time: Int64?
        var (row, base, polarity): (UInt16, UInt16, UInt8) = (0, 0, 0)
        var (early, other) = (0, 0)
        defer {
            sink.skip("events before the first time word", count: early)
            sink.skip("words other than events", count: other)
        }
        try sink.readRecords(of: bytes, from: start, size: wordSize, named: "word") {
            sink, raw, offset throws(FileFormatError) in
            let word = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            switch word >> 12 {
            case 0: row = word & 0x7FF
            case 2:
                guard let time else {
                    early += 1
                    return
                }
                try sink.add(
                    Event(timestamp: time, x: word & 0x7FF, y: row, polarity: UInt8(word >> 11 & 1)), at: offset)
            case 3: (base, polarity) = (word & 0x7FF, UInt8(word >> 11 & 1))
            case 4, 5:
                let width: UInt16 = word >> 12 == 4 ? 12 : 8
                var set = word & (1 << width - 1)
                guard let time else {
                    early += set.nonzeroBitCount
                    return
                }
                while set != 0 {
                    let x = base &+ UInt16(set.trailingZeroBitCount)
                    set &= set - 1
                    try sink.add(Event(timestamp: time, x: x, y: row, polarity: polarity), at: offset)
                }
                // A base that nobody sets again must not come around: it stays where every event is refused.
                base = min(base + width, 1 << 15)
            case 6:
                low = Int64(word & 0xFFF)
                time = clock.time.map { $0 << 12 | low }
            case 8:
                clock.set(Int64(word & 0xFFF))
                time = clock.time.map { $0 << 12 | low }
            default: other += 1
            }
        }
    }

    /// Single events; runs of one row, time and polarity are not gathered into vectors.
    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 2048, rows: 2048, times: 0...(1 << 24) - 1)
        var bytes = Array(
            "% evt 3.0\n% format EVT3;height=\(sensor.height);width=\(sensor.width)\n% end\n".utf8)
        var (high, low, row): (Int64, Int64, UInt16) = (-1, -1, .max)
        for event in events {
            if high != event.timestamp >> 12 {
                high = event.timestamp >> 12
                bytes.append(littleEndian: 8 << 12 | UInt16(high))
            }
            if low != event.timestamp & 0xFFF {
                low = event.timestamp & 0xFFF
                bytes.append(littleEndian: 6 << 12 | UInt16(low))
            }
            if row != event.y {
                row = event.y
                bytes.append(littleEndian: row)
            }
            bytes.append(littleEndian: 2 << 12 | (event.isOn ? 1 << 11 : 0) | event.x)
        }
        return bytes
    }
}
