import Configuration

/// Classes that a run never predicts, although it has learned others.
struct UnpredictedClasses: HealthCheck {
    let name = "classes never predicted"
    let series: [MetricSeries] = [.unpredictedClasses, .validationAccuracy]
    /// In a row; at first a run predicts few classes.
    static let validations = 5

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        let points = evidence.points(.unpredictedClasses)
        let recent = points.suffix(Self.validations).map(\.value)
        guard points.count >= 2 * Self.validations, let last = points.last, let least = recent.min(), least >= 1 else {
            return nil
        }
        return HealthFinding(
            name: name, optimizerStep: last.optimizerStep,
            text: "\(Int(last.value)) class\(last.value == 1 ? "" : "es") never predicted in the last "
                + "\(recent.count) validations",
            advice:
                "`saccade evaluate RUN` shows which; check their recordings, or train longer at a lower learning rate"
        )
    }
}
