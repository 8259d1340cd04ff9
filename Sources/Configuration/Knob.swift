/// One thing that can be set in a run: its key, what it means and which values it takes.
///
/// It is declared as a `Setting` where it has its effect; presets, `--set`, the tuning panel, the journal and the diff of
/// two runs read it out of the `EngineDescription`.
public struct Knob: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A real number in `range`; `step` is one nudge of the slider.
        case number(range: ClosedRange<Double>, step: Double, scale: Scale)
        case integer(range: ClosedRange<Int>)
        case flag
        /// One of a closed set.
        case choice([String])
        /// A name out of the description's catalogue of that name.
        case catalogue(String)
        /// Handles of a sliding curve, as `SlidingCurve.handles(fromText:)` reads them.
        case curve
        /// Edits that make themselves, as `EditSchedule` reads them.
        case edits
        case text
        /// Of an engine that knows more kinds than this program: shown, and left alone.
        case unknown(String)
    }

    public enum Scale: String, Sendable, Hashable, Codable {
        case linear
        case logarithmic
    }

    /// Dotted: section, then name. Example: `loss.domain_coefficient`.
    public var key: String
    public var title: String
    /// One sentence: what it does and what a larger value means.
    public var help: String
    public var kind: Kind
    /// What a configuration that does not mention it has.
    public var defaultValue: KnobValue
    /// Whether an edit reaches a running run; otherwise the knob is shown with "restart".
    public var isLive: Bool
    /// Keys under which older presets and runs know it.
    public var aliases: [String]

    public init(
        key: String, title: String, help: String, kind: Kind, defaultValue: KnobValue, isLive: Bool,
        aliases: [String] = []
    ) {
        (self.key, self.title, self.help, self.kind) = (key, title, help, kind)
        (self.defaultValue, self.isLive, self.aliases) = (defaultValue, isLive, aliases)
    }

    public var section: String { String(key.prefix { $0 != "." }) }
    public var name: String { String(key.drop { $0 != "." }.dropFirst()) }

    /// In this knob's own case, where it is a value of its type at all: what an older program stored may be out of range.
    public func value(in configuration: RunConfiguration) -> KnobValue {
        guard let stored = configuration.stored(key) else { return defaultValue }
        return (try? checked(stored)) ?? stored
    }

    /// Puts a value into a configuration.
    ///
    /// - Throws: `ConfigurationError` that names key, value and what the knob takes.
    public func set(_ value: KnobValue, in configuration: inout RunConfiguration) throws(ConfigurationError) {
        configuration.store(try checked(value), of: key, default: defaultValue)
    }
}

// MARK: Values

extension Knob {
    /// Reads the text of `--set key=value` or of an entry field.
    public func parse(_ text: String) throws(ConfigurationError) -> KnobValue {
        func wrongType() -> ConfigurationError { .wrongType(key: key, found: text, expected: expectation) }
        switch kind {
        case .number:
            guard let number = Double(text) else { throw wrongType() }
            return try checked(.number(number))
        case .integer:
            guard let integer = Int(text) else { throw wrongType() }
            return try checked(.integer(integer))
        case .flag:
            switch text.lowercased() {
            case "true", "on", "yes", "1": return .flag(true)
            case "false", "off", "no", "0": return .flag(false)
            default: throw wrongType()
            }
        case .choice, .catalogue, .curve, .edits, .text, .unknown:
            return try checked(.text(text))
        }
    }

    /// The value in this knob's own case, or an error if it is of another type or out of range.
    public func checked(_ value: KnobValue) throws(ConfigurationError) -> KnobValue {
        func outOfRange() -> ConfigurationError {
            .outOfRange(key: key, found: value.description, expected: expectation)
        }
        switch (kind, value) {
        case (.number(let range, _, _), .number(let number)):
            guard number.isFinite, range.contains(number) else { throw outOfRange() }
            return value
        case (.number, .integer(let integer)):
            return try checked(.number(Double(integer)))
        case (.integer(let range), .integer(let integer)):
            guard range.contains(integer) else { throw outOfRange() }
            return value
        case (.integer, .number(let number)) where number == number.rounded() && abs(number) < 1e15:
            return try checked(.integer(Int(number)))
        case (.flag, .flag), (.text, .text), (.catalogue, .text), (.unknown, _):
            return value
        case (.number, .text(let text)), (.integer, .text(let text)), (.flag, .text(let text)):
            return try parse(text)
        case (.choice(let choices), .text(let text)):
            guard choices.contains(text) else { throw outOfRange() }
            return value
        case (.curve, .text(let text)):
            guard SlidingCurve.handles(fromText: text) != nil else { throw outOfRange() }
            return value
        case (.edits, .text(let text)):
            return .text(EditSchedule.text(of: try EditSchedule.edits(fromText: text)))
        case (.text, _), (.catalogue, _), (.choice, _):
            return try checked(.text(value.description))
        default:
            throw .wrongType(key: key, found: value.description, expected: expectation)
        }
    }

    /// What the knob takes, for messages and help: "a number from 0 to 10".
    public var expectation: String {
        switch kind {
        case .number(let range, _, _):
            "a number from \(KnobValue.number(range.lowerBound)) to \(KnobValue.number(range.upperBound))"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .choice(let choices): "one of " + choices.joined(separator: ", ")
        case .catalogue(let name): "a name from the catalogue of \(name)"
        case .curve:
            "empty, or two or more progress:probability pairs as in 0:0, 0.5:0.1, 1:1, both rising within 0…1"
        case .edits: EditSchedule.expectation
        case .text: "text"
        case .unknown(let kind): "a value of the engine's kind \(kind)"
        }
    }
}
