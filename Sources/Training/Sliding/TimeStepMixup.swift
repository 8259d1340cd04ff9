import Configuration

/// Time-step mixup (2509.12959, 2511.12150): from a time step on, drawn anew for each sample, the event frames of a recording
/// of the same class take the place of the image. The share of event frames grows along the sliding curve.
public struct TimeStepMixup: SlidingStrategy {
    public static let reading = Setting.choice(
        "sliding.mixup_reading", "mixup reading",
        "Our reading: open: the image may stay to the end; renormalized: some step always gives way, so no less than half.",
        TimeStepMixing.allCases.map(\.rawValue), default: TimeStepMixing.open.rawValue, live: false)

    public let name = "time-step-mixup"
    public let summary =
        "from a time step on, drawn for each sample, events take the image's place; more along the curve"
    public let streams = StreamUse.both
    public var knobs: [Knob] { Sliding().knobs + [Self.reading.knob] }

    public init() {}

    public func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput {
        let share = Sliding().staticInput(progress, settings: settings).replacementProbability
        let mixing = TimeStepMixing(rawValue: settings[Self.reading]) ?? .open
        return StaticInput(replacementProbability: share, replacement: .timeSteps(mixing))
    }
}
