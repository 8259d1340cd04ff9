import Configuration

/// Control: both streams to the end, nothing is replaced.
public struct Joint: SlidingStrategy {
    public let name = "joint"
    public let summary = "static and event inputs side by side until the end: a control"
    public let streams = StreamUse.both

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        .images
    }
}
