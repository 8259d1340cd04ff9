import Configuration
import Foundation

/// minimum + (peak − minimum) / 2 · (1 + cos(π e / E))
public struct CosineSchedule: LearningRateSchedule {
    public static let minimum = Setting.number(
        "schedule.minimum_learning_rate", "minimum lr", "Learning rate at the end of the cosine.", 0...1, step: 1e-5,
        default: 1e-5,
        live: false)

    public let name = "cosine"
    public let summary = "half a cosine from the peak to the minimum"
    public var knobs: [Knob] { [Self.minimum.knob] }

    public init() {}

    public func learningRate(epoch: Int, epochs: Int, peak: Double, settings: RunConfiguration) -> Double {
        let minimum = settings[Self.minimum]
        guard epoch < epochs else { return minimum }
        return minimum + (peak - minimum) / 2 * (1 + cos(Double.pi * Double(epoch) / Double(epochs)))
    }
}
