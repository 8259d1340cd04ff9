/// The value of one knob, as it is written in a preset, after `--set` and in the journal.
public enum KnobValue: Sendable, Hashable {
    case number(Double)
    case integer(Int)
    case flag(Bool)
    case text(String)
}

extension KnobValue: CustomStringConvertible {
    /// The shortest text that reads back as the same value.
    public var description: String {
        switch self {
        case .number(let value):
            value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .integer(let value): String(value)
        case .flag(let value): value ? "true" : "false"
        case .text(let value): value
        }
    }

    /// The value as a number, for sliders and plots; `nil` for text.
    public var asNumber: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .flag(let value): value ? 1 : 0
        case .text: nil
        }
    }
}

extension KnobValue {
    /// JSON does not tell 3 from 3.0: the knob of that key puts the value into its own case again.
    func restored(_ key: String) -> KnobValue {
        guard let knob = try? KnobCatalogue.knob(key) else { return self }
        return (try? knob.parse(description)) ?? self
    }
}

extension KnobValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }
}
