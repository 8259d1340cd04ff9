import Configuration

/// Something that can be wrong with a run, told by name while it happens. To add one: a file beside this, a line in
/// `HealthCheckCatalogue`.
public protocol HealthCheck: Sendable {
    /// As people speak of it: "dead layer".
    var name: String { get }
    /// Curves that it looks at.
    var series: [MetricSeries] { get }
    /// - Returns: `nil` if nothing is wrong, or it cannot be told yet.
    func finding(in evidence: RunEvidence) -> HealthFinding?
}

/// What is wrong, and what can be done about it.
public struct HealthFinding: Sendable, Hashable, Codable {
    /// Of the check.
    public var name: String
    /// Where it was last seen.
    public var optimizerStep: Int
    /// With the figures that tell it.
    public var text: String
    public var advice: String

    public init(name: String, optimizerStep: Int, text: String, advice: String) {
        (self.name, self.optimizerStep, self.text, self.advice) = (name, optimizerStep, text, advice)
    }
}

/// What is known of a run, finished or not.
public struct RunEvidence: Sendable {
    /// Of each curve that a check asks for.
    private var curves: [MetricSeries: [MetricPoint]]
    /// The latest.
    public var spikes: SpikeGrid?
    /// Of a run that goes on.
    public var progress: ProgressSnapshot?

    /// Curves that the checks ask for.
    public static let series = Set(HealthCheckCatalogue.all.flatMap(\.series))

    public init(curves: [MetricSeries: [MetricPoint]], spikes: SpikeGrid? = nil, progress: ProgressSnapshot? = nil) {
        (self.curves, self.spikes, self.progress) = (curves, spikes, progress)
    }

    public init(_ detail: RunDetail, spikes: SpikeGrid?) {
        curves = Dictionary(
            grouping: detail.metrics.filter { Self.series.contains($0.series) }, by: \.series)
        self.spikes = spikes
    }

    /// In the order of their steps.
    public func points(_ series: MetricSeries) -> [MetricPoint] { curves[series] ?? [] }

    /// Mean of the last so many finite values; `nil` where there are fewer.
    func recentMean(_ series: MetricSeries, count: Int) -> Double? {
        let values = points(series).suffix(count).map(\.value).filter(\.isFinite)
        return values.count < count ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Everything that is wrong, in the order of the catalogue.
    public var findings: [HealthFinding] { HealthCheckCatalogue.all.compactMap { $0.finding(in: self) } }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

extension HealthCheck {
    public var series: [MetricSeries] { [] }
}

public enum HealthCheckCatalogue {
    public static let all: [any HealthCheck] = [
        NotANumber(),
        ExplodingGradient(),
        DeadLayer(),
        SaturatedLayer(),
        TrainingAboveValidation(),
        TestAboveTraining(),
        AlignedButWrong(),
        UnpredictedClasses(),
        Plateau(),
        WaitingForData(),
    ]
}
