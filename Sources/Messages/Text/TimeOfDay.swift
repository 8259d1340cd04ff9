import Foundation

/// A moment. Stored files and messages between processes keep it as seconds since 1970; what is printed for other programs
/// has a text of ISO 8601 in UTC, as in `2026-12-01T02:14:01.250Z`, always with milliseconds.
@propertyWrapper
public struct TimeOfDay: Sendable, Hashable, Codable {
    /// Seconds since 1970.
    public var wrappedValue: Double

    public init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

    /// An encoder with `true` here writes texts.
    public static let isPrinted = CodingUserInfoKey(rawValue: "saccade.printed-times")!

    /// Years of four digits, which is what a reader of such texts expects.
    private static let years = -62_167_219_200.0...253_402_300_799.0

    public var text: String {
        let seconds = wrappedValue.isNaN ? 0 : min(max(wrappedValue, Self.years.lowerBound), Self.years.upperBound)
        return Date(timeIntervalSince1970: seconds).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Double.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if encoder.userInfo[Self.isPrinted] as? Bool == true {
            try container.encode(text)
        } else {
            try container.encode(wrappedValue)
        }
    }
}
