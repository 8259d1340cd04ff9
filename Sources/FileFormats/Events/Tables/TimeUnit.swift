/// What one unit of a file's times is.
public enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"

    /// As people write it.
    public var symbol: String { self == .microseconds ? "µs" : rawValue }

    /// One unit in µs.
    var factor: Double {
        switch self {
        case .seconds: 1_000_000
        case .milliseconds: 1000
        case .microseconds: 1
        case .nanoseconds: 0.001
        }
    }

    /// Digits behind the decimal point that reach down to whole µs; negative where µs are coarser than the unit.
    var decimals: Int {
        switch self {
        case .seconds: 6
        case .milliseconds: 3
        case .microseconds: 0
        case .nanoseconds: -3
        }
    }

    /// From a word as it stands behind a column's name, lower case.
    init?(word: some StringProtocol) {
        switch word {
        case "s", "sec", "secs", "second", "seconds": self = .seconds
        case "ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds": self = .milliseconds
        case "us", "\u{B5}s", "\u{3BC}s", "\u{FFFD}s", "usec", "usecs", "micros", "microsec", "microsecond",
            "microseconds":
            self = .microseconds
        case "ns", "nsec", "nsecs", "nanos", "nanosec", "nanosecond", "nanoseconds": self = .nanoseconds
        default: return nil
        }
    }

    /// A whole number of units as whole µs, halves away from zero; `nil` if that is too large.
    @inline(__always)
    func microseconds(_ number: Int64) -> Int64? {
        switch self {
        case .microseconds: return number
        case .nanoseconds:
            let (quotient, rest) = number.quotientAndRemainder(dividingBy: 1000)
            return rest >= 500 ? quotient + 1 : rest <= -500 ? quotient - 1 : quotient
        case .milliseconds, .seconds:
            let (product, overflows) = number.multipliedReportingOverflow(by: self == .seconds ? 1_000_000 : 1000)
            return overflows ? nil : product
        }
    }
}
