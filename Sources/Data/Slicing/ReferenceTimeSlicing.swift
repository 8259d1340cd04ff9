/// The reference's rule: the window is a T-th of the last *timestamp*, not of the time between first and last event.
///
///     0      first                         last
///     |        |---- w ----|---- w ----|-----      w = last / T, rounded down; windows begin at the first event
///
/// It differs from `TimeSlicing` as far as the clock did not start at zero: late windows then reach beyond the recording.
public struct ReferenceTimeSlicing: Slicing {
    public init() {}

    public var name: String { "reference-time" }
    public var summary: String { "as in the reference: windows of last timestamp / T from the first event on" }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        let last = recording.events.last?.timestamp ?? 0
        return recording.ranges(ofWindows: max(last, 0) / Int64(timeStepCount), count: timeStepCount)
    }

    public func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]? {
        ends(first: first, windows: max(last, 0) / Int64(timeStepCount), timeStepCount: timeStepCount)
    }
}
