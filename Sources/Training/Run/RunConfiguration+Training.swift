import Configuration
import Data
import Network

extension RunConfiguration {
    public var network: SettingValues<NetworkSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var data: SettingValues<DataSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var sliding: SettingValues<SlidingSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var loss: SettingValues<LossSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var optimizer: SettingValues<OptimizerSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var schedule: SettingValues<ScheduleSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }

    public var training: SettingValues<TrainingSettings> {
        get { SettingValues(self) }
        set { self = newValue.configuration }
    }
}

extension RunConfiguration {
    /// The case that a setting names.
    ///
    /// - Throws: `TrainingError.unknownName` if there is no such case.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ setting: Setting<String>, as _: Choice.Type = Choice.self
    ) throws(TrainingError) -> Choice {
        guard let choice = Choice(rawValue: self[setting]) else {
            throw .unknownName(key: setting.key, name: self[setting], known: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    /// What a pass may compute with, and how much it keeps.
    ///
    /// - Throws: `TrainingError.unknownName` for choices that do not exist.
    public func traceOptions() throws(TrainingError) -> NetworkTrace.Options {
        var options = NetworkTrace.Options()
        options.policy = try choice(TrainingSettings.shared.kernels)
        options.recomputes = try choice(TrainingSettings.shared.memory, as: MemoryUse.self) == .low
        return options
    }

    /// The loss as configured now.
    ///
    /// - Throws: `TrainingError.unknownName` for choices that do not exist.
    public func transferLoss() throws(TrainingError) -> TransferLoss.Configuration {
        var result = TransferLoss.Configuration()
        switch loss.kind {
        case "cross-entropy": result.criterion = .crossEntropy(labelSmoothing: loss.labelSmoothing)
        case "mse": result.criterion = .meanSquaredError
        case "mix": result.criterion = .mix
        case "blend":
            result.criterion = .blend(
                labelSmoothing: loss.labelSmoothing, squaredErrorShare: loss.squaredErrorShare)
        case let name:
            throw .unknownName(key: LossSettings.shared.kind.key, name: name, known: LossSettings.kinds)
        }
        switch loss.timeStepWeights {
        case "off": result.timeStepWeights = .off
        case "learnable": result.timeStepWeights = .learnable
        case "frozen": result.timeStepWeights = .frozen
        case "fixed": result.timeStepWeights = .fixed(loss.fixedTimeStepWeight)
        case let name:
            throw .unknownName(
                key: LossSettings.shared.timeStepWeights.key, name: name, known: LossSettings.timeStepWeightings)
        }
        result.temporalRegularization = loss.temporalEfficientTraining ? loss.regularizationWeight : nil
        result.threshold = network.threshold
        let isDropped = loss.referenceDropsDomainLoss && sliding.strategy == HardSwitch().name
        result.domainCoefficient = self[DomainAlignment.isOn] && !isDropped ? self[DomainAlignment.coefficient] : nil
        result.imageWeight = self[ImageClassification.weight]
        result.eventWeight = self[EventClassification.weight]
        result.referenceFixedWeightTerm = loss.referenceFixedWeightTerm
        return result
    }
}

/// What a run does without to need less memory.
public enum MemoryUse: String, Sendable, CaseIterable {
    case normal
    /// Convolutions are made again in the backward pass instead of kept.
    case low
}
