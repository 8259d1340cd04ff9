/// How classes of recordings and classes of images find each other.
public enum ImagePairing: String, Sendable, Hashable, CaseIterable {
    /// By name.
    case name
    /// The n-th class of the one with the n-th of the other: a control with images of something else.
    case position
}

/// What a run wants of its data. The same options and files give the same batches.
public struct DataOptions: Sendable, Hashable {
    /// Name in `DataSetCatalogue`.
    public var set: String
    /// Folder of the recordings; empty: the usual places.
    public var folder: String
    /// Folder of the static images; empty: the usual places.
    public var imageFolder: String
    /// 1…
    public var timeStepCount: Int
    /// Side of the square network input in pixels, 1…
    public var size: Int
    /// Name in `SlicingCatalogue`.
    public var slicing: String
    /// Labelled training recordings a class; 0 takes all.
    public var recordingsPerClass: Int
    /// Share of the training recordings set aside for validation, 0..<1.
    public var validationShare: Double
    public var imageChannel: ImageChannel
    /// As the reference: images behind test and validation recordings may be drawn.
    public var referenceBackgroundImages: Bool
    /// Which images stand beside a class of recordings.
    public var pairing: ImagePairing
    /// Whether static images are drawn at all; without them a batch's images are zero.
    public var needsImages: Bool
    public var seed: Int
    /// Samples a batch, 1…
    public var batchSize: Int

    public init(
        set: String = "digits", folder: String = "", imageFolder: String = "", timeStepCount: Int = 6, size: Int = 32,
        slicing: String = "time", recordingsPerClass: Int = 0, validationShare: Double = 0.1,
        imageChannel: ImageChannel = .value, referenceBackgroundImages: Bool = false, pairing: ImagePairing = .name,
        needsImages: Bool = true,
        seed: Int = 42, batchSize: Int = 32
    ) {
        (self.set, self.folder, self.imageFolder) = (set, folder, imageFolder)
        (self.timeStepCount, self.size, self.slicing) = (timeStepCount, size, slicing)
        (self.recordingsPerClass, self.validationShare) = (recordingsPerClass, validationShare)
        (self.imageChannel, self.referenceBackgroundImages) = (imageChannel, referenceBackgroundImages)
        (self.pairing, self.needsImages, self.seed, self.batchSize) = (pairing, needsImages, seed, batchSize)
    }

    func check() throws(DataSetError) {
        func require(_ isRight: Bool, _ name: String, _ found: Any, _ expected: String) throws(DataSetError) {
            if !isRight { throw .badOption(name: name, found: "\(found)", expected: expected) }
        }
        try require((1...4096).contains(timeStepCount), "the number of time steps", timeStepCount, "1…4096")
        try require((1...4096).contains(size), "the size", size, "1…4096 pixels")
        try require(batchSize >= 1, "the batch size", batchSize, "1 or more")
        try require(recordingsPerClass >= 0, "recordings a class", recordingsPerClass, "0 (all) or more")
        try require(
            validationShare >= 0 && validationShare < 1, "the validation share", validationShare, "0 or more, below 1")
    }
}
