/// AEDAT 3.1, as DVS128 Gesture comes: text lines that begin with '#', then packets, little-endian.
///
///     packet   i16 type, i16 source, i32 event size, i32 time offset, i32 overflow, i32 capacity, i32 count, i32 valid
///              then capacity × event size bytes
///     type 1   u32  x (31…17)  y (16…2)  polarity (1)  valid (0);  i32 timestamp;   time = overflow · 2³¹ + timestamp
///
/// Other types are skipped, and so are events that are marked invalid (as the specification says; spikingjelly keeps
/// them).
public struct Aedat3: EventFormat {
    static let headerSize = 28
    static let lastLine = "!END-HEADER"

    public init() {}

    public var name: String { "aedat3" }
    public var summary: String { "AEDAT 3.1: DVS128 Gesture, cAER" }
    public var endings: [String] { [".aedat3", ".aedat"] }

    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        prefix.starts(with: AedatHeader.mark + [UInt8(ascii: "3")])
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        let version = String(decoding: bytes.prefix(12), as: UTF8.self)
        guard version == "#!AER-DAT3.1" else {
            throw .unsupported(
                path: path, offset: 0, found: version, expected: "version 3.1",
                advice: "convert it with the vendor's tools: 3.0 counts rows from below")
        }
        let header = try AedatHeader(bytes, path: path, last: Self.lastLine)
        let sensor = header.sensor(after: "Source")?.size
        if let chip = header.source, Aedat2.hasNoPixels(chip) {
            throw .unsupported(
                path: path, offset: 0, found: "AEDAT 3.1 from the chip \(chip)", expected: "that of a camera",
                advice: "this chip is not a camera: its addresses are not pixels")
        }
        var sink = EventSink(
            path: path, options: options, declared: sensor, expected: (bytes.count - header.end) / 8)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            var offset = header.end
            // Some writers let the overflow count stand where 31 bits wrap around.
            var clock = Aedat3Clock()
            while offset < bytes.count { offset = try Self.packet(bytes, at: offset, &clock, into: &sink) }
        }
        return sink.file(format: name, declaredSensor: sensor)
    }

    /// - Returns: where the next packet begins.
    private static func packet(
        _ bytes: [UInt8], at offset: Int, _ clock: inout Aedat3Clock, into sink: inout EventSink
    ) throws(FileFormatError) -> Int {
        let view = ByteView(bytes: bytes, path: sink.path)
        try view.check(offset, headerSize, "a packet header")
        let type = try view.number(Int16.self, at: offset, "the event type")
        let size = try view.size(Int32.self, at: offset + 4, "the event size")
        let overflow = try view.size(Int32.self, at: offset + 12, "the overflow count")
        let capacity = try view.size(Int32.self, at: offset + 16, "the packet's capacity")
        let count = try view.size(Int32.self, at: offset + 20, "the packet's event count")
        guard count <= capacity, size > 0, type != 1 || size == 8 else {
            throw view.damaged(
                at: offset, found: "a packet of type \(type) with \(count) of \(capacity) events of \(size) bytes",
                expected: "no more events than its capacity, 8 bytes each if polarities")
        }
        let start = offset + headerSize
        if type == 1 {
            // What is there of a cut packet is read before the cut is reported.
            try polarities(
                bytes, at: start, count: min(count, (bytes.count - start) / 8), overflow: Int64(overflow), &clock,
                into: &sink)
        } else {
            sink.skip("events of type \(type)", count: count)
        }
        // Both are below 2³¹, so the product cannot overflow.
        guard capacity * size <= bytes.count - start else {
            throw view.damaged(
                at: start + (bytes.count - start) / size * size, found: "\(bytes.count - start) bytes of events",
                expected: "\(capacity) events of \(size) bytes")
        }
        return start + capacity * size
    }

    private static func polarities(
        _ bytes: [UInt8], at start: Int, count: Int, overflow: Int64, _ clock: inout Aedat3Clock,
        into sink: inout EventSink
    ) throws(FileFormatError) {
        var invalid = 0
        try bytes.withUnsafeBufferPointer { buffer throws(FileFormatError) in
            let raw = UnsafeRawBufferPointer(buffer)
            for offset in stride(from: start, to: start + count * 8, by: 8) {
                let data = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                let time = Int32(littleEndian: raw.loadUnaligned(fromByteOffset: offset + 4, as: Int32.self))
                guard data & 1 == 1 else {
                    invalid += 1
                    continue
                }
                guard let time = clock.time(overflow: overflow, Int64(time)) else {
                    try sink.drop(
                        .damaged(
                            path: sink.path, offset: offset + 4, found: "the timestamp \(time)",
                            expected: "one that is not negative",
                            advice: "--tolerant skips the event"))
                    continue
                }
                try sink.add(
                    Event(
                        timestamp: time, x: UInt16(data >> 17), y: UInt16(data >> 2 & 0x7FFF),
                        polarity: UInt8(data >> 1 & 1)), at: offset)
            }
        }
        sink.skip("events marked as invalid", count: invalid)
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 1 << 15, rows: 1 << 15, times: 0...(1 << 62) - 1)
        let known = AedatHeader.sensors.first { $0.size == sensor }?.name ?? "unknown"
        var bytes = Array("#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: \(known)\r\n#\(Self.lastLine)\r\n".utf8)
        var rest = events[...]
        while let first = rest.first {
            let overflow = first.timestamp >> 31
            let packet = rest.prefix { $0.timestamp >> 31 == overflow }.prefix(1 << 16)
            rest = rest.dropFirst(packet.count)
            for number in [1, 1] as [Int16] { bytes.append(littleEndian: number) }
            for number in [8, 4, Int(overflow & 0x7FFF_FFFF), packet.count, packet.count, packet.count] {
                bytes.append(littleEndian: Int32(number))
            }
            for event in packet {
                bytes.append(
                    littleEndian: UInt32(event.x) << 17 | UInt32(event.y) << 2 | (event.isOn ? 2 : 0) | 1)
                bytes.append(littleEndian: Int32(event.timestamp & 0x7FFF_FFFF))
            }
        }
        return bytes
    }
}

/// Overflow counts of the packets with 31 bits of the events. Where a writer leaves the count as it is when the bits wrap
/// around, or lets them overflow into the sign, times continue all the same.
struct Aedat3Clock {
    private var overflow: Int64 = 0
    private var clock = WrappingClock(bits: 31)
    private var last: Int64 = 0

    /// - Returns: `nil` for a negative number that no number near the end of the range came before.
    @inline(__always)
    mutating func time(overflow count: Int64, _ value: Int64) -> Int64? {
        if count != overflow { (overflow, clock, last) = (count, WrappingClock(bits: 31), 0) }
        if value < 0 {
            guard last < 0 || last - value > 1 << 31 else { return nil }
        }
        last = value
        return count &<< 31 &+ clock.next(value & 0x7FFF_FFFF)
    }
}
