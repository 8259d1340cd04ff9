import Configuration
import Tensors

/// A random change of training frames, drawn once a sample: all time steps and both polarities alike. Static images are
/// never changed (as the reference has it). To add one: a file with a type that conforms to one of the four kinds below,
/// and its line in `AugmentationCatalogue`.
///
///     counts on the sensor ─ CountAugmentation ─► resized ─ GeometricAugmentation ─► InputAugmentation ─► MixingAugmentation
public protocol Augmentation: Sendable {
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    func isOn(_ options: AugmentationOptions) -> Bool
}

/// Changes the events themselves: whole counts on the sensor, before frames are resized.
public protocol CountAugmentation: Augmentation {
    func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource)
}

/// Moves pixels, after frames have been resized.
public protocol GeometricAugmentation: Augmentation {
    /// - Parameter size: Side of the square frames in pixels.
    func draw(size: Int, options: AugmentationOptions, using random: inout RandomSource) -> FrameTransform
}

/// Changes what the network is about to see, after frames have been resized and moved.
public protocol InputAugmentation: Augmentation {
    func change(_ frames: FramesInPlace, options: AugmentationOptions, using random: inout RandomSource)
}

/// Mixes a second recording into a sample, after both have been resized, moved and changed. One of them at most is on.
public protocol MixingAugmentation: Augmentation {
    /// - Parameters:
    ///   - own: changed.
    ///   - partner: of the same shape.
    ///   - share: drawn for the sample's own recording, 0…1.
    /// - Returns: The share of the label that stays the own recording's, 0…1.
    func mix(
        _ own: FramesInPlace, with partner: FramesInPlace, share: Double, using random: inout RandomSource
    ) -> Double
}

extension Augmentation {
    public var knobs: [Knob] { [] }
}

extension MixingAugmentation {
    public func isOn(_ options: AugmentationOptions) -> Bool { options.settings[MixingSettings.shared.mix] == name }
}

/// Which recordings are mixed, whatever the mixing.
public struct MixingSettings: SettingGroup {
    public static let shared = MixingSettings()

    public let mix = Setting.name(
        "data.mix", "mix recordings",
        "Mix a second recording and its label into training samples: as a sum, a rectangle, or a region in space and time.",
        of: "mixings", default: AugmentationCatalogue.noMixing, live: true)
    public let mixShare = Setting.number(
        "data.mix_share", "mixed samples", "Fraction of the training samples that are mixed.", 0...1, step: 0.05,
        default: 0.5)
    public let mixAlpha = Setting.number(
        "data.mix_alpha", "mix α",
        "Mixing ratios come from Beta(α, α): 1 is uniform, smaller values favor one recording.",
        0.05...10, step: 0.05, default: 1)
}
