import DequeModule
import Foundation
import Messages
import Terminal

/// The log: what the engine, the library and stray prints have said, newest last.
struct LogState: Sendable {
    static let limit = 2000

    /// A line and when it came, in seconds since 1970; `nil` before the clock was read.
    struct Entry: Sendable, Hashable {
        var line: LogLine
        var time: Double?
    }

    private(set) var lines: Deque<Entry> = []
    /// Lines that fell off here or before they came.
    var droppedCount = 0
    var least = LogLine.Level.info { didSet { refresh() } }
    var filter = "" { didSet { refresh() } }
    /// What level and filter leave. Kept: it is asked for with every drawing.
    private(set) var shown: Deque<Entry> = []
    /// Lines scrolled up from the end; 0 follows.
    var scroll = 0

    /// - Parameter time: seconds since 1970.
    mutating func append(_ level: LogLine.Level, _ text: String, at time: Double) {
        let entry = Entry(line: LogLine(level: level, text: text), time: time > 0 ? time : nil)
        lines.append(entry)
        if isShown(entry) { shown.append(entry) }
        if scroll > 0 { scroll += 1 }
        if lines.count > Self.limit {
            let first = lines.removeFirst()
            if isShown(first), !shown.isEmpty { shown.removeFirst() }
            droppedCount += 1
        }
    }

    private func isShown(_ entry: Entry) -> Bool {
        Self.order(entry.line.level) >= Self.order(least)
            && (filter.isEmpty || entry.line.text.range(of: filter, options: .caseInsensitive) != nil)
    }

    private mutating func refresh() { shown = Deque(lines.filter(isShown)) }

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
            shared.say("log level: \(least.rawValue) and above")
        default: break
        }
        scroll = min(max(0, scroll), max(0, count - 1))
        return []
    }
}

extension LogState {
    /// What is shown, a line an entry: `09:31:05  warning  a slow disk`.
    func text(_ shared: Shared) -> String {
        shown.map { entry in
            let time = entry.time.map { Figures.timeOfDay($0 + shared.secondsFromGMT) + "  " } ?? ""
            return time + "\(entry.line.level.rawValue)  \(entry.line.text)\n"
        }.joined()
    }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, isFocused: Bool) {
        let shown = shown
        var note = scroll > 0 ? "\(scroll) lines back · G follow" : "following"
        if droppedCount > 0 { note += " · \(droppedCount) dropped" }
        let title =
            "Log  \(shown.count) lines, \(least.rawValue) and above" + (filter.isEmpty ? "" : "  /\(filter)")
        let inner = look.panel(&canvas, rect, title, note: note, isFocused: isFocused)
        guard !shown.isEmpty else {
            let text =
                lines.isEmpty
                ? "Nothing has been logged yet." : "No lines match: Esc clears the filter, e changes the level."
            return look.hint(&canvas, inner.inset(), text)
        }
        for (place, row) in rows(fitting: inner, shared).enumerated() {
            var column = inner.column
            if Self.showsTimes(inner) {
                column = canvas.put(
                    Figures.left(row.time, Self.timeWidth), row: inner.row + place, column: column, style: look[.muted])
            }
            canvas.put(
                row.text, row: inner.row + place, column: column, style: look[row.role],
                width: max(0, inner.trailing - column))
        }
    }

    private static let timeWidth = 9
    private static func showsTimes(_ rect: Rect) -> Bool { rect.width >= 50 }

    /// The last rows that fit. A long line takes several, and is read whole.
    private func rows(fitting rect: Rect, _ shared: Shared) -> [(time: String, text: String, role: ThemeRole)] {
        var rows: [(time: String, text: String, role: ThemeRole)] = []
        let width = rect.width.value - (Self.showsTimes(rect) ? Self.timeWidth : 0) - 2
        for entry in shown.prefix(max(0, shown.count - scroll)).reversed() where rows.count < rect.height.value {
            // Told by a character, too: colors are not everywhere.
            let (mark, role): (String, ThemeRole) =
                switch entry.line.level {
                case .debug: ("·", .muted)
                case .info: (" ", .text)
                case .warning: ("!", .warning)
                case .error: ("✗", .bad)
                }
            let time = entry.time.map { Figures.timeOfDay($0 + shared.secondsFromGMT) } ?? ""
            for (place, text) in Wrapping.lines(entry.line.text, width: max(1, width)).enumerated().reversed() {
                rows.append((place == 0 ? time : "", (place == 0 ? mark : " ") + " " + text, role))
            }
        }
        return rows.prefix(rect.height.value).reversed()
    }
}
