import Configuration

/// How the learning rate moves over the epochs. To add one: a file beside this, a line in `LearningRateScheduleCatalogue`.
public protocol LearningRateSchedule: Sendable {
    /// As it is written in presets.
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    /// - Parameters:
    ///   - epoch: counts from 0; not shifted by a warm-up.
    ///   - peak: the learning rate as configured.
    ///   - settings: of the run, as edited so far.
    func learningRate(epoch: Int, epochs: Int, peak: Double, settings: RunConfiguration) -> Double
}

extension LearningRateSchedule {
    public var knobs: [Knob] { [] }
}

public enum LearningRateScheduleCatalogue {
    public static let all: [any LearningRateSchedule] = [
        CosineSchedule(),
        StepSchedule(),
        ConstantSchedule(),
    ]
}

extension LearningRateSchedule {
    /// The learning rate of an epoch, warm-up included, as the reference's schedules set it.
    ///
    /// - Parameter epoch: counts from 0.
    public func learningRate(epoch: Int, of configuration: RunConfiguration) -> Double {
        let scaling =
            configuration.optimizer.referenceBatchScaling ? Double(configuration.training.batchSize) / 1024 : 1
        let peak = configuration.optimizer.learningRate * scaling
        let (warmUp, first) = (configuration.schedule.warmUpEpochs, configuration.schedule.warmUpLearningRate)
        if epoch < warmUp { return first + Double(epoch) * (peak - first) / Double(warmUp) }
        return learningRate(
            epoch: epoch, epochs: configuration.training.epochs, peak: peak, settings: configuration)
    }
}
