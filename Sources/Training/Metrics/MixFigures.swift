import Configuration

/// How much of the static stream shows events, where samples are replaced from a time step on.
public struct MixFigures: Metric {
    public static let eventShare = MetricSeries("sliding.event_share")

    public init() {}

    public var name: String { "time-step mixup" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.eventShare, "event share of the static stream", short: "mixed", unit: .share, panel: "accuracy",
                column: .init("event_share", .mean))
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        step.outcome.eventShare.map { [(Self.eventShare, $0)] } ?? []
    }
}
