/// Equal parts of the time between first and last event; the last time step runs to the end of the recording.
///
/// spikingjelly raises an error where a part holds no event; here it is empty.
public struct SpikingjellyTimeSlicing: Slicing {
    public init() {}

    public var name: String { "spikingjelly-time" }
    public var summary: String { "T equal parts of the duration, the last extends to the end" }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        var ranges = TimeSlicing().ranges(of: recording, timeStepCount: timeStepCount)
        if let last = ranges.popLast() { ranges.append(last.lowerBound..<recording.events.count) }
        return ranges
    }

    public func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]? {
        guard var ends = TimeSlicing().ends(first: first, last: last, timeStepCount: timeStepCount) else { return nil }
        // Beyond any timestamp.
        ends[ends.count - 1] = .max
        return ends
    }
}
