import Foundation
import DequeModule
import Messages
import Terminal

/// The log: what the engine, the library and stray prints have said, newest last.
struct LogState: Sendable {
    static let limit = 2000

    private(set) var lines: Deque<LogLine> = []
    /// Lines that fell off here or before they came.
    var droppedCount = 0
    var least = LogLine.Level.info
    var filter = ""
    /// Lines scrolled up from the end; 0 follows.
    var scroll = 0

    mutating func append(_ level: LogLine.Level, _ text: String) {
        lines.append(LogLine(level: level, text: text))
        if scroll > 0 { scroll += 1 }
        if lines.count > Self.limit {
            lines.removeFirst()
            droppedCount += 1
        }
    }

    var shown: [LogLine] {
        lines.filter { line in
            Self.order(line.level) >= Self.order(least)
                && (filter.isEmpty || line.text.range(of: filter, options: .caseInsensitive) != nil)
        }
    }

    static let levels: [LogLine.Level] = [.debug, .info, .warning, .error]
    private static func order(_ level: LogLine.Level) -> Int { levels.firstIndex(of: level) ?? 0 }

    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        let count = shown.count
        switch action {
        case .up, .nextMatch: scroll += 1
        case .down, .previousMatch: scroll -= 1
        case .pageUp: scroll += 10
        case .pageDown: scroll -= 10
        case .top: scroll = count
        case .bottom, .back: scroll = 0
        case .logLevel:
            least = Self.levels.after(least)
            shared.say("log from level \(least.rawValue) on")
        default: break
        }
        scroll = min(max(0, scroll), max(0, count - 1))
        return []
    }
}

extension LogState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, isFocused: Bool) {
        let shown = shown
        var note = scroll > 0 ? "\(scroll) lines back · G follows" : "following"
        if droppedCount > 0 { note += " · \(droppedCount) dropped" }
        let title =
            "Log  \(shown.count) lines, \(least.rawValue) and above" + (filter.isEmpty ? "" : "  /\(filter)")
        let inner = look.panel(&canvas, rect, title, note: note, isFocused: isFocused)
        guard !shown.isEmpty else {
            let text =
                lines.isEmpty
                ? "Nothing has been logged yet." : "Nothing matches: Esc in / clears the filter, e changes the level."
            return look.hint(&canvas, inner.inset(), text)
        }
        let last = max(0, shown.count - scroll)
        let first = max(0, last - inner.height.value)
        for (offset, line) in shown[first..<last].enumerated() {
            let role: ThemeRole =
                switch line.level {
                case .debug: .muted
                case .info: .text
                case .warning: .warning
                case .error: .bad
                }
            canvas.put(line.text, row: inner.row + offset, column: inner.column, style: look[role], width: inner.width)
        }
    }
}
