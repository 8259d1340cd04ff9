/// Prophesee EVT 2.1: '%' lines, then words of 64 bits that hold up to 32 events of one row, time and polarity.
///
///     bits 63…60   59…54      53…43    42…32   31…0
///     0 or 1       time low   base x   y       where bit k is set, an OFF or ON event at base x + k
///     8            time high (28 bits: 59…32); time = high << 6 | low, in µs
///     10, 14, 15   trigger and the vendor's own: skipped, as are unknown types
///
/// GenX320 sends a word little-endian. The IMX636 and those before it send its upper half first, each half little-endian,
/// which headers call "legacy".
public struct Evt21: EventFormat {
    static let wordSize = 8

    public init() {}

    public var name: String { "evt21" }
    public var summary: String { "Prophesee RAW, EVT 2.1" }
    public var endings: [String] { [".evt21.raw", ".raw"] }
    public var variants: [String] { ["little", "legacy"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        PropheseeHeader.peek(prefix)?.eventVersion == "2.1"
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let header = try PropheseeHeader(bytes, path: path)
        let start = header?.end ?? 0
        var sink = EventSink(
            path: path, options: options, declared: header?.sensor, expected: (bytes.count - start) / Self.wordSize)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try Self.decode(bytes, from: start, isUpperHalfFirst: header?.isUpperHalfFirst ?? false, into: &sink)
        }
        return sink.file(format: name, declaredSensor: header?.sensor)
    }

    private static func decode(
        _ bytes: [UInt8], from start: Int, isUpperHalfFirst: Bool, into sink: inout EventSink
    ) throws(FileFormatError) {
        var clock = WrappingClock(bits: 28)
        var (early, other) = (0, 0)
        defer {
            sink.skip("events before the first time word", count: early)
            sink.skip("words other than events", count: other)
        }
        try sink.readRecords(of: bytes, from: start, size: wordSize, named: "word") {
            sink, raw, offset throws(FileFormatError) in
            let stored = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let word = isUpperHalfFirst ? stored << 32 | stored >> 32 : stored
            switch word >> 60 {
            case 0, 1:
                var set = UInt32(truncatingIfNeeded: word)
                guard let high = clock.time else {
                    early += set.nonzeroBitCount
                    return
                }
                let time = high << 6 | Int64(word >> 54 & 0x3F)
                let (base, y) = (UInt16(word >> 43 & 0x7FF), UInt16(word >> 32 & 0x7FF))
                let polarity = UInt8(word >> 60)
                while set != 0 {
                    let x = base + UInt16(set.trailingZeroBitCount)
                    set &= set - 1
                    try sink.add(Event(timestamp: time, x: x, y: y, polarity: polarity), at: offset)
                }
            case 8: clock.set(Int64(word >> 32 & 0xFFF_FFFF))
            default: other += 1
            }
        }
    }

    /// Events that follow each other in one row, time, polarity and group of 32 columns share a word.
    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 2048, rows: 2048, times: 0...(1 << 34) - 1)
        let isUpperHalfFirst = variant == "legacy"
        var bytes = Array(
            "% evt 2.1\n% format EVT21;endianness=\(variant);height=\(sensor.height);width=\(sensor.width)\n% end\n"
                .utf8)
        func append(_ word: UInt64) { bytes.append(littleEndian: isUpperHalfFirst ? word << 32 | word >> 32 : word) }
        var high: Int64?
        var index = 0
        while index < events.count {
            let first = events[index]
            if high != first.timestamp >> 6 {
                high = first.timestamp >> 6
                append(8 << 60 | UInt64(first.timestamp >> 6) << 32)
            }
            let base = first.x & ~31
            var set: UInt32 = 0
            while index < events.count, let bit = Self.bit(of: events[index], behind: set, like: first, base: base) {
                set |= bit
                index += 1
            }
            let place = UInt64(base) << 43 | UInt64(first.y) << 32
            append((first.isOn ? 1 << 60 : 0) | UInt64(first.timestamp & 0x3F) << 54 | place | UInt64(set))
        }
        return bytes
    }

    /// The bit of an event in a word that has those of `set` already; `nil` if it needs a word of its own, also because it
    /// would come out before one that it follows.
    private static func bit(of event: Event, behind set: UInt32, like first: Event, base: UInt16) -> UInt32? {
        guard event.timestamp == first.timestamp, event.y == first.y, event.isOn == first.isOn, event.x & ~31 == base
        else { return nil }
        let bit = UInt32(1) << UInt32(event.x & 31)
        return bit > set ? bit : nil
    }
}
