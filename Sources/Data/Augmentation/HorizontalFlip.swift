import Configuration
import Tensors

/// Mirrors left and right with probability ½.
public struct HorizontalFlip: GeometricAugmentation {
    public static let isOn = Setting.flag(
        "data.flip", "random flip", "Flip training frames horizontally, half of the time.", default: false, live: true)

    public init() {}

    public var name: String { "flip" }
    public var summary: String { "flip horizontally, half of the time" }
    public var knobs: [Knob] { [Self.isOn.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.isOn] }

    public func draw(size: Int, options: AugmentationOptions, using random: inout RandomSource) -> FrameTransform {
        var transform = FrameTransform.identity
        guard random.uniform() < 0.5 else { return transform }
        transform.xFromX = -1
        transform.x = Float(size - 1)
        return transform
    }
}
