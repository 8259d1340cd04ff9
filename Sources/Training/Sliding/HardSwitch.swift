import Messages

/// The reference's ablation: static images in the first half, event data in both streams from the epoch after half.
public struct HardSwitch: SlidingStrategy {
    public let name = "hard-switch"
    public let summary = "static inputs in the first half, events in the second"
    public let streams = StreamUse.both

    public init() {}

    public func replacementProbability(_ progress: RunProgress, curve: SlidingCurve) -> Double {
        Double(progress.epoch) > Double(progress.epochs) / 2 ? 1 : 0
    }
}
