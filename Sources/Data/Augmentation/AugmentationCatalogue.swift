import Tensors

/// All augmentations in the order in which they are applied, kind by kind. Each has random numbers of its own, so that
/// switching one changes no draw of another; a new one goes to the end.
public enum AugmentationCatalogue {
    public static let all: [any Augmentation] = [
        RandomCrop(),
        HorizontalFlip(),
        Rotation(),
        TimeDrop(),
        AreaDrop(),
        EventDrop(),
        EventNoise(),
        GaussianNoise(),
        MixUp(),
        CutMix(),
        EventMix(),
    ]

    public static var names: [String] { all.map(\.name) }

    /// What `AugmentationOptions.mix` says where nothing is mixed.
    public static let noMixing = "none"
    /// What `AugmentationOptions.mix` may say.
    public static var mixings: [String] { [noMixing] + mixing.map(\.1.name) }

    // By kind, each with its place in `all`, which its random numbers depend on.
    private static let counts = all.enumerated().compactMap { place, one in
        (one as? any CountAugmentation).map { (place, $0) }
    }
    private static let geometric = all.enumerated().compactMap { place, one in
        (one as? any GeometricAugmentation).map { (place, $0) }
    }
    private static let input = all.enumerated().compactMap { place, one in
        (one as? any InputAugmentation).map { (place, $0) }
    }
    private static let mixing = all.enumerated().compactMap { place, one in
        (one as? any MixingAugmentation).map { (place, $0) }
    }

    static func changesCounts(_ options: AugmentationOptions) -> Bool { counts.contains { $0.1.isOn(options) } }

    static func changeCounts(_ frames: FramesInPlace, options: AugmentationOptions, random: RandomSource) {
        for (place, augmentation) in counts where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            augmentation.change(frames, options: options, using: &own)
        }
    }

    static func draw(size: Int, options: AugmentationOptions, random: RandomSource) -> FrameTransform {
        var transform = FrameTransform.identity
        for (place, augmentation) in geometric where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            transform = transform.followed(by: augmentation.draw(size: size, options: options, using: &own))
        }
        return transform
    }

    static func changeInput(_ frames: FramesInPlace, options: AugmentationOptions, random: RandomSource) {
        for (place, augmentation) in input where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            augmentation.change(frames, options: options, using: &own)
        }
    }

    /// The mixing that is on, and its random numbers; `nil` if there is none, or not for this sample.
    static func mixing(
        _ options: AugmentationOptions, random: RandomSource
    ) -> (augmentation: any MixingAugmentation, random: RandomSource)? {
        guard options.mix != noMixing, let (place, augmentation) = mixing.first(where: { $0.1.isOn(options) }) else {
            return nil
        }
        var own = random.split("augmentation", place)
        return own.uniform() < options.mixShare ? (augmentation, own) : nil
    }
}
