import Configuration

/// Gradients that have grown far beyond what they were.
struct ExplodingGradient: HealthCheck {
    let name = "exploding gradient"
    let series: [MetricSeries] = [.gradientNorm]
    /// Times the median so far.
    static let factor = 50.0
    private static let least = 20

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        let points = evidence.points(.gradientNorm).filter(\.value.isFinite)
        guard points.count >= Self.least, let last = points.last else { return nil }
        let median = points.map(\.value).sorted()[points.count / 2]
        guard median > 0, let recent = evidence.recentMean(.gradientNorm, count: 5), recent > Self.factor * median
        else { return nil }
        return HealthFinding(
            name: name, optimizerStep: last.optimizerStep,
            text: "the gradient norm is \(Int(recent / median)) times its median",
            advice: "clip gradients (optimizer.clip_norm) or lower the learning rate")
    }
}
