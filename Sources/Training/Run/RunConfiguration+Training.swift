import Data
import Foundation
import Messages
import Network

extension RunConfiguration {
    /// The strategy of that name.
    ///
    /// - Throws: `TrainingError.unknownName`, or `.singleStream` if the network cannot take what it trains on.
    public func slidingStrategy() throws(TrainingError) -> any SlidingStrategy {
        guard let strategy = SlidingStrategyCatalogue.named(sliding.strategy) else {
            throw .unknownName(
                key: "sliding.strategy", name: sliding.strategy, known: SlidingStrategyCatalogue.all.map(\.name))
        }
        if strategy.streams == .both, let model = ModelCatalogue.named(network.model), model.heads == .single {
            throw .singleStream(
                model: model.name, strategy: strategy.name,
                single: SlidingStrategyCatalogue.all.filter { $0.streams != .both }.map(\.name))
        }
        return strategy
    }

    /// A network with freshly drawn weights.
    ///
    /// - Throws: `TrainingError` if a name is unknown or the input too small.
    public func makeNetwork(classCount: Int) throws(TrainingError) -> SpikingNetwork {
        guard let model = ModelCatalogue.named(network.model) else {
            throw .unknownName(key: "network.model", name: network.model, known: ModelCatalogue.all.map(\.name))
        }
        guard let surrogate = SurrogateCatalogue.named(network.surrogate) else {
            throw .unknownName(
                key: "network.surrogate", name: network.surrogate, known: SurrogateCatalogue.all.map(\.name))
        }
        guard data.size >= model.smallestSize else {
            throw .sizeTooSmall(size: data.size, model: model.name, smallest: model.smallestSize)
        }
        var configuration = SpikingNetwork.Configuration(
            classCount: classCount, timeStepCount: data.timeStepCount, size: data.size)
        configuration.neuron.threshold = Float(network.threshold)
        configuration.neuron.trainsThreshold = network.learnableThreshold
        configuration.neuron.dynamics = try neuronDynamics()
        configuration.neuron.surrogate = surrogate
        configuration.dropout = Float(network.dropout)
        return model.make(configuration, seed: UInt64(training.seed))
    }

    private func neuronDynamics() throws(TrainingError) -> NeuronDynamics {
        let timeConstant = Float(network.membraneTimeConstant)
        switch network.neuron {
        case "integrate": return .integrate
        case "biased": return .biased(membraneTimeConstant: timeConstant, bias: 0.1)
        case "parametric":
            // w = −ln(τ − 1) is where the trained σ(w) begins at 1 / τ.
            guard timeConstant > 1 else { throw .timeConstantTooSmall(network.membraneTimeConstant) }
            return .parametric(weight: -log(timeConstant - 1))
        default: return .leaky(membraneTimeConstant: timeConstant)
        }
    }

    /// What a pass may compute with, and how much it keeps.
    public var traceOptions: NetworkTrace.Options {
        var options = NetworkTrace.Options()
        options.policy = KernelPolicy(rawValue: training.kernels) ?? .fast
        options.recomputes = training.memory == "low"
        return options
    }

    /// The loss as configured now.
    public func transferLoss() -> TransferLoss.Configuration {
        var result = TransferLoss.Configuration()
        result.criterion =
            switch loss.kind {
            case "mse": .meanSquaredError
            case "mix": .mix
            default: .crossEntropy(labelSmoothing: loss.labelSmoothing)
            }
        result.temporalRegularization = loss.temporalEfficientTraining ? loss.regularizationWeight : nil
        result.threshold = network.threshold
        let isDropped = loss.referenceDropsDomainLoss && sliding.strategy == HardSwitch().name
        result.domainCoefficient = loss.domainAlignment && !isDropped ? loss.domainCoefficient : nil
        result.timeStepWeights =
            switch loss.timeStepWeights {
            case "learnable": .learnable
            case "frozen": .frozen
            case "fixed": .fixed(loss.fixedTimeStepWeight)
            default: .off
            }
        result.imageWeight = loss.imageWeight
        result.eventWeight = loss.eventWeight
        result.referenceFixedWeightTerm = loss.referenceFixedWeightTerm
        return result
    }

    /// What the next optimizer step is to do.
    public func stepSettings(progress: RunProgress) throws(TrainingError) -> TrainingStep.Settings {
        TrainingStep.Settings(
            loss: transferLoss(),
            learningRate: LearningRateSchedule(self).learningRate(epoch: progress.epoch)
                * optimizer.learningRateScale,
            weightDecay: optimizer.weightDecay, clipNorm: optimizer.clipNorm,
            replacementProbability: try slidingStrategy().replacementProbability(
                progress, curve: SlidingCurve(sliding)))
    }
}
