import Configuration
import Data
import Network

/// What a configuration names.
extension TrainingCatalogue {
    /// - Throws: `TrainingError.unknownName`, or `.singleStream` if the network cannot take what it trains on.
    public func strategy(of configuration: RunConfiguration) throws(TrainingError) -> any SlidingStrategy {
        let strategy = try named(SlidingSettings.shared.strategy, of: configuration, among: strategies, by: \.name)
        if strategy.streams == .both, let network = networks.first(where: { $0.name == configuration.network.model }),
            network.heads == .single
        {
            throw .singleStream(
                model: network.name, strategy: strategy.name,
                single: strategies.filter { $0.streams != .both }.map(\.name))
        }
        return strategy
    }

    /// - Throws: `TrainingError.unknownName`.
    public func optimizer(of configuration: RunConfiguration) throws(TrainingError) -> any OptimizerKind {
        try named(OptimizerSettings.shared.kind, of: configuration, among: optimizers, by: \.name)
    }

    /// - Throws: `TrainingError.unknownName`.
    public func schedule(of configuration: RunConfiguration) throws(TrainingError) -> any LearningRateSchedule {
        try named(ScheduleSettings.shared.kind, of: configuration, among: schedules, by: \.name)
    }

    /// - Throws: `TrainingError.unknownName`.
    public func dataSet(of configuration: RunConfiguration) throws(TrainingError) -> any DataSet {
        try named(DataSettings.shared.set, of: configuration, among: dataSets, by: \.name)
    }

    /// - Throws: `DataSetError.unknownName`.
    public func dataSet(_ name: String) throws(DataSetError) -> any DataSet {
        guard let dataSet = dataSets.first(where: { $0.name == name }) else {
            throw .unknownName(name, of: "data set", known: dataSets.map(\.name))
        }
        return dataSet
    }

    /// - Throws: `TrainingError.unknownName`.
    public func slicing(of configuration: RunConfiguration) throws(TrainingError) -> any Slicing {
        try named(DataSettings.shared.slicing, of: configuration, among: slicings, by: \.name).with(configuration)
    }

    /// A network with freshly drawn weights.
    ///
    /// - Throws: `TrainingError` if a name is unknown, the input too small, or a neuron cannot work with its settings.
    public func makeNetwork(
        _ configuration: RunConfiguration, classCount: Int
    ) throws(TrainingError) -> SpikingNetwork {
        let settings = NetworkSettings.shared
        let model = try named(settings.model, of: configuration, among: networks, by: \.name)
        let neuron = try named(settings.neuron, of: configuration, among: neurons, by: \.name)
        // The reference's own names are taken too.
        let surrogate =
            if let known = surrogates.first(where: { $0.referenceName == configuration.network.surrogate }) {
                known
            } else {
                try named(settings.surrogate, of: configuration, among: surrogates, by: \.name)
            }
        guard configuration.data.size >= model.smallestSize else {
            throw .sizeTooSmall(size: configuration.data.size, model: model.name, smallest: model.smallestSize)
        }
        var network = SpikingNetwork.Configuration(
            classCount: classCount, timeStepCount: configuration.data.timeStepCount, size: configuration.data.size)
        network.neuron.threshold = Float(configuration.network.threshold)
        network.neuron.trainsThreshold = configuration.network.learnableThreshold
        do { network.neuron.dynamics = try neuron.dynamics(configuration) } catch { throw .neuron(error) }
        network.neuron.surrogate = surrogate.with(configuration)
        network.dropout = Float(configuration.network.dropout)
        network.settings = configuration
        let made = model.make(network, seed: UInt64(configuration.training.seed))
        made.adopt(losses.flatMap { $0.makeParameters(made, settings: configuration) })
        return made
    }

    private func named<Element>(
        _ setting: Setting<String>, of configuration: RunConfiguration, among all: [Element],
        by name: (Element) -> String
    ) throws(TrainingError) -> Element {
        guard let found = all.first(where: { name($0) == configuration[setting] }) else {
            throw .unknownName(key: setting.key, name: configuration[setting], known: all.map(name))
        }
        return found
    }
}

extension TrainingCatalogue {
    /// What the next optimizer step is to do.
    ///
    /// - Throws: `TrainingError.unknownName` for choices that do not exist.
    public func stepSettings(
        of configuration: RunConfiguration, progress: RunProgress
    ) throws(TrainingError) -> TrainingStep.Settings {
        let input = try strategy(of: configuration).staticInput(progress, settings: configuration)
        var settings = TrainingStep.Settings(
            loss: try configuration.transferLoss(),
            learningRate: try schedule(of: configuration).learningRate(epoch: progress.epoch, of: configuration)
                * configuration.optimizer.learningRateScale,
            weightDecay: configuration.optimizer.weightDecay, clipNorm: configuration.optimizer.clipNorm,
            replacementProbability: input.replacementProbability, settings: configuration)
        settings.replacement = input.replacement
        return settings
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
