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
    /// Columns scrolled to the right, for lines that are longer than the screen.
    var shift = 0

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
        case .bottom, .back: (scroll, shift) = (0, 0)
        case .left: shift -= 8
        case .right: shift += 8
        case .farLeft: shift = 0
        case .farRight: shift += 80
        case .logLevel:
            least = Self.levels.after(least)
            shared.say("log from level \(least.rawValue) on")
        default: break
        }
        scroll = min(max(0, scroll), max(0, count - 1))
        shift = min(max(0, shift), max(0, (lines.map(\.line.text.utf8.count).max() ?? 0) - 8))
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
        var note = scroll > 0 ? "\(scroll) lines back · G follows" : "following"
        if shift > 0 { note += " · from column \(shift + 1)" }
        if droppedCount > 0 { note += " · \(droppedCount) dropped" }
        let title =
            "Log  \(shown.count) lines, \(least.rawValue) and above" + (filter.isEmpty ? "" : "  /\(filter)")
        let inner = look.panel(&canvas, rect, title, note: note, isFocused: isFocused)
        guard !shown.isEmpty else {
            let text =
                lines.isEmpty
                ? "Nothing has been logged yet." : "Nothing matches: Esc clears the filter, e changes the level."
            return look.hint(&canvas, inner.inset(), text)
        }
        let last = max(0, shown.count - scroll)
        let first = max(0, last - inner.height.value)
        for (offset, entry) in shown[first..<last].enumerated() {
            let (row, line) = (inner.row + offset, entry.line)
            // Told by a character, too: colors are not everywhere.
            let (mark, role): (String, ThemeRole) =
                switch line.level {
                case .debug: ("·", .muted)
                case .info: (" ", .text)
                case .warning: ("!", .warning)
                case .error: ("✗", .bad)
                }
            var column = inner.column
            if inner.width >= 50 {
                let time = entry.time.map { Figures.timeOfDay($0 + shared.secondsFromGMT) } ?? ""
                column = canvas.put(Figures.left(time, 9), row: row, column: column, style: look[.muted])
            }
            column = canvas.put(mark + " ", row: row, column: column, style: look[role])
            canvas.put(
                String(line.text.dropFirst(shift)), row: row, column: column, style: look[role],
                width: max(0, inner.trailing - column))
        }
    }
}
