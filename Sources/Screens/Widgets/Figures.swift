import Foundation
import Terminal

/// Numbers as they stand on the screen: short, and of steady width where they change.
enum Figures {
    /// Three or four significant digits: `0.417`, `12.4`, `3120`, `1.0e-5`; `–` for no value.
    static func text(_ value: Double?) -> String {
        guard let value else { return "–" }
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
        let size = abs(value)
        switch size {
        case 0: return "0"
        case ..<0.0005: return String(format: "%.1e", value)
        case ..<1: return trimmed(fixed(value, 3))
        case ..<100: return trimmed(fixed(value, 2))
        case ..<10_000: return trimmed(fixed(value, 1))
        default: return count(value)
        }
    }

    /// With so many decimals. Screens are full of figures, and formats that are read again each time are slow.
    ///
    /// - Parameter value: below 10¹².
    static func fixed(_ value: Double, _ places: Int) -> String {
        let scale = [1.0, 10, 100, 1000][places]
        let scaled = Int((abs(value) * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        let sign = value < 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole) }
        let decimals = String(rest)
        return sign + String(whole) + "." + String(repeating: "0", count: places - decimals.utf8.count) + decimals
    }

    private static func trimmed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        var bytes = Substring(text).utf8
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// `980`, `12.4k`, `1.20M`.
    static func count(_ value: Double) -> String {
        switch abs(value) {
        case ..<1000: fixed(value, 0)
        case ..<100_000: fixed(value / 1000, 1) + "k"
        case ..<1_000_000: fixed(value / 1000, 0) + "k"
        case ..<1e9: fixed(value / 1e6, 2) + "M"
        default: String(format: "%.2e", value)
        }
    }

    static func count(_ value: Int) -> String { count(Double(value)) }

    /// A share as percent: `58.2`.
    static func percent(_ share: Double?) -> String {
        guard let share, share.isFinite else { return "–" }
        return abs(share) < 1e9 ? fixed(share * 100, 1) : String(format: "%.1f", share * 100)
    }

    /// `41s`, `12m 05s`, `3h 20m`, `2d 4h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3600: return "\(whole / 60)m \(twoDigits(whole % 60))s"
        case ..<86_400: return "\(whole / 3600)h \(twoDigits(whole % 3600 / 60))m"
        default: return "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
        }
    }

    /// The same of something that is over, in tenths where it was short: `0.2s`, `41s`.
    static func span(_ seconds: Double) -> String {
        (0..<10).contains(seconds) ? fixed(seconds, 1) + "s" : duration(seconds)
    }

    /// `now`, `12m`, `5h`, `3d`, `8w`: how long ago.
    static func age(_ seconds: Double) -> String {
        switch seconds {
        case ..<60: "now"
        case ..<3600: "\(Int(seconds / 60))m"
        case ..<86_400: "\(Int(seconds / 3600))h"
        case ..<(14 * 86_400): "\(Int(seconds / 86_400))d"
        case ..<1e10: "\(Int(seconds / 604_800))w"
        default: "–"
        }
    }

    /// `09:31:05`, of seconds since midnight of any day.
    static func timeOfDay(_ seconds: Double) -> String {
        let second = Int(seconds.truncatingRemainder(dividingBy: 86_400))
        return [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Three digits, so that figures that change do not move their neighbours: `42.4 ms`, `155 ms`, `1.2 s`.
    static func milliseconds(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "–" }
        guard seconds < 1 else { return text(seconds) + " s" }
        let milliseconds = seconds * 1000
        return fixed(milliseconds, milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0) + " ms"
    }

    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) B"
        case ..<(1 << 20): fixed(Double(count) / 1024, 0) + " KiB"
        case ..<(1 << 30): fixed(Double(count) / Double(1 << 20), 0) + " MiB"
        default: fixed(Double(count) / Double(1 << 30), 2) + " GiB"
        }
    }

    /// `0.5s` into a recording: seconds with milliseconds.
    static func seconds(microseconds: Int) -> String { fixed(Double(microseconds) / 1e6, 3) + " s" }

    /// Padded on the left.
    static func right(_ text: String, _ width: Int) -> String {
        let count = text.columnCount.value
        return count < width ? String(repeating: " ", count: width - count) + text : text
    }

    /// Padded on the right, cut if it must be.
    static func left(_ text: String, _ width: Int) -> String {
        // Columns are counted faster than characters, and are the same for most texts.
        let count = text.columnCount.value
        if count <= width { return text + String(repeating: " ", count: width - count) }
        guard width > 0 else { return "" }
        return padded(text.prefix(columns: width - 1) + "…", width)
    }

    /// Padded on the right; cut in the middle if it must be: for names that differ at their ends.
    static func middle(_ text: String, _ width: Int) -> String {
        guard text.columnCount.value > width, width >= 5 else { return left(text, width) }
        let tail = String(String(text.reversed()).prefix(columns: width / 2).reversed())
        return padded(text.prefix(columns: width - 1 - tail.columnCount.value) + "…" + tail, width)
    }

    /// Long paths by their last part, for lines that have to say something else, too.
    static func shortPaths(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word -> Substring in
            guard word.hasPrefix("/") || word.hasPrefix("'/"), word.filter({ $0 == "/" }).count >= 3,
                let slash = word.lastIndex(of: "/")
            else { return word }
            return (word.hasPrefix("'") ? "'…" : "…") + word[slash...]
        }.joined(separator: " ")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.columnCount.value))
    }
}

extension String {
    /// As many characters from the beginning as take at most so many columns.
    func prefix(columns: Int) -> String {
        var (taken, room) = ("", columns)
        for character in self {
            room -= character.columnCount
            guard room >= 0 else { break }
            taken.append(character)
        }
        return taken
    }
}
