import Configuration
import Network

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

/// Spikes of the event stream, and what neurons have learned. Spikes per inference come with each evaluation.
public struct SpikeFigures: Metric {
    public init() {}

    public var name: String { "spikes" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(.spikeRate, "spike rate"),
            SeriesDescription(.spikesPerInference, "spikes per inference", unit: .count, scope: .epoch),
            SeriesDescription(.timeConstant, "τ", scope: .layer, panel: "spikes"),
            SeriesDescription(.threshold, "θ", scope: .layer, panel: "spikes"),
        ]
    }

    public let pace = MetricPace.everyFewSteps

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        let statistics = step.trace.eventSpikeStatistics()
        let neurons = statistics.reduce(0) { $0 + $1.neuronCount }
        let spikes = statistics.reduce(0) { $0 + $1.meanRate * Double($1.neuronCount) }
        return [(.spikeRate, spikes / Double(max(1, neurons)))] + Self.learned(step.network)
    }

    /// Time constants and thresholds of the layers that train them.
    private static func learned(_ network: SpikingNetwork) -> [(series: MetricSeries, value: Double)] {
        let titles = network.neuronTitles
        return network.neurons.flatMap { neuron in
            let constants = [
                (MetricSeries.timeConstant, neuron.trainedTimeConstant), (.threshold, neuron.trainedThreshold),
            ]
            return constants.compactMap { series, value in
                value.map { (series.ofLayer(titles[neuron.name] ?? neuron.name), Double($0)) }
            }
        }
    }
}

/// What validations say of the classes; they come with each validation.
public struct ClassFigures: Metric {
    public init() {}

    public var name: String { "classes" }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .unpredictedClasses, "classes never predicted", unit: .count, higherIsBetter: false, scope: .epoch)
        ]
    }

    public func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] { [] }
}
