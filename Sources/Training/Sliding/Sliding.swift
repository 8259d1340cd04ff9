import Messages

/// Sliding training (He et al. 2024): the probability follows the curve, (progress / end)^exponent, or the handles.
public struct Sliding: SlidingStrategy {
    public let name = "sliding"
    public let summary = "static inputs give way to events along the curve"
    public let streams = StreamUse.both

    public init() {}

    public func replacementProbability(_ progress: RunProgress, curve: SlidingCurve) -> Double {
        curve.probability(at: progress.share)
    }
}
