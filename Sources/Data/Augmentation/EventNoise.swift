import Configuration
import Tensors

/// Adds events at places, times and of polarities drawn evenly, as a sensor's background activity does.
public struct EventNoise: CountAugmentation {
    public static let eventsPerPixel = Setting.number(
        "data.noise", "event noise", "Random events added to a training recording, per pixel of the sensor.", 0...10,
        step: 0.05, default: 0)

    public init() {}

    public var name: String { "noise" }
    public var summary: String { "add random events, a number per pixel" }
    public var knobs: [Knob] { [Self.eventsPerPixel.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.eventsPerPixel] > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let pixels = frames.width * frames.height
        for _ in 0..<Int((options[Self.eventsPerPixel] * Double(pixels)).rounded()) {
            frames.plane(random.below(frames.timeStepCount))[random.below(2 * pixels)] += 1
        }
    }
}
