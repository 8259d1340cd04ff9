import Configuration

/// Which data a run trains on, and how they are prepared.
public struct DataSettings: SettingGroup {
    public static let shared = DataSettings()

    public let set = Setting.name(
        KnownKnob.dataSet, "data set", "Data set to train on.", of: "data sets", default: "digits", live: false)
    public let folder = Setting.text(
        "data.folder", "folder", "Folder of the recordings; empty: the default location.", live: false)
    public let imageFolder = Setting.text(
        "data.image_folder", "image folder", "Folder of the static images; empty: the default location.", live: false)
    public let sensor = Setting.text(
        "data.sensor", "sensor",
        "Size of the camera's sensor in pixels, as in 128x128; empty: as the data set or its files say, or the largest extent.",
        live: false)
    public let columns = Setting.text(
        "data.columns", "columns",
        "Order of the columns in tables of events, as x,y,t,p; auto: from their names and values.",
        default: "auto", live: false)
    public let timeUnit = Setting.choice(
        "data.time_unit", "time unit",
        "Time unit of tables of events; auto: as the file says, else the most plausible.",
        ["auto", "s", "ms", "us", "ns"], default: "auto", live: false)
    public let timeStepCount = Setting.integer(
        KnownKnob.timeSteps, "T", "Number of time steps that a recording is sliced into.", 1...1024, default: 6)
    public let size = Setting.integer(
        KnownKnob.size, "size", "Side of the square network input, in pixels.", 4...256, default: 32)
    public let slicing = Setting.name(
        KnownKnob.slicing, "slicing", "How events are sliced into time steps.", of: "slicings", default: "time",
        live: false)
    public let values = Setting.choice(
        "data.values", "frame values",
        "counts: event counts; frequency: rates scaled to 1 per time step and polarity, as in published N-Omniglot code.",
        ["counts", "frequency"], default: "counts", live: false)
    public let resize = Setting.choice(
        "data.resize", "frame resize",
        "corners: bilinear with aligned corners, as in the reference; antialiased: averages all pixels when frames shrink.",
        ["corners", "antialiased"], default: "corners", live: false)
    public let recordingsPerClass = Setting.integer(
        "data.recordings_per_class", "recordings per class", "Labelled training recordings per class; 0 uses all.",
        0...1_000_000, default: 0)
    public let validationShare = Setting.number(
        "data.validation_share", "validation share", "Fraction of the training recordings used for validation.",
        0...0.9, step: 0.05, default: 0.1, live: false)
    public let trainingShare = Setting.number(
        "data.training_share", "training share",
        "Fraction of the training recordings of each class to use; the test split stays the same.", 0.001...1,
        step: 0.05, default: 1.0, live: false)
    public let split = Setting.choice(
        "data.split", "split",
        "published: the data set's own test split, or the reference's rule; seeded: drawn at random from each class.",
        ["published", "seeded"], default: "published", live: false)
    public let splitSeed = Setting.integer(
        "data.split_seed", "split seed", "Random seed of a seeded split; independent of training.seed.",
        0...Int(Int32.max), default: 0)
    public let selectionSeed = Setting.integer(
        KnownKnob.selectionSeed, "selection seed",
        "Seed of which recordings train and validate; -1: the run's own, so that another seed takes others.",
        -1...Int(Int32.max), default: -1)
    public let testShare = Setting.number(
        "data.test_share", "test share", "Fraction of each class that a seeded split uses for the test.", 0.01...0.9,
        step: 0.05, default: 0.1, live: false)
    public let test = Setting.choice(
        "data.test", "tested on",
        "part: the split's test part; rest: every recording that is neither trained nor validated on, for few-shot runs.",
        ["part", "rest"], default: "part", live: false)
    public let imageShare = Setting.number(
        "data.image_share", "image share", "Fraction of the static images of each class that may be used.", 0...1,
        step: 0.05, default: 1.0)
    public let imageChannel = Setting.choice(
        "data.image_channel", "image channel",
        "value: V of HSV; luma: weighted gray; blue: as the reference with --no-use-hsv; edges: two channels, Sobel and a "
            + "simplified Canny, as a bridge to events (R2ETL).",
        ["value", "luma", "blue", "edges"], default: "value", live: false)
    public let imageNormalization = Setting.choice(
        "data.image_normalization", "image normalization",
        "none: 0…1; mnist: (x − 0.1307) / 0.3081, as the reference for MNIST images.", ["none", "mnist"],
        default: "none", live: false)
    public let sampling = Setting.choice(
        "data.sampling", "sampling",
        "shuffled: each recording once an epoch; weighted: drawn with replacement, each class equally often.",
        ["shuffled", "weighted"], default: "shuffled", live: false)
    public let pairing = Setting.choice(
        "data.pairing", "pairing",
        "name: images of the class of that name; position: the n-th class with the n-th, a control.",
        ["name", "position"], default: "name", live: false)
}
