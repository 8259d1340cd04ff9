import Configuration
import Data
import Testing
import Training

/// An idea as a researcher would bring it: a file, and a place in its catalogue.
struct Idea: Sendable, CustomTestStringConvertible {
    var name: String
    /// Puts it into a catalogue, the public way.
    var register: @Sendable (inout TrainingCatalogue) -> Void
    /// What it declares that can be tuned, and the value that it is tuned to.
    var knob: Knob
    var value: KnobValue
    /// What has to be chosen so that it takes part.
    var settings: [String] = []
    /// The curve that it draws, with its panel and its column in the summary.
    var series: (series: MetricSeries, panel: String, column: String)?
    /// Its file among these tests.
    var file: String
    /// Whether its setting is seen in the weights.
    var changesWeights = true

    var testDescription: String { name }

    static let all = [
        Idea(
            name: "loss term", register: { $0.losses.append(OutputDecay()) }, knob: OutputDecay.coefficient.knob,
            value: .number(3), settings: ["loss.output_decay=0.5"],
            series: (OutputDecay.decay, "loss", "output_decay"), file: "OutputDecay"),
        Idea(
            name: "sliding strategy", register: { $0.strategies.append(Staircase()) }, knob: Staircase.count.knob,
            value: .integer(9), settings: ["sliding.strategy=staircase", "sliding.stair_height=0.9"],
            file: "Staircase"),
        Idea(
            name: "metric", register: { $0.metrics.append(WeightNorm()) }, knob: WeightNorm.factor.knob,
            value: .number(4), series: (WeightNorm.norm, "weights", "weight_norm"), file: "WeightNorm"),
        Idea(
            name: "augmentation",
            register: { $0.augmentations = AugmentationCatalogue($0.augmentations.all + [PolaritySwap()]) },
            knob: PolaritySwap.share.knob, value: .number(1), settings: ["data.polarity_swap=0.5"],
            file: "PolaritySwap"),
        Idea(
            name: "optimizer", register: { $0.optimizers.append(SignDescentKind()) },
            knob: SignDescent.growth.knob, value: .number(2), settings: ["optimizer.kind=sign-descent"],
            file: "SignDescent"),
        Idea(
            name: "schedule", register: { $0.schedules.append(PolynomialDecay()) }, knob: PolynomialDecay.power.knob,
            value: .number(3), settings: ["schedule.kind=polynomial"], file: "PolynomialDecay"),
        Idea(
            name: "neuron", register: { $0.neurons.append(FadingNeuron()) }, knob: FadingNeuron.retention.knob,
            value: .number(0.75), settings: ["network.neuron=fading"], file: "FadingNeuron"),
        Idea(
            name: "network", register: { $0.networks.append(ThinNetwork()) }, knob: ThinNetwork.channels.knob,
            value: .integer(16), settings: ["network.model=thin"], file: "ThinNetwork"),
        Idea(
            name: "surrogate gradient", register: { $0.surrogates.append(SoftGate()) }, knob: SoftGate.width.knob,
            value: .number(2), settings: ["network.surrogate=soft-gate"], file: "SoftGate"),
        Idea(
            name: "slicing", register: { $0.slicings.append(MiddleSlicing()) }, knob: MiddleSlicing.share.knob,
            value: .number(0.5), settings: ["data.slicing=middle"], file: "MiddleSlicing"),
        Idea(
            name: "data set", register: { $0.dataSets.append(StripesDataSet()) }, knob: StripesDataSet.distance.knob,
            value: .integer(8), settings: ["data.set=stripes", "sliding.strategy=events-only"],
            file: "StripesDataSet"),
        Idea(
            name: "metric with values a layer and a time step", register: { $0.metrics.append(SpikeProfile()) },
            knob: SpikeProfile.scale.knob, value: .number(4), file: "SpikeProfile", changesWeights: false),
    ]

    /// What ships, and this.
    var catalogue: TrainingCatalogue {
        var catalogue = TrainingCatalogue.shipped
        register(&catalogue)
        return catalogue
    }
}
