import Tensors

/// What may change while a run goes on.
public struct AugmentationOptions: Sendable, Hashable {
    /// Shift training frames by up to a twelfth of their size.
    public var crop: Bool
    /// Mirror training frames left to right, every other time.
    public var flip: Bool
    /// Share of each class's static images that may be drawn, 0…1; one image a class is always left.
    public var imageShare: Double

    public init(crop: Bool = true, flip: Bool = false, imageShare: Double = 1) {
        (self.crop, self.flip, self.imageShare) = (crop, flip, imageShare)
    }
}

/// A random change of training frames, drawn once a sample: all time steps and both polarities alike. Static images are
/// never changed (as the reference has it). To add one: a file with a conforming type, and its line in
/// `AugmentationCatalogue`.
public protocol Augmentation: Sendable {
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    func isOn(_ options: AugmentationOptions) -> Bool
    /// - Parameter size: Side of the square frames in pixels.
    func draw(size: Int, using random: inout RandomSource) -> FrameTransform
}

/// All augmentations in the order in which they are applied. Each has random numbers of its own, so that switching one
/// changes no draw of another; a new one goes to the end.
public enum AugmentationCatalogue {
    public static let all: [any Augmentation] = [
        RandomCrop(),
        HorizontalFlip(),
    ]

    public static var names: [String] { all.map(\.name) }

    static func draw(size: Int, options: AugmentationOptions, random: RandomSource) -> FrameTransform {
        var transform = FrameTransform.identity
        for (index, augmentation) in all.enumerated() where augmentation.isOn(options) {
            var own = random.split("augmentation", index)
            transform = transform.followed(by: augmentation.draw(size: size, using: &own))
        }
        return transform
    }
}
