/// Equal parts of the time between first and last event.
///
///     first                         last
///       |---- w ----|---- w ----|--|         w = (last − first) / T, rounded down
///
/// As tonic cuts today. Up to T − 1 µs at the end, and the last event where T divides the time, are left out.
public struct TimeSlicing: Slicing {
    public init() {}

    public var name: String { "time" }
    public var summary: String { "T equal parts of the duration from the first event to the last" }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        guard let first = recording.events.first?.timestamp, let last = recording.events.last?.timestamp else {
            return recording.ranges(ofWindows: 0, count: timeStepCount)
        }
        let span = last.subtractingReportingOverflow(first)
        return recording.ranges(
            ofWindows: (span.overflow ? .max : span.partialValue) / Int64(timeStepCount), count: timeStepCount)
    }

    public func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]? {
        let span = last.subtractingReportingOverflow(first)
        return ends(
            first: first, windows: (span.overflow ? .max : span.partialValue) / Int64(timeStepCount),
            timeStepCount: timeStepCount)
    }
}
