import Configuration
import Tensors

/// Empties a run of time steps (EventDrop's drop by time; Gu et al. 2021).
public struct TimeDrop: CountAugmentation {
    public static let largestShare = Setting.number(
        "data.drop_time", "drop time", "Largest fraction of the time steps of a training recording that is emptied.",
        0...0.9, step: 0.05, default: 0)

    public init() {}

    public var name: String { "drop-time" }
    public var summary: String { "empty consecutive time steps, up to a fraction of them" }
    public var knobs: [Knob] { [Self.largestShare.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.largestShare] > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let share = random.uniform() * options[Self.largestShare]
        let length = Int((share * Double(frames.timeStepCount)).rounded())
        let first = random.below(frames.timeStepCount - length + 1)
        for timeStep in first..<first + length { frames.plane(timeStep).update(repeating: 0) }
    }
}
