import Configuration
import Data

/// A slicing with a parameter of its own: the same number of events a time step, of the middle of the recording.
struct MiddleSlicing: Slicing {
    static let share = Setting.number(
        "data.middle_share", "middle share", "Share of the events that the middle slicing takes.", 0.1...1, step: 0.1,
        default: 1, live: false)

    let name = "middle"
    let summary = "as many events a time step, of the middle"
    var share = 1.0
    var knobs: [Knob] { [Self.share.knob] }

    func with(_ settings: RunConfiguration) -> any Slicing {
        var slicing = self
        slicing.share = settings[Self.share]
        return slicing
    }

    func ranges(of recording: EventRecording, timeStepCount: Int) -> [Range<Int>] {
        let size = Int(Double(recording.events.count) * share) / timeStepCount
        let begin = (recording.events.count - size * timeStepCount) / 2
        return (0..<timeStepCount).map { begin + $0 * size..<begin + ($0 + 1) * size }
    }
}
