import Training

extension Topic {
    /// What there is to train with, as it says itself.
    static let training = Topic(
        name: "training", title: "Strategies, losses, optimizers",
        blocks: [
            .text("sliding.strategy is one of these:"),
            .list(SlidingStrategyCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "The loss is the sum of these terms, each with a weight of its own (`saccade presets show --keys`, section "
                    + "loss):"),
            .list(
                (LossTermCatalogue.all.filter { !$0.isAddition }.reversed() + LossTermCatalogue.all.filter(\.isAddition))
                    .map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "loss.alignment_measure says how far the two streams are apart, loss.alignment_feature what of them: the "
                    + "membrane potentials before the heads, or the outputs of the heads:"),
            .list(AlignmentMeasureCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text("optimizer.kind is one of these:"),
            .list(OptimizerCatalogue.all.map { Entry($0.name, sentence($0.summary)) }),
            .text(
                "After a validation the best epoch so far is the one with the highest accuracy; of equals that with the "
                    + "lowest loss, and of those the latest. It is tested once, at the end, and every result says which "
                    + "step that was. A fork is tested on epochs of its own."),
        ])

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
