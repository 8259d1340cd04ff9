import Configuration

/// Which strategy a run trains by; each declares what can be set of it.
public struct SlidingSettings: SettingGroup {
    public static let shared = SlidingSettings()

    public let strategy = Setting.name(
        "sliding.strategy", "strategy", "How static inputs give way to event data over the run.", of: "strategies",
        default: Sliding().name, live: true)
}
