import Configuration

/// How long a run trains, on what it computes, and which epoch counts.
public struct TrainingSettings: SettingGroup {
    public static let shared = TrainingSettings()

    public let epochs = Setting.integer(
        KnownKnob.epochs, "epochs", "Passes over the training recordings.", 1...100_000, default: 20)
    public let batchSize = Setting.integer(
        "training.batch_size", "batch", "Batch size: recordings per optimizer step.", 2...4096, default: 32)
    public let seed = Setting.integer(
        KnownKnob.seed, "seed", "Random seed of the run.", 0...Int(Int32.max), default: 42)
    public let validateEveryEpochs = Setting.integer(
        "training.validate_every_epochs", "validate every", "Epochs between two validations.", 1...100_000, default: 1)
    public let checkpointEveryEpochs = Setting.integer(
        "training.checkpoint_every_epochs", "checkpoint every", "Epochs between two checkpoints.", 1...100_000,
        default: 5)
    public let selection = Setting.choice(
        "training.selection", "selection",
        "Epoch that is tested: best on validation, the last, or best on test as in the reference (labelled so).",
        ["validation", "last", "reference-best-test"], default: "validation", live: false)
    public let kernels = Setting.choice(
        "training.kernels", "kernels",
        "Convolution kernels: fastest for shape and density, or plain float32 sums only (exact).",
        ["fast", "exact"], default: "fast", live: false)
    public let memory = Setting.choice(
        "training.memory", "memory",
        "low recomputes convolutions in the backward pass instead of storing them: less memory, one more forward pass.",
        ["normal", "low"], default: "normal", live: false)
    public let batchStatistics = Setting.choice(
        "training.batch_statistics", "batch statistics",
        "Normalization over several ranks: of the whole batch as on one, or of each rank's own samples (less to send).",
        BatchStatistics.allCases.map(\.rawValue), default: BatchStatistics.wholeBatch.rawValue, live: false)
    public let edits = Setting.edits(
        "training.edits", "scheduled edits", "Edits applied automatically at these fractions of the run.")
    public let startFrom = Setting.text(
        "training.start_from", "start from",
        "Initial weights: a run (its best checkpoint) or a model file; what fits by name and shape is used.",
        live: false)
}
