import Configuration

/// Which augmentations there are and how they are set; may change while a run goes on.
public struct AugmentationOptions: Sendable, Hashable {
    public var settings: RunConfiguration
    public var catalogue: AugmentationCatalogue

    public init(_ settings: RunConfiguration = RunConfiguration(), catalogue: AugmentationCatalogue = .shipped) {
        (self.settings, self.catalogue) = (settings, catalogue)
    }

    public subscript<Value>(_ setting: Setting<Value>) -> Value {
        get { settings[setting] }
        set { settings[setting] = newValue }
    }

    /// Nothing but these.
    public init(crop: Bool = true, flip: Bool = false, imageShare: Double = 1) {
        self.init()
        self[RandomCrop.isOn] = crop
        self[HorizontalFlip.isOn] = flip
        self[DataSettings.shared.imageShare] = imageShare
    }
}
