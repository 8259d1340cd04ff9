import Configuration

/// Where a run is to do as the reference of the method does.
public struct ReferenceDataSettings: SettingGroup {
    public static let shared = ReferenceDataSettings()

    public let referenceBackgroundImages = Setting.flag(
        "data.reference_background_images", "reference: images behind the test",
        "As in the reference: images that test recordings were made from may be used in training.", default: false,
        live: false)
    public let referenceMovingTest = Setting.flag(
        "data.reference_moving_test", "reference: moving test part",
        "As in the reference on CEP-DVS: the test recordings follow the training share and change with it.",
        default: false,
        live: false)
    public let referenceImagePool = Setting.flag(
        "data.reference_image_pool", "reference: image indices",
        "As in the reference: pair images by its indices (N-Caltech101, CEP-DVS, CIFAR10-DVS), which are often wrong.",
        default: false, live: false)
    public let referenceChannelFirst = Setting.flag(
        "data.reference_channel_first", "reference: channel before resize",
        "As in the reference on CEP-DVS: the channel is taken before an image is resized, without rounding.",
        default: false, live: false)
}
