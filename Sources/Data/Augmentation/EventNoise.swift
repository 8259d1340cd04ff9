import Tensors

/// Adds events at places, times and of polarities drawn evenly, as a sensor's background activity does.
public struct EventNoise: CountAugmentation {
    public init() {}

    public var name: String { "noise" }
    public var summary: String { "add events at random, so many for each pixel" }
    public func isOn(_ options: AugmentationOptions) -> Bool { options.noise > 0 }

    public func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource) {
        let pixels = frames.width * frames.height
        for _ in 0..<Int((options.noise * Double(pixels)).rounded()) {
            frames.plane(random.below(frames.timeStepCount))[random.below(2 * pixels)] += 1
        }
    }
}
