/// What numbers event frames hold.
public enum FrameValues: String, Sendable, Hashable, CaseIterable {
    /// Events counted.
    case counts
    /// Rates scaled to 1 by time step and polarity, as N-Omniglot's authors publish them (`FrequencyFrames`).
    case frequency
}

/// How event frames come to the network's size.
public enum FrameResize: String, Sendable, Hashable, CaseIterable {
    /// Bilinear between the nearest four pixels, corners on corners: the reference's. When frames shrink, pixels are skipped.
    case corners
    /// Bilinear with a filter as wide as the shrinking, so that every pixel counts: torchvision's with antialias.
    case antialiased
}

/// How a recording's counts become network input.
public struct FramePreparation: Sendable, Hashable {
    public var values = FrameValues.counts
    public var resize = FrameResize.corners

    public init(values: FrameValues = .counts, resize: FrameResize = .corners) {
        (self.values, self.resize) = (values, resize)
    }
}
