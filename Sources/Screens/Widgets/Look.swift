import Terminal

/// What drawing needs to know beside the state.
struct Look {
    let theme: Theme
    /// Notes what lies where, if somebody wants to know: where a mouse points to.
    var hits: HitMap?

    init(theme: Theme, hits: HitMap? = nil) { (self.theme, self.hits) = (theme, hits) }

    subscript(role: ThemeRole) -> Style { theme[role] }

    /// A panel's frame; gives what is inside.
    func panel(
        _ canvas: inout Canvas, _ rect: Rect, _ title: String, note: String = "", isFocused: Bool
    ) -> Rect {
        canvas.box(
            rect, title: title, note: note, border: self[isFocused ? .focus : .border],
            titleStyle: self[isFocused ? .focus : .title], noteStyle: self[isFocused ? .focus : .muted])
        return rect.inset()
    }

    /// Lines of muted text, one a row, wrapped at words.
    func hint(_ canvas: inout Canvas, _ rect: Rect, _ text: String, role: ThemeRole = .muted) {
        var row = rect.row
        for line in Wrapping.lines(text, width: rect.width.value) where row < rect.bottom {
            canvas.put(line, row: row, column: rect.column, style: self[role], width: rect.width)
            row += 1
        }
    }
}

enum Wrapping {
    /// Text cut at blanks into lines of at most `width` columns; line breaks in the text are kept.
    static func lines(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            var (lines, line) = ([String](), "")
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.columnCount + 1 + word.columnCount > Column(width) {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
                while line.columnCount > Column(width) {
                    // A character wider than the line stands alone and is cut.
                    let fitting = line.prefix(columns: width)
                    let count = max(1, fitting.count)
                    lines.append(String(line.prefix(count)))
                    line = String(line.dropFirst(count))
                }
            }
            return lines + [line]
        }
    }
}
