import Configuration

/// How the learning rate moves over the epochs.
public struct ScheduleSettings: SettingGroup {
    public static let shared = ScheduleSettings()

    public let kind = Setting.choice(
        "schedule.kind", "schedule", "How the learning rate moves over the epochs.",
        LearningRateSchedule.Kind.allCases.map(\.rawValue),
        default: "cosine", live: false)
    public let warmUpEpochs = Setting.integer(
        "schedule.warm_up_epochs", "warm-up", "Epochs in which the learning rate rises to its peak.", 0...10_000,
        default: 0)
    public let warmUpLearningRate = Setting.number(
        "schedule.warm_up_learning_rate", "warm-up lr", "Learning rate of the first warm-up epoch.", 0...1, step: 1e-6,
        default: 1e-6, live: false)
    public let minimumLearningRate = Setting.number(
        "schedule.minimum_learning_rate", "minimum lr", "Where the cosine ends.", 0...1, step: 1e-5, default: 1e-5,
        live: false)
    public let decayEpochs = Setting.integer(
        "schedule.decay_epochs", "decay every", "Epochs between two drops of the step schedule.", 1...100_000,
        default: 40)
    public let decayFactor = Setting.number(
        "schedule.decay_factor", "decay factor", "Factor of each drop of the step schedule.", 0.0001...1, step: 0.05,
        default: 0.1, live: false)
}
