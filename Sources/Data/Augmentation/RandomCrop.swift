import Configuration
import Tensors

/// Adds zeros of a twelfth of the size on all sides and cuts a square of the old size out of it: a shift.
public struct RandomCrop: GeometricAugmentation {
    public static let isOn = Setting.flag(
        "data.crop", "random crop", "Shift training frames by up to a twelfth of the size.", default: true, live: true)

    public init() {}

    public var name: String { "crop" }
    public var summary: String { "shift by up to a twelfth of the size, zeros from outside" }
    public var knobs: [Knob] { [Self.isOn.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.isOn] }

    public func draw(size: Int, options: AugmentationOptions, using random: inout RandomSource) -> FrameTransform {
        let padding = size / 12
        var transform = FrameTransform.identity
        transform.y = Float(random.below(2 * padding + 1) - padding)
        transform.x = Float(random.below(2 * padding + 1) - padding)
        return transform
    }
}
