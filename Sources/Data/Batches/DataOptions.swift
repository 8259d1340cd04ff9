import FileFormats

/// How classes of recordings and classes of images find each other.
public enum ImagePairing: String, Sendable, Hashable, CaseIterable {
    /// By name.
    case name
    /// The n-th class of the one with the n-th of the other: a control with images of something else.
    case position
}

/// Where the test recordings come from.
public enum SplitRule: String, Sendable, Hashable, CaseIterable {
    /// As the data set is published, or by the reference's rule: the first of each class, in order, are for training.
    case published
    /// Drawn at random from all recordings of each class, by a seed of its own.
    case seeded
}

/// Which recordings are tested on.
public enum TestRule: String, Sendable, Hashable, CaseIterable {
    /// The split's test part.
    case part
    /// Every recording that is neither trained nor validated on, the test part among them.
    case rest
}

/// How training recordings come into batches.
public enum Sampling: String, Sendable, Hashable, CaseIterable {
    /// Each once an epoch, in a new random order.
    case shuffled
    /// Drawn with replacement, every class equally often: what the reference does on N-Caltech101.
    case weighted
}

/// What a run wants of its data. The same options and files give the same batches.
public struct DataOptions: Sendable {
    /// Name of the data set.
    public var set: String
    /// Folder of the recordings; empty: the usual places.
    public var folder: String
    /// Folder of the static images; empty: the usual places.
    public var imageFolder: String
    /// 1…
    public var timeStepCount: Int
    /// Side of the square network input in pixels, 1…
    public var size: Int
    /// How recordings become time steps.
    public var slicing: any Slicing = TimeSlicing()
    /// Labelled training recordings a class; 0 takes all.
    public var recordingsPerClass: Int
    /// Share of the training recordings set aside for validation, 0..<1.
    public var validationShare: Double
    /// Share of the training recordings of each class that are used, 0…1; at least one is. The test part stays as it is.
    public var trainingShare = 1.0
    /// Of each batch, where several processes train together.
    public var share = BatchShare.all
    public var split = SplitRule.published
    /// Seed of a seeded split; other than the run's, so that runs of several seeds share a test part.
    public var splitSeed = 0
    /// Share of each class that a seeded split sets aside for the test, 0…1.
    public var testShare = 0.1
    public var test = TestRule.part
    public var imageChannel: ImageChannel
    public var imageNormalization = ImageNormalization.none
    /// As the reference on CEP-DVS: the channel is taken before a picture is resized, and nothing is rounded to bytes.
    public var referenceChannelFirst = false
    public var sampling = Sampling.shuffled
    public var preparation = FramePreparation()
    /// As the reference: the test recordings follow the training recordings, so that they move with their share.
    public var referenceMovingTest = false
    /// As the reference: the wrong images that its indices give, where a data set knows them.
    public var referenceImagePool = false
    /// As the reference: images behind test and validation recordings may be drawn.
    public var referenceBackgroundImages: Bool
    /// Which images stand beside a class of recordings.
    public var pairing: ImagePairing
    /// Whether static images are drawn at all; without them a batch's images are zero.
    public var needsImages: Bool
    public var seed: Int
    /// Of the choice of recordings; `nil`: `seed`.
    public var selectionSeed: Int?
    /// What the user says about tables of events.
    public var table = TableOptions()
    /// Samples a batch, 1…
    public var batchSize: Int

    public init(
        set: String = "digits", folder: String = "", imageFolder: String = "", timeStepCount: Int = 6, size: Int = 32,
        recordingsPerClass: Int = 0, validationShare: Double = 0.1,
        imageChannel: ImageChannel = .value, referenceBackgroundImages: Bool = false, pairing: ImagePairing = .name,
        needsImages: Bool = true,
        seed: Int = 42, batchSize: Int = 32
    ) {
        (self.set, self.folder, self.imageFolder) = (set, folder, imageFolder)
        (self.timeStepCount, self.size) = (timeStepCount, size)
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
        try require(trainingShare > 0 && trainingShare <= 1, "the training share", trainingShare, "above 0, up to 1")
        try require(testShare > 0 && testShare < 1, "the test share", testShare, "above 0, below 1")
        try require(batchSize >= 1, "the batch size", batchSize, "1 or more")
        try require(recordingsPerClass >= 0, "recordings per class", recordingsPerClass, "0 (all) or more")
        try require(
            validationShare >= 0 && validationShare < 1, "the validation share", validationShare, "0 or more, below 1")
    }
}
