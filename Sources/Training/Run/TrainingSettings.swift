import Configuration

/// How long a run trains, on what it computes, and which epoch counts.
public struct TrainingSettings: SettingGroup {
    public static let shared = TrainingSettings()

    public let epochs = Setting.integer(
        KnownKnob.epochs, "epochs", "Passes over the training recordings.", 1...100_000, default: 20)
    public let batchSize = Setting.integer(
        "training.batch_size", "batch", "Recordings an optimizer step.", 2...4096, default: 32)
    public let seed = Setting.integer(
        KnownKnob.seed, "seed", "Seed of every draw in the run.", 0...Int(Int32.max), default: 42)
    public let validateEveryEpochs = Setting.integer(
        "training.validate_every_epochs", "validate every", "Epochs between two validations.", 1...100_000, default: 1)
    public let checkpointEveryEpochs = Setting.integer(
        "training.checkpoint_every_epochs", "checkpoint every", "Epochs between two checkpoints.", 1...100_000,
        default: 5)
    public let selection = Setting.choice(
        "training.selection", "selection",
        "Which epoch is tested: best on validation, the last, or the reference's best on test (labelled so).",
        ["validation", "last", "reference-best-test"], default: "validation", live: false)
    public let kernels = Setting.choice(
        "training.kernels", "kernels",
        "Convolutions by what is fastest for shape and density, or by the plain float32 sums only (exact).",
        ["fast", "exact"], default: "fast", live: false)
    public let memory = Setting.choice(
        "training.memory", "memory",
        "Low makes convolutions again in the backward pass instead of keeping them: less memory, a forward pass more.",
        ["normal", "low"], default: "normal", live: false)
    public let edits = Setting.edits(
        "training.edits", "scheduled edits", "Edits that the engine makes by itself at these shares of the run.")
    public let startFrom = Setting.text(
        "training.start_from", "start from",
        "Weights to begin with: a run, whose best checkpoint is taken, or a model file; what fits by name and shape is taken.",
        live: false)
}
