import Configuration

/// Baseline: no transfer at all.
public struct EventsOnly: SlidingStrategy {
    public let name = "events-only"
    public let summary = "no static images: the baseline"
    public let streams = StreamUse.eventsOnly

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        .images
    }
}
