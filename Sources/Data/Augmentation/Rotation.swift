import Configuration
import Foundation
import Tensors

/// Turns frames about their center by an angle drawn evenly from −rotation…rotation, taking the nearest pixel, zeros from
/// outside: the reference's ±15°, which comes after crop and flip.
public struct Rotation: GeometricAugmentation {
    public static let largestAngle = Setting.number(
        "data.rotation", "random rotation", "Largest rotation of training frames in either direction, in degrees.",
        0...180, step: 5,
        default: 0)

    public init() {}

    public var name: String { "rotation" }
    public var summary: String { "rotate by up to a number of degrees, nearest pixel, zeros from outside" }
    public var knobs: [Knob] { [Self.largestAngle.knob] }
    public func isOn(_ options: AugmentationOptions) -> Bool { options[Self.largestAngle] > 0 }

    public func draw(size: Int, options: AugmentationOptions, using random: inout RandomSource) -> FrameTransform {
        let angle = (2 * random.uniform() - 1) * options[Self.largestAngle] * .pi / 180
        let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
        let center = Float(size - 1) / 2
        var transform = FrameTransform.identity
        (transform.xFromX, transform.xFromY) = (cosine, -sine)
        (transform.yFromX, transform.yFromY) = (sine, cosine)
        transform.x = center - cosine * center + sine * center
        transform.y = center - sine * center - cosine * center
        return transform
    }
}
