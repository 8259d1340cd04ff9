import Configuration

/// Which strategy a run trains by; each declares what can be set of it.
public struct SlidingSettings: SettingGroup {
    public static let shared = SlidingSettings()

    public let strategy = Setting.name(
        "sliding.strategy", "strategy", "How event data replace static inputs over the run.", of: "strategies",
        default: Sliding().name, live: true)
}
