import Messages

/// Control: both streams to the end, nothing is replaced.
public struct Joint: SlidingStrategy {
    public let name = "joint"
    public let summary = "static and event inputs side by side to the end"
    public let streams = StreamUse.both

    public init() {}

    public func replacementProbability(_ progress: RunProgress, curve: SlidingCurve) -> Double { 0 }
}
