import Configuration

/// The method: replaced with a probability that grows along the curve, power law or handles.
public struct Sliding: SlidingStrategy {
    public static let exponent = Setting.number(
        "sliding.exponent", "exponent", "Exponent of the replacement curve; larger values keep static images longer.",
        0.1...20,
        step: 0.1, default: 3)
    public static let end = Setting.number(
        "sliding.end", "end", "Fraction of the run at which all static inputs have been replaced.", 0.01...1,
        step: 0.01,
        default: 1)
    public static let curve = Setting.curve(
        "sliding.curve", "curve", "Handles as progress:probability that replace the power law, monotone from 0 to 1.")

    public let name = "sliding"
    public let summary = "static inputs are replaced by events with a probability that follows the curve"
    public let streams = StreamUse.both
    public var knobs: [Knob] { [Self.exponent.knob, Self.end.knob, Self.curve.knob] }

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        let curve = SlidingCurve(
            exponent: settings[Self.exponent], end: settings[Self.end],
            handles: SlidingCurve.handles(fromText: settings[Self.curve]) ?? [])
        return StaticInput(replacementProbability: curve.probability(at: progress.share))
    }
}
