import Foundation

/// How fast each format's bytes become events on one core, beside a plain copy of the same bytes: a turn of reading, a turn
/// of copying, and so on, so that a busy machine slows both.
///
/// Bytes are in memory: what is measured is reading a format, not a disk. The events are made here, and written by the
/// formats' own writers.
public struct FormatBenchmark: Sendable {
    /// Events a recording has, 1…
    public var eventCount = 500_000
    /// Turns that each layout of each format is read and copied, 1…
    public var turns = 9

    public init() {}

    public struct Result: Sendable, Hashable, Codable {
        public var format: String
        /// How the format is laid out: its compression, its version.
        public var variant: String
        public var events: Int
        public var bytes: Int
        /// Millions of events a second of processor time: the median of all turns.
        public var millionEventsPerSecond: Double
        /// The same in the fastest turn.
        public var millionEventsPerSecondBest: Double
        /// Bytes of the file in 10⁹ a second of processor time, median.
        public var gigabytesPerSecond: Double
        /// The same for a plain copy of these bytes.
        public var copyGigabytesPerSecond: Double
        /// How often reading takes as long as copying: the ratio of the medians.
        public var timesSlowerThanCopy: Double
        public var turns: Int
    }

    /// One result for each variant of each format in `EventFormatCatalogue`, in its order.
    ///
    /// - Throws: `FileFormatError` if a format cannot read what it has written, which tests exclude.
    public func run() throws(FileFormatError) -> [Result] {
        let events = Self.events(count: max(1, eventCount))
        var results: [Result] = []
        for format in EventFormatCatalogue.all {
            for variant in format.variants {
                let bytes = try format.encode(events, sensor: Self.sensor, variant: variant)
                results.append(try measure(format, variant, bytes, events))
            }
        }
        return results
    }

    static let sensor = SensorSize(width: 128, height: 128)

    /// Within what every format can hold: a camera of 128 × 128 pixels that watches for less than 8 seconds, with several
    /// events at most times, and none at a whole millisecond, which would not tell milliseconds from microseconds.
    static func events(count: Int) -> [Event] {
        (0..<count).map { index in
            let word = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
            return Event(
                timestamp: Int64(index) * 8_000_000 / Int64(count) / 16 * 16 + 8, x: UInt16(word >> 57),
                y: UInt16(word >> 50 & 127), polarity: UInt8(word >> 49 & 1))
        }
    }

    private func measure(
        _ format: any EventFormat, _ variant: String, _ bytes: [UInt8], _ events: [Event]
    ) throws(FileFormatError) -> Result {
        let path = "benchmark" + format.endings[0]
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 64)
        defer { target.deallocate() }
        // The first copy also brings the target's pages.
        bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        var (reading, copying): ([Double], [Double]) = ([], [])
        for _ in 0..<max(1, turns) {
            let start = Self.processorSeconds
            let file = try format.decode(bytes, path: path, options: EventReadingOptions())
            let middle = Self.processorSeconds
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
            copying.append(Self.processorSeconds - middle)
            reading.append(middle - start)
            guard file.events.count == events.count, file.events.last == events.last else {
                throw .entryMismatch(
                    path: path, name: variant, found: "\(file.events.count) events", expected: "\(events.count)")
            }
        }
        // The clock counts in nanoseconds; a copy of nothing must not divide by zero.
        func median(_ times: [Double]) -> Double { max(times.sorted()[times.count / 2], 1e-9) }
        let (read, copy) = (median(reading), median(copying))
        return Result(
            format: format.name, variant: variant, events: events.count, bytes: bytes.count,
            millionEventsPerSecond: Double(events.count) / read / 1e6,
            millionEventsPerSecondBest: Double(events.count) / max(reading.min() ?? 0, 1e-9) / 1e6,
            gigabytesPerSecond: Double(bytes.count) / read / 1e9,
            copyGigabytesPerSecond: Double(bytes.count) / copy / 1e9, timesSlowerThanCopy: read / copy,
            turns: reading.count)
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
