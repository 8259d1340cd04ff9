import Messages

/// Baseline: no transfer at all.
public struct EventsOnly: SlidingStrategy {
    public let name = "events-only"
    public let summary = "no static images: the baseline"
    public let streams = StreamUse.eventsOnly

    public init() {}

    public func replacementProbability(_ progress: RunProgress, curve: SlidingCurve) -> Double { 1 }
}
