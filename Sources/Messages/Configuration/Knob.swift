/// One thing that can be set in a run: its key, what it means, which values it takes, and where it lives.
///
/// The table `KnobCatalogue.all` is the only list of knobs. Presets, `--set`, the tuning panel, the journal and the diff
/// of two runs all read it.
public struct Knob: Sendable {
    public enum Kind: Sendable, Hashable {
        /// A real number in `range`; `step` is one nudge of the slider.
        case number(range: ClosedRange<Double>, step: Double, scale: Scale)
        case integer(range: ClosedRange<Int>)
        case flag
        /// One of a closed set.
        case choice([String])
        /// A name out of the engine's catalogue of that name: the screens ask the library for the names.
        case catalogue(String)
        /// Handles of a sliding curve, as `SlidingCurve.handles(fromText:)` reads them.
        case curve
        /// Edits that make themselves, as `EditSchedule` reads them.
        case edits
        case text
    }

    public enum Scale: Sendable, Hashable {
        case linear
        case logarithmic
    }

    /// Dotted: section, then name. Example: `loss.domain_coefficient`.
    public let key: String
    public let title: String
    /// One sentence: what it does and what a larger value means.
    public let help: String
    public let kind: Kind
    /// Whether an edit reaches a running run; otherwise the knob is shown with "restart".
    public let isLive: Bool

    let read: @Sendable (RunConfiguration) -> KnobValue
    let write: @Sendable (inout RunConfiguration, KnobValue) -> Bool

    public var section: String { String(key.prefix { $0 != "." }) }
    public var name: String { String(key.drop { $0 != "." }.dropFirst()) }

    public func value(in configuration: RunConfiguration) -> KnobValue { read(configuration) }

    /// Puts a value into a configuration.
    ///
    /// - Throws: `ConfigurationError` that names key, value and what the knob takes.
    public func set(_ value: KnobValue, in configuration: inout RunConfiguration) throws(ConfigurationError) {
        let adapted = try checked(value)
        guard write(&configuration, adapted) else {
            throw .wrongType(key: key, found: value.description, expected: expectation)
        }
    }

    /// Reads the text of `--set key=value` or of an entry field.
    public func parse(_ text: String) throws(ConfigurationError) -> KnobValue {
        switch kind {
        case .number:
            guard let number = Double(text) else {
                throw .wrongType(key: key, found: text, expected: expectation)
            }
            return try checked(.number(number))
        case .integer:
            guard let integer = Int(text) else {
                throw .wrongType(key: key, found: text, expected: expectation)
            }
            return try checked(.integer(integer))
        case .flag:
            switch text.lowercased() {
            case "true", "on", "yes", "1": return .flag(true)
            case "false", "off", "no", "0": return .flag(false)
            default: throw .wrongType(key: key, found: text, expected: expectation)
            }
        case .choice, .catalogue, .curve, .edits, .text:
            return try checked(.text(text))
        }
    }

    /// The value in this knob's own case, or an error if it is of another type or out of range.
    func checked(_ value: KnobValue) throws(ConfigurationError) -> KnobValue {
        switch (kind, value) {
        case (.number(let range, _, _), .number(let number)):
            guard number.isFinite, range.contains(number) else {
                throw .outOfRange(key: key, found: value.description, expected: expectation)
            }
            return value
        case (.number, .integer(let integer)):
            return try checked(.number(Double(integer)))
        case (.integer(let range), .integer(let integer)):
            guard range.contains(integer) else {
                throw .outOfRange(key: key, found: value.description, expected: expectation)
            }
            return value
        case (.integer, .number(let number)) where number == number.rounded() && abs(number) < 1e15:
            return try checked(.integer(Int(number)))
        case (.flag, .flag), (.text, .text), (.catalogue, .text):
            return value
        case (.choice(let choices), .text(let text)):
            guard choices.contains(text) else {
                throw .outOfRange(key: key, found: text, expected: expectation)
            }
            return value
        case (.curve, .text(let text)):
            guard SlidingCurve.handles(fromText: text) != nil else {
                throw .outOfRange(key: key, found: text, expected: expectation)
            }
            return value
        case (.edits, .text(let text)):
            return .text(EditSchedule.text(of: try EditSchedule.edits(fromText: text)))
        case (.text, _), (.catalogue, _):
            return .text(value.description)
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
            "nothing, or two or more progress:probability pairs as in 0:0, 0.5:0.1, 1:1, both rising within 0…1"
        case .edits: EditSchedule.expectation
        case .text: "text"
        }
    }
}
