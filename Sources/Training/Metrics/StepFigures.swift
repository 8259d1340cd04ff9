import Configuration

/// The loss and what its terms report.
public struct LossFigures: Metric {
    public init() {}

    public var name: String { "loss" }
    /// Those of the terms are described by the terms.
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .totalLoss, "loss", short: "all", higherIsBetter: false, panel: "loss",
                column: .init("train_loss", .mean)),
            SeriesDescription(
                .validationLoss, "validation loss", short: "val", higherIsBetter: false, scope: .epoch, panel: "loss",
                column: .init("validation_loss", .last)),
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        [(.totalLoss, step.outcome.loss.total)] + step.outcome.loss.points
    }
}

public struct AccuracyFigures: Metric {
    public init() {}

    public var name: String { "accuracy" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .eventAccuracy, "event accuracy", short: "event", unit: .share, higherIsBetter: true,
                panel: "accuracy", column: .init("event_accuracy", .mean)),
            SeriesDescription(
                .imageAccuracy, "image accuracy", short: "image", unit: .share, higherIsBetter: true,
                panel: "accuracy", column: .init("image_accuracy", .mean)),
            SeriesDescription(
                .validationAccuracy, "validation accuracy", short: "val", unit: .share, higherIsBetter: true,
                scope: .epoch, panel: "accuracy", column: .init("validation_accuracy", .last)),
            SeriesDescription(
                .testAccuracy, "test accuracy", short: "test", unit: .share, higherIsBetter: true, scope: .epoch),
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        [(.eventAccuracy, step.outcome.eventAccuracy)]
            + (step.outcome.imageAccuracy.map { [(.imageAccuracy, $0)] } ?? [])
    }
}

/// What moves the weights, and how static inputs give way.
public struct OptimizerFigures: Metric {
    public init() {}

    public var name: String { "optimizer" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .replacementProbability, "replacement probability", short: "P", unit: .share,
                column: .init("replacement_probability", .last)),
            SeriesDescription(
                .learningRate, "learning rate", short: "lr", column: .init("learning_rate", .last)),
            SeriesDescription(.gradientNorm, "gradient norm", short: "norm", panel: "gradient"),
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        // There is nothing to replace with a single stream.
        let sliding: [(series: MetricSeries, value: Double)] =
            step.outcome.imageAccuracy == nil
            ? [] : [(.replacementProbability, step.settings.replacementProbability)]
        return sliding + [
            (.learningRate, step.settings.learningRate), (.gradientNorm, step.outcome.gradientNorm),
        ]
    }
}

/// Spikes, and what neurons have learned. The engine measures them now and then, because it takes a while.
public struct SpikeFigures: Metric {
    public init() {}

    public var name: String { "spikes" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(.spikeRate, "spike rate"),
            SeriesDescription(.spikesPerInference, "spikes per inference", unit: .count, scope: .epoch),
            SeriesDescription(.timeConstant, "τ", scope: .layer),
            SeriesDescription(.threshold, "θ", scope: .layer),
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] { [] }
}
