import Tensors

/// Empties a run of time steps (EventDrop's drop by time; Gu et al. 2021).
public struct TimeDrop: CountAugmentation {
    public init() {}

    public var name: String { "drop-time" }
    public var summary: String { "empty a run of time steps, up to a share of them" }
    public func isOn(_ options: AugmentationOptions) -> Bool { options.dropTime > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let share = random.uniform() * options.dropTime
        let length = Int((share * Double(frames.timeStepCount)).rounded())
        let first = random.below(frames.timeStepCount - length + 1)
        for timeStep in first..<first + length { frames.plane(timeStep).update(repeating: 0) }
    }
}
