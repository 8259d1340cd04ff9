import Configuration
import Data
import Network

/// What there is to train with. The engine works with one and publishes its description; everything else, from presets to
/// plots, knows ideas by that description alone.
///
/// An idea is one file and one line in the catalogue of its kind. Programs and tests that use the engine as a library put
/// theirs into a copy: `var catalogue = TrainingCatalogue.shipped; catalogue.losses.append(MyTerm())`.
public struct TrainingCatalogue: Sendable {
    public var dataSets: [any DataSet]
    public var slicings: [any Slicing]
    public var augmentations: AugmentationCatalogue
    public var networks: [any NetworkModel]
    public var neurons: [any NeuronKind]
    public var surrogates: [any SurrogateGradient]
    public var strategies: [any SlidingStrategy]
    public var losses: [any LossTerm]
    public var optimizers: [any OptimizerKind]
    public var schedules: [any LearningRateSchedule]
    public var metrics: [any Metric]

    public static let shipped = TrainingCatalogue(
        dataSets: DataSetCatalogue.all, slicings: SlicingCatalogue.all, augmentations: .shipped,
        networks: ModelCatalogue.all, neurons: NeuronCatalogue.all, surrogates: SurrogateCatalogue.all,
        strategies: SlidingStrategyCatalogue.all, losses: LossTermCatalogue.all, optimizers: OptimizerCatalogue.all,
        schedules: LearningRateScheduleCatalogue.all, metrics: MetricCatalogue.all)

    /// In the order in which people look for things.
    public var description: EngineDescription {
        let knobs: [[Knob]] = [
            SlidingSettings.knobs, strategies.flatMap(\.knobs),
            losses.filter { !$0.isAddition }.flatMap(\.knobs), LossSettings.knobs,
            losses.filter(\.isAddition).flatMap(\.knobs), OptimizerSettings.knobs, optimizers.flatMap(\.knobs),
            ScheduleSettings.knobs, schedules.flatMap(\.knobs),
            DataSettings.knobs, dataSets.flatMap(\.knobs), slicings.flatMap(\.knobs), augmentations.knobs,
            ReferenceDataSettings.knobs, NetworkSettings.knobs, networks.flatMap(\.knobs), neurons.flatMap(\.knobs),
            surrogates.flatMap(\.knobs), metrics.flatMap(\.knobs), TrainingSettings.knobs,
        ]
        return EngineDescription(
            engine: "saccade \(EngineDescription.programVersion)",
            knobs: Self.first(of: knobs.flatMap(\.self), by: \.key),
            series: Self.first(of: measured, by: \.series),
            panels: Self.panels + losses.flatMap(\.panels) + metrics.flatMap(\.panels),
            catalogues: [
                "data sets": dataSets.map(\.name),
                "slicings": slicings.map(\.name),
                "models": networks.map(\.name),
                "neurons": neurons.map(\.name),
                "surrogates": surrogates.map(\.name),
                "mixings": augmentations.mixings,
                "strategies": strategies.map(\.name),
                "optimizers": optimizers.map(\.name),
                "schedules": schedules.map(\.name),
            ].merging(losses.flatMap(\.catalogues)) { own, _ in own },
            otherNames: [
                "surrogates": Dictionary(
                    surrogates.filter { $0.referenceName != $0.name }.map { ($0.referenceName, $0.name) },
                    uniquingKeysWith: { first, _ in first })
            ])
    }

    /// The loss's sum first, its terms after it; what is added to the method's own terms comes last.
    private var measured: [SeriesDescription] {
        let figures = metrics.flatMap(\.series)
        let terms = losses.filter { !$0.isAddition }.reversed().flatMap(\.series)
        let additions = losses.filter(\.isAddition).flatMap(\.series)
        return Array(figures.prefix(1)) + terms + figures.dropFirst() + additions
    }

    /// Ideas may share a setting: what is declared twice is there once.
    private static func first<Element, Key: Hashable>(
        of elements: [Element], by key: (Element) -> Key
    ) -> [Element] {
        var seen: Set<Key> = []
        return elements.filter { seen.insert(key($0)).inserted }
    }

    /// Those of every run.
    private static let panels = [
        PanelDescription("tuning", "Tuning", .tuning),
        PanelDescription("curve", "Sliding curve", .curveEditor(knob: Sliding.curve.key)),
        PanelDescription("loss", "Loss", .curves(.init(isLogarithmic: true, switchesScale: true))),
        PanelDescription("accuracy", "Accuracy %", .curves(.init(isPercent: true))),
        PanelDescription("gradient", "Gradient norm", .curves(.init(isLogarithmic: true))),
        PanelDescription("cka", "CKA static / event", .alignment(.init(bounds: 0...1))),
        PanelDescription("spikes", "Spike rate  layer × time step", .grid),
        PanelDescription("edits", "Edits and events", .journal),
    ]
}

extension EngineDescription {
    /// Of the engine of this program, with what ships.
    public static let shipped = TrainingCatalogue.shipped.description
}
