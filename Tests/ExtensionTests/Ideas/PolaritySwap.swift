import Configuration
import Data
import Tensors

/// An augmentation: the polarities of a recording change places, with a probability.
struct PolaritySwap: InputAugmentation {
    static let share = Setting.number(
        "data.polarity_swap", "polarity swap", "Share of the training recordings whose polarities change places.",
        0...1, step: 0.1, default: 0)

    let name = "polarity-swap"
    let summary = "swap the polarities of some recordings"
    var knobs: [Knob] { [Self.share.knob] }

    func isOn(_ options: AugmentationOptions) -> Bool { options[Self.share] > 0 }

    func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        guard random.uniform() < options[Self.share] else { return }
        for timeStep in 0..<frames.timeStepCount {
            let plane = frames.plane(timeStep)
            for pixel in stride(from: 0, to: plane.count, by: 2) { plane.swapAt(pixel, pixel + 1) }
        }
    }
}
