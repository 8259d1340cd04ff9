import Configuration
import Foundation

/// The learning rate of each epoch, as the reference's schedules set it.
public struct LearningRateSchedule: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// minimum + (peak − minimum) / 2 · (1 + cos(π e / E)); e is not shifted by the warm-up.
        case cosine
        /// peak · factor^⌊e / decay epochs⌋
        case step
        case constant
    }

    public var kind: Kind
    public var peak: Double
    public var epochs: Int
    public var warmUpEpochs: Int
    public var warmUpLearningRate: Double
    public var minimum: Double
    public var decayEpochs: Int
    public var decayFactor: Double

    /// - Throws: `TrainingError.unknownName` for a kind that does not exist.
    public init(_ configuration: RunConfiguration) throws(TrainingError) {
        kind = try configuration.choice(ScheduleSettings.shared.kind)
        let scaling =
            configuration.optimizer.referenceBatchScaling ? Double(configuration.training.batchSize) / 1024 : 1
        peak = configuration.optimizer.learningRate * scaling
        epochs = configuration.training.epochs
        warmUpEpochs = configuration.schedule.warmUpEpochs
        warmUpLearningRate = configuration.schedule.warmUpLearningRate
        minimum = configuration.schedule.minimumLearningRate
        decayEpochs = configuration.schedule.decayEpochs
        decayFactor = configuration.schedule.decayFactor
    }

    /// - Parameter epoch: counts from 0.
    public func learningRate(epoch: Int) -> Double {
        if epoch < warmUpEpochs {
            return warmUpLearningRate + Double(epoch) * (peak - warmUpLearningRate) / Double(warmUpEpochs)
        }
        switch kind {
        case .cosine:
            guard epoch < epochs else { return minimum }
            return minimum + (peak - minimum) / 2 * (1 + cos(Double.pi * Double(epoch) / Double(epochs)))
        case .step: return peak * pow(decayFactor, Double(epoch / decayEpochs))
        case .constant: return peak
        }
    }
}
