import Configuration
import Tensors

/// Augmentations in the order in which they are applied, kind by kind. Each has random numbers of its own, so that
/// switching one changes no draw of another; a new one goes to the end.
public struct AugmentationCatalogue: Sendable {
    public static let shipped = AugmentationCatalogue([
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
    ])

    public let all: [any Augmentation]

    // By kind, each with its place in `all`, which its random numbers depend on.
    private let counts: [(Int, any CountAugmentation)]
    private let geometric: [(Int, any GeometricAugmentation)]
    private let input: [(Int, any InputAugmentation)]
    private let mixing: [(Int, any MixingAugmentation)]

    public init(_ all: [any Augmentation]) {
        self.all = all
        func kind<Kind>(_ type: Kind.Type) -> [(Int, Kind)] {
            all.enumerated().compactMap { place, one in (one as? Kind).map { (place, $0) } }
        }
        counts = kind((any CountAugmentation).self)
        geometric = kind((any GeometricAugmentation).self)
        input = kind((any InputAugmentation).self)
        mixing = kind((any MixingAugmentation).self)
    }

    public var names: [String] { all.map(\.name) }

    /// What can be set of them, those of all mixings last.
    public var knobs: [Knob] { all.flatMap(\.knobs) + MixingSettings.knobs }

    /// What `data.mix` says where nothing is mixed.
    public static let noMixing = "none"
    /// What `data.mix` may say.
    public var mixings: [String] { [Self.noMixing] + mixing.map(\.1.name) }

    func changesCounts(_ options: AugmentationOptions) -> Bool { counts.contains { $0.1.isOn(options) } }

    func changeCounts(_ frames: FramesInPlace, options: AugmentationOptions, random: RandomSource) {
        for (place, augmentation) in counts where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            augmentation.change(frames, options: options, using: &own)
        }
    }

    func draw(size: Int, options: AugmentationOptions, random: RandomSource) -> FrameTransform {
        var transform = FrameTransform.identity
        for (place, augmentation) in geometric where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            transform = transform.followed(by: augmentation.draw(size: size, options: options, using: &own))
        }
        return transform
    }

    func changeInput(_ frames: FramesInPlace, options: AugmentationOptions, random: RandomSource) {
        for (place, augmentation) in input where augmentation.isOn(options) {
            var own = random.split("augmentation", place)
            augmentation.change(frames, options: options, using: &own)
        }
    }

    /// The mixing that is on, and its random numbers; `nil` if there is none, or not for this sample.
    func mixing(
        _ options: AugmentationOptions, random: RandomSource
    ) -> (augmentation: any MixingAugmentation, random: RandomSource)? {
        guard let (place, augmentation) = mixing.first(where: { $0.1.isOn(options) }) else { return nil }
        var own = random.split("augmentation", place)
        return own.uniform() < options[MixingSettings.shared.mixShare] ? (augmentation, own) : nil
    }
}

/// Two catalogues are the same if they have the same names in the same order: names are what runs refer to.
extension AugmentationCatalogue: Hashable {
    public static func == (left: AugmentationCatalogue, right: AugmentationCatalogue) -> Bool {
        left.names == right.names
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(names) }
}
