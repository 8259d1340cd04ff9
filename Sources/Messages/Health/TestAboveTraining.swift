import Configuration

/// A test that comes out better than both training and validation.
struct TestAboveTraining: HealthCheck {
    let name = "test above training"
    let series: [MetricSeries] = [.testAccuracy, .eventAccuracy, .validationAccuracy]
    static let gap = 0.1

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let test = evidence.points(.testAccuracy).last, test.value.isFinite,
            let training = evidence.recentMean(.eventAccuracy, count: 10),
            test.value - max(training, evidence.points(.validationAccuracy).last?.value ?? 0) > Self.gap
        else { return nil }
        return HealthFinding(
            name: name, optimizerStep: test.optimizerStep,
            text: "test \(RunEvidence.percent(test.value)), training \(RunEvidence.percent(training))",
            advice: "is the split right? Strong augmentation or dropout makes training harder too")
    }
}
