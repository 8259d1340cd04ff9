/// How a recording is to be read.
public struct EventReadingOptions: Sendable, Hashable {
    /// Size of the sensor, if known: an event beyond it is damage. It goes before what the file itself says.
    public var sensor: SensorSize?
    /// Keeps what is sound and counts what is left out, instead of refusing the file.
    public var isTolerant: Bool
    /// Whether times that run backwards are damage. A tolerant reading takes them as they are, with a note.
    public var refusesBackwardTimes: Bool
    /// What is said about tables: text, npy, npz, MAT and HDF5.
    public var table: TableOptions

    public init(
        sensor: SensorSize? = nil, isTolerant: Bool = false, refusesBackwardTimes: Bool = false,
        table: TableOptions = TableOptions()
    ) {
        (self.sensor, self.isTolerant, self.refusesBackwardTimes) = (sensor, isTolerant, refusesBackwardTimes)
        self.table = table
    }
}

/// What a tolerant reading left out.
public struct EventLoss: Sendable, Hashable, CustomStringConvertible {
    /// The first damage that was met.
    public let cause: FileFormatError
    /// Events that were left out one by one; reading went on behind them.
    public var events = 0
    /// Bytes at the end that were not read, because nothing behind the damage can be trusted.
    public var bytes = 0

    public var description: String {
        var parts: [String] = []
        if events > 0 { parts.append("\(events) event\(events == 1 ? "" : "s")") }
        if bytes > 0 || events == 0 { parts.append("the last \(bytes) byte\(bytes == 1 ? "" : "s")") }
        return "skipped \(parts.joined(separator: " and ")): \(cause)"
    }
}

/// Where every reader puts its events: checks them against the sensor and the clock, and decides what damage means.
///
/// ```
/// reader ── add(event, offset) ──► on the sensor? in order? ──► events
///        ── damage ──────────────► strict: thrown     tolerant: counted, reading stops
/// ```
struct EventSink {
    let path: String
    let options: EventReadingOptions
    private(set) var events: [Event] = []
    private(set) var loss: EventLoss?
    /// Exclusive.
    private let width: UInt32
    private let height: UInt32
    private let isSaid: Bool
    private let checksTimes: Bool
    private var earliest = Int64.min
    private var skipped: [(what: String, count: Int)] = []
    private var remarks: [String] = []

    /// - Parameters:
    ///   - declared: what the file says about its sensor.
    ///   - expected: how many events there may be; never more than the file's bytes can hold.
    init(path: String, options: EventReadingOptions, declared: SensorSize? = nil, expected: Int = 0) {
        (self.path, self.options) = (path, options)
        let sensor = options.sensor ?? declared.flatMap { SensorSize(checked: $0.width, $0.height) }
        width = UInt32(clamping: sensor?.width ?? SensorSize.largestUnsaidSide)
        height = UInt32(clamping: sensor?.height ?? SensorSize.largestUnsaidSide)
        isSaid = sensor != nil
        checksTimes = options.refusesBackwardTimes && !options.isTolerant
        events.reserveCapacity(expected)
    }

    /// Takes an event whose record begins at `offset`.
    ///
    /// - Throws: `.damaged` if it lies beyond the sensor, or before the event before it where that is refused.
    @inline(__always)
    mutating func add(_ event: Event, at offset: Int) throws(FileFormatError) {
        if UInt32(event.x) < width, UInt32(event.y) < height, event.timestamp >= earliest {
            events.append(event)
            if checksTimes { earliest = event.timestamp }
        } else {
            try refuse(event, at: offset)
        }
    }

    @inline(never)
    private mutating func refuse(_ event: Event, at offset: Int) throws(FileFormatError) {
        if UInt32(event.x) >= width || UInt32(event.y) >= height {
            let number = events.count + (loss?.events ?? 0)
            try drop(
                .damaged(
                    path: path, offset: offset, found: "event \(number) at x = \(event.x), y = \(event.y)",
                    expected: isSaid
                        ? "a pixel of a \(width)×\(height) sensor"
                        : "at most \(width)×\(height) pixels if the sensor's size is not given",
                    advice: isSaid
                        ? "check that the file belongs to this sensor; --tolerant skips the event"
                        : "events convert --tolerant writes the file without it; for a larger sensor set --sensor"
                ))
        } else {
            throw .damaged(
                path: path, offset: offset,
                found: "event \(events.count) at \(event.timestamp) µs after one at \(earliest) µs",
                expected: "times that never run backwards", advice: "read it as it is with --tolerant")
        }
    }

