import Configuration
import Foundation

/// peak · factor^⌊e / decay epochs⌋
public struct StepSchedule: LearningRateSchedule {
    public static let decayEpochs = Setting.integer(
        "schedule.decay_epochs", "decay every", "Epochs between two drops of the step schedule.", 1...100_000,
        default: 40)
    public static let decayFactor = Setting.number(
        "schedule.decay_factor", "decay factor", "Factor of each drop of the step schedule.", 0.0001...1, step: 0.05,
        default: 0.1, live: false)

    public let name = "step"
    public let summary = "drops by a factor every so many epochs"
    public var knobs: [Knob] { [Self.decayEpochs.knob, Self.decayFactor.knob] }

    public init() {}

    public func learningRate(epoch: Int, epochs: Int, peak: Double, settings: RunConfiguration) -> Double {
        peak * pow(settings[Self.decayFactor], Double(epoch / settings[Self.decayEpochs]))
    }
}
