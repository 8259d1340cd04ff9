import Configuration

/// A loss that is no number any more.
struct NotANumber: HealthCheck {
    let name = "loss is not a number"
    let series: [MetricSeries] = [.totalLoss]

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let point = evidence.points(.totalLoss).last, !point.value.isFinite else { return nil }
        return HealthFinding(
            name: name, optimizerStep: point.optimizerStep, text: "the loss became \(point.value)",
            advice:
                "fork from an earlier checkpoint with a lower learning rate, or clip gradients (optimizer.clip_norm)")
    }
}
