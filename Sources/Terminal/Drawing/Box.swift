extension Canvas {
    /// A frame with a title in its upper edge and a note in its lower one.
    public mutating func box(
        _ rect: Rect, title: String = "", note: String = "", border: Style, titleStyle: Style,
        noteStyle: Style? = nil
    ) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let (right, last) = (rect.trailing - 1, rect.bottom - 1)
        let line = String(repeating: "─", count: rect.width.value - 2)
        put("┌" + line + "┐", row: rect.row, column: rect.column, style: border)
        put("└" + line + "┘", row: last, column: rect.column, style: border)
        for row in (rect.row + 1)..<max(rect.row + 1, last) {
            put("│", row: row, column: rect.column, style: border)
            put("│", row: row, column: right, style: border)
        }
        let room = rect.width - 4
        if !title.isEmpty, room > 2 {
            put(" " + title + " ", row: rect.row, column: rect.column + 2, style: titleStyle, width: room)
        }
        if !note.isEmpty, room > 2 {
            put(" " + note + " ", row: last, column: rect.column + 2, style: noteStyle ?? border, width: room)
        }
    }

    /// A rule with a title, inside a box.
    public mutating func rule(row: Row, _ rect: Rect, title: String, border: Style, titleStyle: Style) {
        put(String(repeating: "─", count: rect.width.value), row: row, column: rect.column, style: border)
        if !title.isEmpty {
            put(" " + title + " ", row: row, column: rect.column + 1, style: titleStyle, width: rect.width - 2)
        }
    }

    /// A bar that is full at `share` 1.
    public mutating func gauge(row: Row, column: Column, width: Column, share: Double, full: Style, empty: Style) {
        guard width > 0 else { return }
        let share = share.isFinite ? min(1, max(0, share)) : 0
        let count = Int((Double(width.value) * share).rounded())
        put(String(repeating: "■", count: count), row: row, column: column, style: full)
        put(String(repeating: "□", count: width.value - count), row: row, column: column + count, style: empty)
    }
}

/// Values as a row of blocks of growing height.
public enum Sparkline {
    private static let levels = Array("▁▂▃▄▅▆▇█")

    /// - Parameter range: what the lowest and the highest block stand for; not-a-number shows as a blank.
    public static func text(_ values: [Double], range: ClosedRange<Double>) -> String {
        let span = range.upperBound - range.lowerBound
        return String(
            values.map { value -> Character in
                guard value.isFinite else { return " " }
                let share = span > 0 ? (value - range.lowerBound) / span : 0
                return levels[min(levels.count - 1, max(0, Int(share * Double(levels.count))))]
            })
    }
}
