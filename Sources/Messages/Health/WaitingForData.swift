import Configuration

/// Steps that wait for their data.
struct WaitingForData: HealthCheck {
    let name = "waiting for data"
    static let share = 0.3

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let progress = evidence.progress, progress.secondsPerStep > 0,
            progress.secondsWaitingForData > Self.share * progress.secondsPerStep
        else { return nil }
        let share = progress.secondsWaitingForData / progress.secondsPerStep
        return HealthFinding(
            name: name, optimizerStep: progress.optimizerStep,
            text: "\(RunEvidence.percent(min(1, share))) of the step time is spent waiting for data",
            advice: "use fewer augmentations (data.*), or a machine with more processors")
    }
}
