/// Everything that determines a run, apart from the files it reads: the same configuration on the same machine gives the
/// same bits. What each field means, and which values it takes, stands in `KnobCatalogue`.
public struct RunConfiguration: Sendable, Hashable {
    public var data = DataSection()
    public var network = NetworkSection()
    public var training = TrainingSection()
    public var sliding = SlidingSection()
    public var loss = LossSection()
    public var optimizer = OptimizerSection()
    public var schedule = ScheduleSection()

    public init() {}

    public struct DataSection: Sendable, Hashable {
        public var set = "digits"
        /// Folder of the recordings; empty: where the data set is usually found.
        public var folder = ""
        /// Folder of the static images; empty: as for `folder`.
        public var imageFolder = ""
        /// Of the camera, as 128x128; empty: as the data set says.
        public var sensor = ""
        /// `auto`, or which column of a table of events is which.
        public var columns = "auto"
        /// `auto`, `s`, `ms`, `us` or `ns`.
        public var timeUnit = "auto"
        public var timeStepCount = 6
        /// Side of the square network input, in pixels.
        public var size = 32
        public var slicing = "time"
        /// `counts` or `frequency`.
        public var values = "counts"
        /// `corners` or `antialiased`.
        public var resize = "corners"
        /// Labelled training recordings a class; 0 takes all.
        public var recordingsPerClass = 0
        /// Share of the training recordings that is set aside for validation.
        public var validationShare = 0.1
        /// Share of the training recordings of each class that are used; the test recordings stay as they are.
        public var trainingShare = 1.0
        /// `published` or `seeded`.
        public var split = "published"
        public var splitSeed = 0
        public var testShare = 0.1
        /// Share of the static pool that may be drawn.
        public var imageShare = 1.0
        public var imageChannel = "value"
        /// `none` or `mnist`.
        public var imageNormalization = "none"
        /// `shuffled` or `weighted`.
        public var sampling = "shuffled"
        public var pairing = "name"
        public var crop = true
        public var flip = false
        /// Degrees.
        public var rotation = 0.0
        public var dropTime = 0.0
        public var dropArea = 0.0
        public var dropEvents = 0.0
        /// Events a pixel.
        public var noise = 0.0
        /// Decibels; 0: none.
        public var signalToNoise = 0.0
        /// `none` or the name of a mixing augmentation.
        public var mix = "none"
        public var mixShare = 0.5
        public var mixAlpha = 1.0
        public var referenceBackgroundImages = false
        public var referenceMovingTest = false
        public var referenceImagePool = false
        public var referenceChannelFirst = false
    }

    public struct NetworkSection: Sendable, Hashable {
        public var model = "mini"
        /// `leaky`, `integrate`, `parametric` or `biased`.
        public var neuron = "leaky"
        public var surrogate = "quadratic-gate"
        public var threshold = 0.5
        public var learnableThreshold = false
        public var membraneTimeConstant = 2.0
        public var dropout = 0.0
    }

    public struct TrainingSection: Sendable, Hashable {
        public var epochs = 20
        public var batchSize = 32
        public var seed = 42
        public var validateEveryEpochs = 1
        public var checkpointEveryEpochs = 5
        /// `validation`: the epoch with the best validation accuracy is tested once. `last`: the last epoch.
        /// `reference-best-test`: the reference's number, labelled so.
        public var selection = "validation"
        /// `fast`: what is fastest for shape and density. `exact`: products of image columns and weight only.
        public var kernels = "fast"
        /// `normal`, or `low`: convolutions are made again in the backward pass instead of kept.
        public var memory = "normal"
        /// Edits that the engine makes by itself, as `EditSchedule` writes them; empty: none.
        public var edits = ""
    }

    public struct SlidingSection: Sendable, Hashable {
        public var strategy = "sliding"
        public var exponent = 3.0
        /// Share of the run at which the replacement probability reaches 1.
        public var end = 1.0
        /// Handles `progress:probability`, comma separated, monotone from 0 to 1; empty: the power law.
        public var curve = ""
    }

    public struct LossSection: Sendable, Hashable {
        public var kind = "cross-entropy"
        public var labelSmoothing = 0.0
        public var temporalEfficientTraining = true
        public var regularizationWeight = 1e-3
        public var domainAlignment = true
        public var domainCoefficient = 0.5
        public var timeStepWeights = "learnable"
        public var fixedTimeStepWeight = 0.3
        public var imageWeight = 1.0
        public var eventWeight = 1.0
        public var referenceFixedWeightTerm = false
        public var referenceDropsDomainLoss = false
    }

    public struct OptimizerSection: Sendable, Hashable {
        public var learningRate = 5e-3
        public var learningRateScale = 1.0
        public var referenceBatchScaling = false
        public var weightDecay = 0.01
        /// Largest norm of the whole gradient; 0 does not clip.
        public var clipNorm = 0.0
    }

    public struct ScheduleSection: Sendable, Hashable {
        public var kind = "cosine"
        public var warmUpEpochs = 0
        public var warmUpLearningRate = 1e-6
        public var minimumLearningRate = 1e-5
        public var decayEpochs = 40
        public var decayFactor = 0.1
    }
}

extension RunConfiguration {
    /// The value of one knob.
    ///
    /// - Throws: `ConfigurationError.unknownKey`.
    public func value(of key: String) throws(ConfigurationError) -> KnobValue {
        try KnobCatalogue.knob(key).value(in: self)
    }

    public mutating func set(_ key: String, to value: KnobValue) throws(ConfigurationError) {
        try KnobCatalogue.knob(key).set(value, in: &self)
    }

    /// Takes `key=value`, as it follows `--set`.
    public mutating func assign(_ assignment: String) throws(ConfigurationError) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw .malformedAssignment(assignment)
        }
        let knob = try KnobCatalogue.knob(String(assignment[..<equals]))
        try knob.set(knob.parse(String(assignment[assignment.index(after: equals)...])), in: &self)
    }

    /// The knobs in which two configurations differ, in the catalogue's order.
    public func differences(to other: RunConfiguration) -> [KnobDifference] {
        KnobCatalogue.all.compactMap { knob in
            let (old, new) = (knob.value(in: self), knob.value(in: other))
            return old == new ? nil : KnobDifference(key: knob.key, old: old, new: new)
        }
    }
}

/// A knob that has one value here and another there.
public struct KnobDifference: Sendable, Hashable, Codable {
    public var key: String
    public var old: KnobValue
    public var new: KnobValue

    public init(key: String, old: KnobValue, new: KnobValue) {
        (self.key, self.old, self.new) = (key, old, new)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(String.self, forKey: .key)
        old = try container.decode(KnobValue.self, forKey: .old).restored(key)
        new = try container.decode(KnobValue.self, forKey: .new).restored(key)
    }
}

extension RunConfiguration: Codable {
    /// A flat table of dotted keys; a missing key keeps its default, an unknown key is an error.
    public init(from decoder: any Decoder) throws {
        self.init()
        for (key, value) in try decoder.singleValueContainer().decode([String: KnobValue].self) {
            try set(key, to: value)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(uniqueKeysWithValues: KnobCatalogue.all.map { ($0.key, $0.value(in: self)) }))
    }
}
