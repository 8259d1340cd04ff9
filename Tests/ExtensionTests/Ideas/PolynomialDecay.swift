import Configuration
import Foundation
import Training

/// A schedule with a parameter of its own: peak · (1 − e / E)^power.
struct PolynomialDecay: LearningRateSchedule {
    static let power = Setting.number(
        "schedule.decay_power", "decay power", "Power of the polynomial schedule.", 0...10, step: 0.5, default: 1)

    let name = "polynomial"
    let summary = "falls to zero as a power of what is left"
    var knobs: [Knob] { [Self.power.knob] }

    func learningRate(epoch: Int, epochs: Int, peak: Double, settings: RunConfiguration) -> Double {
        peak * pow(max(0, 1 - Double(epoch) / Double(epochs)), settings[Self.power])
    }
}
