import Configuration
import Data
import Network

/// What there is to train with. The engine works with one and publishes its description; everything else, from presets to
/// plots, knows ideas by that description alone.
///
/// An idea is one file and one line in the catalogue of its kind. Programs and tests that use the engine as a library put
/// theirs into a copy: `var catalogue = TrainingCatalogue.shipped; catalogue.losses.append(MyTerm())`.
public struct TrainingCatalogue: Sendable {
    public var strategies: [any SlidingStrategy]
    public var losses: [any LossTerm]
    public var optimizers: [any OptimizerKind]
    public var augmentations: AugmentationCatalogue
    public var metrics: [any Metric]

    public static let shipped = TrainingCatalogue(
        strategies: SlidingStrategyCatalogue.all, losses: LossTermCatalogue.all, optimizers: OptimizerCatalogue.all,
        augmentations: .shipped, metrics: MetricCatalogue.all)

    /// In the order in which people look for things.
    public var description: EngineDescription {
        let knobs: [[Knob]] = [
            SlidingSettings.knobs, strategies.flatMap(\.knobs), losses.flatMap(\.knobs), LossSettings.knobs,
            OptimizerSettings.knobs, optimizers.flatMap(\.knobs), ScheduleSettings.knobs, DataSettings.knobs,
            augmentations.knobs, ReferenceDataSettings.knobs, NetworkSettings.knobs, metrics.flatMap(\.knobs),
            TrainingSettings.knobs,
        ]
        return EngineDescription(
            engine: "saccade", knobs: Self.first(of: knobs.flatMap(\.self), by: \.key),
            series: Self.first(of: measured, by: \.series),
            panels: Self.panels + losses.flatMap(\.panels) + metrics.flatMap(\.panels),
            catalogues: [
                "data sets": DataSetCatalogue.names,
                "slicings": SlicingCatalogue.all.map(\.name),
                "models": ModelCatalogue.all.map(\.name),
                "surrogates": SurrogateCatalogue.all.map(\.name),
                "mixings": augmentations.mixings,
                "strategies": strategies.map(\.name),
                "optimizers": optimizers.map(\.name),
            ].merging(losses.flatMap(\.catalogues)) { own, _ in own })
    }

    /// The loss's sum first, its terms after it.
    private var measured: [SeriesDescription] {
        let figures = metrics.flatMap(\.series)
        let terms = losses.reversed().flatMap(\.series)
        return Array(figures.prefix(1)) + terms + figures.dropFirst()
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

    // MARK: By name

    /// The strategy that a configuration names.
    ///
    /// - Throws: `TrainingError.unknownName`, or `.singleStream` if the network cannot take what it trains on.
    public func strategy(of configuration: RunConfiguration) throws(TrainingError) -> any SlidingStrategy {
        let name = configuration.sliding.strategy
        guard let strategy = strategies.first(where: { $0.name == name }) else {
            throw .unknownName(
                key: SlidingSettings.shared.strategy.key, name: name, known: strategies.map(\.name))
        }
        if strategy.streams == .both, let model = ModelCatalogue.named(configuration.network.model),
            model.heads == .single
        {
            throw .singleStream(
                model: model.name, strategy: strategy.name,
                single: strategies.filter { $0.streams != .both }.map(\.name))
        }
        return strategy
    }

    /// - Throws: `TrainingError.unknownName`.
    public func optimizer(of configuration: RunConfiguration) throws(TrainingError) -> any OptimizerKind {
        let name = configuration.optimizer.kind
        guard let kind = optimizers.first(where: { $0.name == name }) else {
            throw .unknownName(
                key: OptimizerSettings.shared.kind.key, name: name, known: optimizers.map(\.name))
        }
        return kind
    }

    /// What the next optimizer step is to do.
    ///
    /// - Throws: `TrainingError.unknownName` for choices that do not exist.
    public func stepSettings(
        of configuration: RunConfiguration, progress: RunProgress
    ) throws(TrainingError) -> TrainingStep.Settings {
        try configuration.stepSettings(progress: progress, strategy: try strategy(of: configuration))
    }

    /// - Throws: `TrainingError.unknownName` if something that may be edited names what does not exist.
    public func checkLiveNames(of configuration: RunConfiguration) throws(TrainingError) {
        _ = try strategy(of: configuration)
        _ = try configuration.transferLoss()
        let description = description
        for knob in description.liveKnobs {
            guard case .catalogue(let catalogue) = knob.kind, let known = description.catalogues[catalogue] else {
                continue
            }
            let name = knob.value(in: configuration).description
            guard known.contains(name) else { throw .unknownName(key: knob.key, name: name, known: known) }
        }
    }

    /// What of a schedule could not be done when its time comes.
    ///
    /// - Throws: `TrainingError` for names that do not exist or do not go with the network, `ConfigurationError`.
    public func checkSchedule(of configuration: RunConfiguration) throws {
        let description = description
        var edited = configuration
        for edit in try description.scheduledEdits(of: configuration) {
            try description.make(edit.changes, in: &edited)
            try checkLiveNames(of: edited)
        }
    }
}

extension EngineDescription {
    /// Of the engine of this program, with what ships.
    public static let shipped = TrainingCatalogue.shipped.description
}
