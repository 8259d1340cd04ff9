import Configuration

/// Which schedule the learning rate follows after its warm-up; each declares what can be set of it.
public struct ScheduleSettings: SettingGroup {
    public static let shared = ScheduleSettings()

    public let kind = Setting.name(
        "schedule.kind", "schedule", "How the learning rate changes over the epochs.", of: "schedules",
        default: CosineSchedule().name, live: false)
    public let warmUpEpochs = Setting.integer(
        "schedule.warm_up_epochs", "warm-up", "Epochs in which the learning rate rises to its peak.", 0...10_000,
        default: 0)
    public let warmUpLearningRate = Setting.number(
        "schedule.warm_up_learning_rate", "warm-up lr", "Learning rate of the first warm-up epoch.", 0...1, step: 1e-6,
        default: 1e-6, live: false)
}
