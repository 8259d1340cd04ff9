/// Keys of knobs that lists, names of runs and screens speak of. Whoever declares such a knob takes its key from here; an
/// engine that has none of them is shown without.
public enum KnownKnob {
    public static let dataSet = "data.set"
    public static let timeSteps = "data.time_steps"
    public static let size = "data.size"
    public static let slicing = "data.slicing"
    public static let seed = "training.seed"
    /// -1: as `seed`.
    public static let selectionSeed = "data.selection_seed"
    public static let epochs = "training.epochs"
    /// The command of the external trainer that made a run; only such runs have it.
    public static let externalTrainer = "engine.command"
    /// What every run has, whoever trains it.
    public static let ofEveryRun = [
        epochs, seed, "training.validate_every_epochs", "training.checkpoint_every_epochs", "training.selection",
        "training.edits",
    ]
    public static let clipNorm = "optimizer.clip_norm"
}
