/// The value of one knob, as it is written in a preset, after `--set` and in the journal.
///
/// A whole number is the same value whether it was read as an integer or not, because JSON and YAML do not tell 3 from 3.0.
public enum KnobValue: Sendable {
    case number(Double)
    case integer(Int)
    case flag(Bool)
    case text(String)
}

extension KnobValue: Hashable {
    public static func == (left: KnobValue, right: KnobValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.number, .number), (.number, .integer), (.integer, .number): left.asNumber == right.asNumber
        case (.flag(let left), .flag(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .number(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(Double(value))
        case .flag(let value): hasher.combine(value)
        case .text(let value): hasher.combine(value)
        }
    }
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

    /// The value that a text stands for where no knob says of which type it is: the one whose `description` is the text.
    public init(guessing text: String) {
        if let integer = Int(text), String(integer) == text {
            self = .integer(integer)
        } else if let number = Double(text), number.isFinite, text.contains(where: \.isNumber) {
            // Another way to write a number than ours stays text: a knob of numbers reads it all the same.
            self = KnobValue.number(number).description == text ? .number(number) : .text(text)
        } else if text == "true" || text == "false" {
            self = .flag(text == "true")
        } else {
            self = .text(text)
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
