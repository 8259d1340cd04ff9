import Configuration

/// Which data a run trains on, and how they are prepared.
public struct DataSettings: SettingGroup {
    public static let shared = DataSettings()

    public let set = Setting.name(
        KnownKnob.dataSet, "data set", "Which data set is trained on.", of: "data sets", default: "digits", live: false)
    public let folder = Setting.text(
        "data.folder", "folder", "Folder of the recordings; empty: its usual place.", live: false)
    public let imageFolder = Setting.text(
        "data.image_folder", "image folder", "Folder of the static images; empty: its usual place.", live: false)
    public let sensor = Setting.text(
        "data.sensor", "sensor",
        "The camera's size, as 128x128; empty: as the data set or its files say, or their largest extent.", live: false)
    public let columns = Setting.text(
        "data.columns", "columns",
        "Which column of a table of events is which, as x,y,t,p; auto: by names and by what the numbers can be.",
        default: "auto", live: false)
    public let timeUnit = Setting.choice(
        "data.time_unit", "unit of time",
        "What a table's times are; auto: as the file says, else what makes a usual recording.",
        ["auto", "s", "ms", "us", "ns"], default: "auto", live: false)
    public let timeStepCount = Setting.integer(
        KnownKnob.timeSteps, "T", "Time steps a recording is cut into.", 1...64, default: 6)
    public let size = Setting.integer(
        KnownKnob.size, "size", "Side of the square network input in pixels.", 4...256, default: 32)
    public let slicing = Setting.name(
        KnownKnob.slicing, "slicing", "How events become time steps.", of: "slicings", default: "time", live: false)
    public let values = Setting.choice(
        "data.values", "frame values",
        "counts: events; frequency: rates scaled to 1 by time step and polarity, as N-Omniglot's are published.",
        ["counts", "frequency"], default: "counts", live: false)
    public let resize = Setting.choice(
        "data.resize", "frame resize",
        "corners: bilinear between four pixels, as the reference; antialiased: each pixel counts when frames shrink.",
        ["corners", "antialiased"], default: "corners", live: false)
    public let recordingsPerClass = Setting.integer(
        "data.recordings_per_class", "recordings a class", "Labelled training recordings a class; 0 takes all.",
        0...1_000_000, default: 0)
    public let validationShare = Setting.number(
        "data.validation_share", "validation share", "Share of the training recordings set aside for validation.",
        0...0.9, step: 0.05, default: 0.1, live: false)
    public let trainingShare = Setting.number(
        "data.training_share", "training share",
        "Share of the training recordings of each class that are used; the test recordings stay the same.", 0.001...1,
        step: 0.05, default: 1.0, live: false)
    public let split = Setting.choice(
        "data.split", "split",
        "published: the data set's own test part, or the reference's rule; seeded: drawn anew from each class.",
        ["published", "seeded"], default: "published", live: false)
    public let splitSeed = Setting.integer(
        "data.split_seed", "split seed", "Seed of a split that is drawn anew; apart from the run's own seed.",
        0...Int(Int32.max), default: 0)
    public let testShare = Setting.number(
        "data.test_share", "test share", "Share of each class that a split drawn anew keeps for the test.", 0.01...0.9,
        step: 0.05, default: 0.1, live: false)
    public let imageShare = Setting.number(
        "data.image_share", "image share", "Share of the static pool of each class that may be drawn.", 0...1,
        step: 0.05, default: 1.0)
    public let imageChannel = Setting.choice(
        "data.image_channel", "image channel",
        "value: V of HSV; luma: weighted grey; blue: what the reference takes with --no-use-hsv; edges: two channels, Sobel "
            + "and a simplified Canny, a bridge to events as in R2ETL.",
        ["value", "luma", "blue", "edges"], default: "value", live: false)
    public let imageNormalization = Setting.choice(
        "data.image_normalization", "image numbers",
        "none: 0…1; mnist: less 0.1307, over 0.3081, as the reference's images of MNIST.", ["none", "mnist"],
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
