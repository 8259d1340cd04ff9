import Configuration

/// Validation that has not become better for long.
struct Plateau: HealthCheck {
    let name = "plateau"
    let series: [MetricSeries] = [.validationAccuracy]
    static let validations = 15

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        let points = evidence.points(.validationAccuracy).filter(\.value.isFinite)
        guard points.count > 2 * Self.validations, let last = points.last else { return nil }
        let best = points.map(\.value).max() ?? 0
        let since = points.count - 1 - (points.firstIndex { $0.value == best } ?? 0)
        guard since >= Self.validations, best < 0.999 else { return nil }
        return HealthFinding(
            name: name, optimizerStep: last.optimizerStep,
            text: "no validation accuracy above \(RunEvidence.percent(best)) in the last \(since)",
            advice: "lower the learning rate (optimizer.learning_rate_scale), or stop here")
    }
}
