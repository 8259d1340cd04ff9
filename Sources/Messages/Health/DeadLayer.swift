/// A layer nearly all of whose neurons never fire in a batch.
struct DeadLayer: HealthCheck {
    let name = "dead layer"
    static let share = 0.9

    func finding(in evidence: RunEvidence) -> HealthFinding? {
        guard let grid = evidence.spikes else { return nil }
        let dead = grid.layers.filter { $0.deadShare > Self.share }
        guard let worst = dead.max(by: { $0.deadShare < $1.deadShare }) else { return nil }
        return HealthFinding(
            name: name, optimizerStep: grid.optimizerStep,
            text: dead.map { "\($0.name) \(RunEvidence.percent($0.deadShare))" }.joined(separator: ", ")
                + " of the neurons never fire",
            advice: worst.rates.allSatisfy { $0 == 0 }
                ? "no gradient flows through \(worst.name): lower network.threshold, or choose a wider network.surrogate"
                : "lower network.threshold, or fork from an earlier checkpoint with a lower learning rate")
    }
}
