import Training

extension Topic {
    /// What there is to train with, as it says itself.
    static let training = Topic(
        name: "training", title: "Strategies, losses, optimizers",
        blocks: [
            .text("sliding.strategy is one of these:"),
            .list(SlidingStrategyCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "The loss is the sum of these terms, each with its own weight (`saccade presets show --keys`, "
                    + "section loss):"),
            .list(
                (LossTermCatalogue.all.filter { !$0.isAddition }.reversed()
                    + LossTermCatalogue.all.filter(\.isAddition))
                    .map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "loss.alignment_measure chooses how the distance of the two streams is measured, "
                    + "loss.alignment_feature on what: the membrane potentials before the heads, or the outputs of "
                    + "the heads:"),
            .list(AlignmentMeasureCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text("optimizer.kind is one of these:"),
            .list(OptimizerCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "The best epoch is the one with the highest validation accuracy; ties are broken by the lower "
                    + "loss, then by the later epoch. It is tested once, at the end, and every result gives the step "
                    + "of the tested weights. A fork is tested only on its own epochs."),
        ])

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
