/// A knob together with the Swift type of its values: what a researcher declares beside the code that reads it.
///
///     static let coefficient = Setting.number(
///         "loss.domain_coefficient", "λ domain", "Weight of the domain alignment loss.", 0...10, step: 0.05, default: 0.5)
///     …
///     configuration[Self.coefficient]
public struct Setting<Value: SettingValue>: Sendable {
    public let knob: Knob
    public let defaultValue: Value

    init(
        _ key: String, _ title: String, _ help: String, _ kind: Knob.Kind, _ value: Value, _ live: Bool,
        _ aliases: [String]
    ) {
        knob = Knob(
            key: key, title: title, help: help, kind: kind, defaultValue: value.knobValue, isLive: live,
            aliases: aliases)
        defaultValue = value
    }

    public var key: String { knob.key }
}

/// What a setting can be of.
public protocol SettingValue: Sendable, Hashable {
    /// `nil` if the value is of another type.
    init?(_ value: KnobValue)
    var knobValue: KnobValue { get }
}

extension Double: SettingValue {
    public init?(_ value: KnobValue) {
        switch value {
        case .number(let number): self = number
        case .integer(let integer): self = Double(integer)
        case .flag, .text: return nil
        }
    }

    public var knobValue: KnobValue { .number(self) }
}

extension Int: SettingValue {
    public init?(_ value: KnobValue) {
        switch value {
        case .integer(let integer): self = integer
        case .number(let number):
            guard let whole = Int(exactly: number) else { return nil }
            self = whole
        case .flag, .text: return nil
        }
    }

    public var knobValue: KnobValue { .integer(self) }
}

extension Bool: SettingValue {
    public init?(_ value: KnobValue) {
        guard case .flag(let flag) = value else { return nil }
        self = flag
    }

    public var knobValue: KnobValue { .flag(self) }
}

extension String: SettingValue {
    public init?(_ value: KnobValue) { self = value.description }

    public var knobValue: KnobValue { .text(self) }
}

// MARK: Declaring

extension Setting where Value == Double {
    public static func number(
        _ key: String, _ title: String, _ help: String, _ range: ClosedRange<Double>, step: Double,
        scale: Knob.Scale = .linear, default value: Double, live: Bool = true, aliases: [String] = []
    ) -> Setting {
        Setting(key, title, help, .number(range: range, step: step, scale: scale), value, live, aliases)
    }
}

extension Setting where Value == Int {
    public static func integer(
        _ key: String, _ title: String, _ help: String, _ range: ClosedRange<Int>, default value: Int,
        live: Bool = false, aliases: [String] = []
    ) -> Setting { Setting(key, title, help, .integer(range: range), value, live, aliases) }
}

extension Setting where Value == Bool {
    public static func flag(
        _ key: String, _ title: String, _ help: String, default value: Bool, live: Bool, aliases: [String] = []
    ) -> Setting { Setting(key, title, help, .flag, value, live, aliases) }
}

extension Setting where Value == String {
    public static func choice(
        _ key: String, _ title: String, _ help: String, _ choices: [String], default value: String, live: Bool,
        aliases: [String] = []
    ) -> Setting { Setting(key, title, help, .choice(choices), value, live, aliases) }

    /// - Parameter catalogue: whose names it takes; the engine's description lists them.
    public static func name(
        _ key: String, _ title: String, _ help: String, of catalogue: String, default value: String, live: Bool,
        aliases: [String] = []
    ) -> Setting { Setting(key, title, help, .catalogue(catalogue), value, live, aliases) }

    public static func text(
        _ key: String, _ title: String, _ help: String, default value: String = "", live: Bool, aliases: [String] = []
    ) -> Setting { Setting(key, title, help, .text, value, live, aliases) }

    public static func curve(_ key: String, _ title: String, _ help: String) -> Setting {
        Setting(key, title, help, .curve, "", true, [])
    }

    public static func edits(_ key: String, _ title: String, _ help: String) -> Setting {
        Setting(key, title, help, .edits, "", false, [])
    }
}
