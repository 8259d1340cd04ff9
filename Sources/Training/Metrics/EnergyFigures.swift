import Configuration

/// An estimate of the energy of one inference; it comes with the test.
public struct EnergyFigures: Metric {
    public init() {}

    public var name: String { "energy" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .energyPerInference, "energy per inference, nJ at 45 nm", short: "energy", higherIsBetter: false,
                scope: .epoch)
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] { [] }
}
