import Configuration
import Tensors

/// Empties a rectangle of the sensor in all time steps (EventDrop's drop by area; Gu et al. 2021).
public struct AreaDrop: CountAugmentation {
    public static let largestShare = Setting.number(
        "data.drop_area", "drop area",
        "Empty a rectangle of training frames; its largest side, as a fraction of the sensor's.", 0...0.9,
        step: 0.05, default: 0)

    public init() {}

    public var name: String { "drop-area" }
    public var summary: String { "empty a rectangle with sides up to a fraction of the sensor's" }
    public var knobs: [Knob] { [Self.largestShare.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.largestShare] > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let share = random.uniform() * options[Self.largestShare]
        let width = Int((share * Double(frames.width)).rounded())
        let height = Int((share * Double(frames.height)).rounded())
        let left = random.below(frames.width - width + 1)
        let top = random.below(frames.height - height + 1)
        for timeStep in 0..<frames.timeStepCount {
            let plane = frames.plane(timeStep)
            for row in top..<top + height {
                let first = (row * frames.width + left) * 2
                for index in first..<first + 2 * width { plane[index] = 0 }
            }
        }
    }
}
