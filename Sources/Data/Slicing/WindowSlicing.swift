import Configuration

/// Time steps of a width in microseconds, from the first event on.
///
///     first
///       |-- w --|-- w --|-- w --| … T of them         events behind the last are left out
///
/// A recording that is shorter than T windows ends in empty time steps, as tonic's batches are padded.
public struct WindowSlicing: Slicing {
    public static let width = Setting.integer(
        "data.window", "window", "Width of a time step in µs, where data.slicing is window.", 1...60_000_000,
        default: 1000)

    private var width = 1000

    public init() {}

    public var name: String { "window" }
    public var summary: String { "T windows of data.window microseconds each, the remainder is dropped" }
    public var knobs: [Knob] { [Self.width.knob] }

    public func with(_ settings: RunConfiguration) -> any Slicing {
        var copy = self
        copy.width = settings[Self.width]
        return copy
    }

    public func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        recording.ranges(ofWindows: Int64(width), count: timeStepCount)
    }

    public func ends(first: Int64, last: Int64, timeStepCount: Int) -> [Int64]? {
        ends(first: first, windows: Int64(width), timeStepCount: timeStepCount)
    }
}
