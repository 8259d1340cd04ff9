import Configuration

/// Where a run is to do as the reference of the method does.
public struct ReferenceDataSettings: SettingGroup {
    public static let shared = ReferenceDataSettings()

    public let referenceBackgroundImages = Setting.flag(
        "data.reference_background_images", "reference: images behind the test",
        "As the reference: images behind test recordings may be drawn.", default: false, live: false)
    public let referenceMovingTest = Setting.flag(
        "data.reference_moving_test", "reference: moving test part",
        "As the reference on CEP-DVS: the test recordings follow the training share, and move with it.", default: false,
        live: false)
    public let referenceImagePool = Setting.flag(
        "data.reference_image_pool", "reference: image indices",
        "As the reference: the images that its indices give (N-Caltech101, CEP-DVS, CIFAR10-DVS), often wrong ones.",
        default: false, live: false)
    public let referenceChannelFirst = Setting.flag(
        "data.reference_channel_first", "reference: channel before resize",
        "As the reference on CEP-DVS: the channel is taken before a picture is resized, and nothing is rounded.",
        default: false, live: false)
}
