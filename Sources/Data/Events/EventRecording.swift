import FileFormats

/// One report of an event camera; declared with the file formats, because every reader makes them.
public typealias Event = FileFormats.Event
public typealias SensorSize = FileFormats.SensorSize

/// What a camera reported while it looked at one thing.
public struct EventRecording: Sendable, Hashable {
    /// Timestamps never decrease.
    public let events: [Event]
    public let sensor: SensorSize

    /// Sorts the events by time where the file did not (events of the same time keep their order).
    ///
    /// - Parameter sensor: `nil` takes the smallest sensor that holds all events.
    public init(_ events: [Event], sensor: SensorSize?) {
        self.events = Self.isOrdered(events) ? events : Self.ordered(events)
        self.sensor = sensor ?? Self.extent(of: events)
    }

    /// Moves the events so that the smallest x and y are 0, on the smallest sensor that holds them: what the paper does with
    /// N-Caltech101.
    init(movedToOrigin events: [Event]) {
        let left = events.lazy.map(\.x).min() ?? 0
        let top = events.lazy.map(\.y).min() ?? 0
        self.init(
            events.map { Event(timestamp: $0.timestamp, x: $0.x - left, y: $0.y - top, polarity: $0.polarity) },
            sensor: nil)
    }

    public var width: Int { sensor.width }
    public var height: Int { sensor.height }

    /// Microseconds from the first event to the last; the largest number where a file's times lie further apart.
    public var duration: Int64 {
        guard let first = events.first, let last = events.last else { return 0 }
        let (difference, overflows) = last.timestamp.subtractingReportingOverflow(first.timestamp)
        return overflows ? .max : difference
    }

    static func isOrdered(_ events: [Event]) -> Bool {
        events.withUnsafeBufferPointer { events in
            for index in 1..<max(events.count, 1) where events[index].timestamp < events[index - 1].timestamp {
                return false
            }
            return true
        }
    }

    private static func ordered(_ events: [Event]) -> [Event] {
        // `sort` promises no stability; the position breaks ties.
        events.enumerated()
            .sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }
            .map(\.element)
    }

    static func extent(of events: [Event]) -> SensorSize {
        var (width, height) = (0, 0)
        for event in events {
            width = max(width, Int(event.x) + 1)
            height = max(height, Int(event.y) + 1)
        }
        return SensorSize(width: width, height: height)
    }
}
