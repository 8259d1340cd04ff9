import Configuration

/// The reference's ablation: static images in the first half, event data in both streams from the epoch after half.
public struct HardSwitch: SlidingStrategy {
    public let name = "hard-switch"
    public let summary = "static inputs in the first half, events in the second"
    public let streams = StreamUse.both

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        StaticInput(replacementProbability: Double(progress.epoch) > Double(progress.epochs) / 2 ? 1 : 0)
    }
}
