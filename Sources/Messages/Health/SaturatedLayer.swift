/// A layer most of whose neurons fire at every time step.
struct SaturatedLayer: HealthCheck {
    let name = "saturated layer"
    static let share = 0.5

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let grid = evidence.spikes else { return nil }
        let layers = grid.layers.filter { $0.saturatedShare > Self.share }
        guard !layers.isEmpty else { return nil }
        return HealthFinding(
            name: name, optimizerStep: grid.optimizerStep,
            text: layers.map { "\($0.name) \(RunEvidence.percent($0.saturatedShare))" }.joined(separator: ", ")
                + " of the neurons fire at every time step",
            advice: "raise network.threshold or optimizer.weight_decay (such neurons carry no information about time)")
    }
}
