import Foundation

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
        case ..<1: return trimmed(String(format: "%.3f", value))
        case ..<100: return trimmed(String(format: "%.2f", value))
        case ..<10_000: return trimmed(String(format: "%.1f", value))
        default: return count(value)
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = Substring(text)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }

    /// `980`, `12.4k`, `1.20M`.
    static func count(_ value: Double) -> String {
        switch abs(value) {
        case ..<1000: trimmed(String(format: "%.0f", value))
        case ..<100_000: String(format: "%.1fk", value / 1000)
        case ..<1_000_000: String(format: "%.0fk", value / 1000)
        case ..<1e9: String(format: "%.2fM", value / 1e6)
        default: String(format: "%.2e", value)
        }
    }

    static func count(_ value: Int) -> String { count(Double(value)) }

    /// A share as percent: `58.2`.
    static func percent(_ share: Double?) -> String {
        guard let share, share.isFinite else { return "–" }
        return String(format: "%.1f", share * 100)
    }

    /// `41s`, `12m 05s`, `3h 20m`, `2d 4h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3600: return String(format: "%dm %02ds", whole / 60, whole % 60)
        case ..<86_400: return String(format: "%dh %02dm", whole / 3600, whole % 3600 / 60)
        default: return "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
        }
    }

    static func milliseconds(_ seconds: Double) -> String {
        seconds.isFinite ? (seconds < 1 ? "\(text(seconds * 1000)) ms" : "\(text(seconds)) s") : "–"
    }

    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) B"
        case ..<(1 << 20): String(format: "%.0f KiB", Double(count) / 1024)
        case ..<(1 << 30): String(format: "%.0f MiB", Double(count) / Double(1 << 20))
        default: String(format: "%.2f GiB", Double(count) / Double(1 << 30))
        }
    }

    /// `0.5s` into a recording: seconds with milliseconds.
    static func seconds(microseconds: Int) -> String { String(format: "%.3f s", Double(microseconds) / 1e6) }

    /// Padded on the left.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Padded on the right, cut if it must be.
    static func left(_ text: String, _ width: Int) -> String {
        text.count > width
            ? String(text.prefix(max(0, width - 1))) + (width > 0 ? "…" : "")
            : text + String(repeating: " ", count: width - text.count)
    }
}
