import Configuration

/// Streams that have become one while accuracy falls: the alignment has won over the classes.
struct AlignedButWrong: HealthCheck {
    let name = "alignment without accuracy"
    let series: [MetricSeries] = [.validationAccuracy, .linearCKA]
    static let cka = 0.98
    static let fall = 0.05

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        let validation = evidence.points(.validationAccuracy).filter(\.value.isFinite)
        guard let last = validation.last, let best = validation.map(\.value).max(), best - last.value > Self.fall,
            let cka = evidence.recentMean(.linearCKA, count: 3), cka > Self.cka
        else { return nil }
        return HealthFinding(
            name: name, optimizerStep: last.optimizerStep,
            text: "linear CKA \((cka * 100).rounded() / 100), validation fell from \(RunEvidence.percent(best)) to "
                + RunEvidence.percent(last.value),
            advice: "lower loss.domain_coefficient, or fork from the best checkpoint")
    }
}