    /// One record is damaged, but the next begins where it should.
    mutating func drop(_ error: FileFormatError) throws(FileFormatError) {
        guard options.isTolerant else { throw error }
        loss = loss ?? EventLoss(cause: error)
        loss?.events += 1
    }

    /// A record that is sound but no event to keep; told in the notes.
    mutating func skip(_ what: String, count: Int = 1) {
        guard count > 0 else { return }
        if let index = skipped.firstIndex(where: { $0.what == what }) {
            skipped[index].count += count
        } else {
            skipped.append((what, count))
        }
    }

    /// What a careful reader would want to know of all events.
    mutating func note(_ text: String) { remarks.append(text) }

    /// Runs a reader's loop. Damage ends it: strict readings throw, tolerant ones keep what they have.
    ///
    /// - Parameter size: bytes of the file, to tell how many were not read.
    mutating func read(size: Int, _ body: (inout EventSink) throws(FileFormatError) -> Void) throws(FileFormatError) {
        do throws(FileFormatError) {
            try body(&self)
        } catch {
            guard options.isTolerant else { throw error }
            loss = loss ?? EventLoss(cause: error)
            loss?.bytes += max(0, size - (error.offset ?? size))
        }
    }

    /// Goes through records of one size up to the end; bytes behind the last whole record mean that the file was cut.
    ///
    /// - Parameters:
    ///   - start: where the first record begins.
    ///   - visit: gets the bytes and where in them a record begins; as many bytes as a record has are there.
    @inline(__always)
    mutating func readRecords(
        of bytes: [UInt8], from start: Int, size: Int, named name: String = "record",
        _ visit: (inout EventSink, UnsafeRawBufferPointer, Int) throws(FileFormatError) -> Void
    ) throws(FileFormatError) {
        let (count, rest) = (bytes.count - start).quotientAndRemainder(dividingBy: size)
        try bytes.withUnsafeBufferPointer { buffer throws(FileFormatError) in
            let raw = UnsafeRawBufferPointer(buffer)
            for offset in stride(from: start, to: start + count * size, by: size) { try visit(&self, raw, offset) }
        }
        guard rest == 0 else {
            throw .damaged(
                path: path, offset: start + count * size,
                found: "\(rest) byte\(rest == 1 ? "" : "s") after \(name) \(count)",
                expected: "\(name)s of \(size) bytes", advice: "the file was truncated: copy or download it again")
        }
    }

    func file(
        format: String, declaredSensor: SensorSize? = nil, overflowMarkerCount: Int = 0, notes: [String] = []
    ) -> EventFile {
        var notes = notes + remarks + skipped.map { "skipped \($0.count) \($0.what)" }
        if let loss { notes.append(loss.description) }
        if let steps = ClockSteps(in: events) { notes.append(steps.description) }
        return EventFile(
            format: format, events: events, declaredSensor: declaredSensor, overflowMarkerCount: overflowMarkerCount,
            notes: notes, loss: loss)
    }
}

/// Where the clock of a recording runs backwards.
struct ClockSteps: CustomStringConvertible {
    let count: Int
    let first: Int

    /// `nil` if times never decrease.
    init?(in events: [Event]) {
        var (count, first) = (0, 0)
        events.withUnsafeBufferPointer { events in
            for index in 1..<max(events.count, 1) where events[index].timestamp < events[index - 1].timestamp {
                if count == 0 { first = index }
                count += 1
            }
        }
        guard count > 0 else { return nil }
        (self.count, self.first) = (count, first)
    }

    var description: String {
        "times run backwards \(count) time\(count == 1 ? "" : "s"), first at event \(first); slicing sorts them"
    }
}
