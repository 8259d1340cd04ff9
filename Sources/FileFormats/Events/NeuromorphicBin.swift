import Foundation

/// Recordings of N-MNIST and N-Caltech101 (Orchard et al. 2015): 5 bytes an event, no header.
///
///     byte 0   byte 1   byte 2               byte 3      byte 4
///     x        y        p | time 22…16       time 15…8   time 7…0     (µs, big-endian, p: 1 ON)
///
/// A record with y = 240 is no event but a sign that the clock ran over: it moves its own and every later time by 8,192 µs
/// (the rule of the data set's own reader; spikingjelly ignores it). Where the 23 bits of time wrap around, after 8.4 s, times
/// go on.
public struct NeuromorphicBin: EventFormat {
    public static let recordSize = 5
    public static let overflowRow: UInt8 = 240
    static let overflowStep: Int64 = 1 << 13

    public init() {}

    public var name: String { "bin" }
    public var summary: String { "N-MNIST and N-Caltech101, 5 bytes per event" }
    public var endings: [String] { [".bin", ".bs2"] }

    /// The format has no mark; its name is all there is.
    public func recognizes(prefix: [UInt8], name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".bin") || name.hasSuffix(".bs2")
    }

    public func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        var sink = EventSink(path: path, options: options, expected: bytes.count / Self.recordSize)
        var overflow: Int64 = 0
        var clock = WrappingClock(bits: 23)
        try sink.read(size: bytes.count) { sink throws(FileFormatError) in
            try sink.readRecords(of: bytes, from: 0, size: Self.recordSize) {
                sink, raw, offset throws(FileFormatError) in
                let record = Record(raw, at: offset)
                if record.y == UInt64(Self.overflowRow) {
                    overflow += Self.overflowStep
                    return
                }
                try sink.add(
                    Event(
                        timestamp: clock.next(record.timestamp) &+ overflow, x: UInt16(truncatingIfNeeded: record.x),
                        y: UInt16(truncatingIfNeeded: record.y),
                        polarity: UInt8(truncatingIfNeeded: record.polarity)), at: offset)
            }
        }
        let markers = Int(overflow / Self.overflowStep)
        let notes = ["\(markers) clock overflow markers (y = 240), each moves later times by 8192 µs"]
        return sink.file(format: name, overflowMarkerCount: markers, notes: markers > 0 ? notes : [])
    }

    public func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8] {
        try check(events, columns: 256, rows: Int(Self.overflowRow), times: 0...(1 << 23) - 1)
        return Self.encode(events)
    }

    /// - Returns: The events in file order, and the number of overflow markers.
    /// - Throws: `FileFormatError.damaged` if the size is no multiple of 5, or an event lies beyond `sensor`.
    public static func decode(
        _ bytes: [UInt8], path: String, sensor: SensorSize?
    ) throws(FileFormatError) -> (events: [Event], overflowMarkerCount: Int) {
        var events: [Event] = []
        let markers = try decode(bytes, path: path, sensor: sensor, into: &events)
        return (events, markers)
    }

    /// As above, into memory that is reused: `events` ends up with the file's events.
    ///
    /// - Returns: The number of overflow markers.
    @discardableResult
    public static func decode(
        _ bytes: [UInt8], path: String, sensor: SensorSize?, into events: inout [Event]
    ) throws(FileFormatError) -> Int {
        let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: recordSize)
        guard rest == 0 else {
            throw .damaged(
                path: path, offset: count * recordSize, found: "\(rest) bytes after event \(count)",
                expected: "records of 5 bytes", advice: "the file was truncated: copy or download it again")
        }
        if events.count > count {
            events.removeLast(events.count - count)
        } else if events.count < count {
            let none = Event(timestamp: 0, x: 0, y: 0, polarity: 0)
            events.append(contentsOf: repeatElement(none, count: count - events.count))
        }
        let (written, outside) = events.withUnsafeMutableBufferPointer { target in
            bytes.withUnsafeBufferPointer { source in
                decode(source, count: count, sensor: sensor, target)
            }
        }
        if let outside {
            let offset = outside * recordSize
            throw .damaged(
                path: path, offset: offset, found: "an event at x = \(bytes[offset]), y = \(bytes[offset + 1])",
                expected: "a pixel of a \(sensor.map(\.description) ?? "") sensor",
                advice: "check that the file belongs to this data set")
        }
        events.removeLast(count - written)
        return count - written
    }

    /// The bytes of events that the format can hold: x below 256, y below 240, 0 ≤ timestamp < 2²³ µs.
    public static func encode(_ events: [Event]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(events.count * recordSize)
        for event in events {
            precondition(
                event.x < 256 && event.y < UInt16(overflowRow) && (0..<1 << 23).contains(event.timestamp),
                "\(event) does not fit the format")
            bytes.append(UInt8(event.x))
            bytes.append(UInt8(event.y))
            bytes.append((event.isOn ? 0x80 : 0) | UInt8(event.timestamp >> 16))
            bytes.append(UInt8(event.timestamp >> 8 & 0xFF))
            bytes.append(UInt8(event.timestamp & 0xFF))
        }
        return bytes
    }

    /// - Returns: Events written, and the record that lies outside the sensor, if one does.
    private static func decode(
        _ source: UnsafeBufferPointer<UInt8>, count: Int, sensor: SensorSize?,
        _ target: UnsafeMutableBufferPointer<Event>
    ) -> (events: Int, outside: Int?) {
        guard let target = target.baseAddress, count > 0 else { return (0, nil) }
        let width = UInt64(sensor.map { min($0.width, 256) } ?? 256)
        let height = UInt64(sensor.map { min($0.height, 256) } ?? 256)
        var overflow: Int64 = 0
        var clock = WrappingClock(bits: 23)
        var written = 0
        let source = UnsafeRawBufferPointer(source)
        for index in 0..<count {
            let record = Record(source, at: index * recordSize)
            let (x, y) = (record.x, record.y)
            if y == UInt64(overflowRow) {
                overflow += overflowStep
                continue
            }
            guard x < width, y < height else { return (written, index) }
            target[written] = Event(
                timestamp: clock.next(record.timestamp) &+ overflow, x: UInt16(truncatingIfNeeded: x),
                y: UInt16(truncatingIfNeeded: y), polarity: UInt8(truncatingIfNeeded: record.polarity))
            written += 1
        }
        return (written, nil)
    }
}

extension NeuromorphicBin {
    /// One record as one number, its first byte highest: for loops over bytes that make no `Event`.
    @frozen public struct Record: Sendable {
        @usableFromInline let number: UInt64

        /// - Parameter offset: of the record's first byte; five bytes from there must lie in `bytes`.
        @inlinable @inline(__always)
        public init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
            // Eight bytes are loaded where there are that many: that is faster than five.
            if offset &+ 8 <= bytes.count {
                number = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) >> 24
            } else {
                var number: UInt64 = 0
                for place in 0..<5 { number = number << 8 | UInt64(bytes[offset + place]) }
                self.number = number
            }
        }

        @inlinable @inline(__always) public var x: UInt64 { number >> 32 }
        /// 240 marks a clock overflow.
        @inlinable @inline(__always) public var y: UInt64 { number >> 24 & 0xFF }
        @inlinable @inline(__always) public var polarity: UInt64 { number >> 23 & 1 }
        /// Microseconds, without overflows.
        @inlinable @inline(__always) public var timestamp: Int64 { Int64(number & 0x7F_FFFF) }
    }
}
