import Configuration
import Foundation
import Tensors

/// Adds Gaussian noise of a given distance to the signal: a variance of mean(x²) / 10^(ratio / 10) over all time steps and
/// pixels of the sample, as the reference does where it is asked for a signal-to-noise ratio.
public struct GaussianNoise: InputAugmentation {
    public static let signalToNoise = Setting.number(
        "data.noise_snr", "noise dB",
        "Signal-to-noise ratio of Gaussian noise on training frames, in decibels; 0 adds none.", 0...60, step: 1,
        default: 0)

    public init() {}

    public var name: String { "gaussian" }
    public var summary: String { "add Gaussian noise at a signal-to-noise ratio in decibels" }
    public var knobs: [Knob] { [Self.signalToNoise.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.signalToNoise] > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        var power = 0.0
        for timeStep in 0..<frames.timeStepCount {
            for value in frames.plane(timeStep) { power += Double(value) * Double(value) }
        }
        let count = frames.timeStepCount * frames.height * frames.width * 2
        let deviation = (power / Double(max(count, 1)) / pow(10, options[Self.signalToNoise] / 10)).squareRoot()
        guard deviation > 0 else { return }
        for timeStep in 0..<frames.timeStepCount {
            let plane = frames.plane(timeStep)
            for index in plane.indices { plane[index] += Float(deviation * random.normal()) }
        }
    }
}
