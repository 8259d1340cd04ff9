import Configuration
import Tensors

/// Drops each event with one probability, drawn once a sample (EventDrop's random drop; Gu et al. 2021).
public struct EventDrop: CountAugmentation {
    public static let largestShare = Setting.number(
        "data.drop_events", "drop events", "Largest fraction of the events of a training recording that is dropped.",
        0...0.9, step: 0.05, default: 0)

    public init() {}

    public var name: String { "drop-events" }
    public var summary: String { "drop random events, up to a fraction of them" }
    public var knobs: [Knob] { [Self.largestShare.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.largestShare] > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let probability = random.uniform() * options[Self.largestShare]
        for timeStep in 0..<frames.timeStepCount {
            let plane = frames.plane(timeStep)
            for cell in plane.indices where plane[cell] > 0 {
                var kept: Float = 0
                for _ in 0..<Int(plane[cell]) where random.uniform() >= probability { kept += 1 }
                plane[cell] = kept
            }
        }
    }
}
