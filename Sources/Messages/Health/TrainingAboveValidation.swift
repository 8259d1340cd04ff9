import Configuration

/// Training accuracy far above validation.
struct TrainingAboveValidation: HealthCheck {
    let name = "overfitting"
    let series: [MetricSeries] = [.validationAccuracy, .eventAccuracy]
    static let gap = 0.25

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let validation = evidence.points(.validationAccuracy).last, validation.value.isFinite,
            let training = evidence.recentMean(.eventAccuracy, count: 10), training - validation.value > Self.gap
        else { return nil }
        return HealthFinding(
            name: name, optimizerStep: validation.optimizerStep,
            text: "training \(RunEvidence.percent(training)), validation \(RunEvidence.percent(validation.value))",
            advice: "more augmentation (data.*), more dropout (network.dropout), or keep static images longer "
                + "(sliding.exponent)")
    }
}
