import Configuration

/// Control: trains on static images alone and is tested on events.
public struct ImagesOnly: SlidingStrategy {
    public let name = "images-only"
    public let summary = "static images only, tested on events: a control"
    public let streams = StreamUse.imagesOnly

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        .images
    }
}
