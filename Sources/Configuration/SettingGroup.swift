/// Settings that belong together, one stored property each:
///
///     public struct LossSettings: SettingGroup {
///         public static let shared = LossSettings()
///         public let imageWeight = Setting.number("loss.image_weight", …)
///     }
public protocol SettingGroup: Sendable {
    static var shared: Self { get }
}

extension SettingGroup {
    /// In the order in which they are declared.
    public static var knobs: [Knob] {
        Mirror(reflecting: shared).children.compactMap { ($0.value as? any DeclaredSetting)?.knob }
    }
}

private protocol DeclaredSetting {
    var knob: Knob { get }
}

extension Setting: DeclaredSetting {}

/// A configuration's values of one group, by the names of its properties: `configuration.loss.imageWeight`.
@dynamicMemberLookup
public struct SettingValues<Group: SettingGroup>: Sendable, Hashable {
    public private(set) var configuration: RunConfiguration

    public init(_ configuration: RunConfiguration) { self.configuration = configuration }

    public subscript<Value>(dynamicMember path: KeyPath<Group, Setting<Value>>) -> Value {
        get { configuration[Group.shared[keyPath: path]] }
        set { configuration[Group.shared[keyPath: path]] = newValue }
    }
}
