import Configuration
import Messages
import Terminal

/// The table of compared runs.
extension RunsState {
    func drawTable(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .runs(.table))
        let lines = table.lines
        var title = "Compare \(marked.count) runs"
        if table.grouping != .none { title += "  by \(groupingTitle)" }
        if let sort = table.sort {
            title += "  sorted by \(sort.title(description)) \(isLargestFirst(sort) ? "▼" : "▲")"
        }
        let isFocused = focus == .table
        let inner = look.panel(
            &canvas, rect, title, note: isFocused ? "b group  o sort  c columns  Esc close" : "",
            isFocused: isFocused)
        guard table.content != nil else { return look.hint(&canvas, inner.inset(), "Reading the runs…") }
        let columns = RunTableLayoutColumn.columns(of: table, lines, shared, description)
        let shown = RunTableLayoutColumn.fitting(columns, from: table.firstColumn, width: inner.width.value - 3)
        let (header, body) = inner.split(top: 1)
        let (list, foot) = body.split(bottom: body.height >= 6 ? 1 : 0)
        drawHeads(shown, &canvas, header, look)
        look.list(
            &canvas, list, cursor: table.cursor, count: lines.count, isFocused: isFocused, isAboveFrame: foot.isEmpty
        ) { index in
            let cells = shown.map { $0.cell(lines[index]) }.joined(separator: " ")
            switch lines[index] {
            case .group: return (cells, .title)
            case .run(let row):
                let isDrawn = drawnMarks.contains(row.run.summary.id)
                return ((isDrawn ? "◉ " : "  ") + cells, .text)
            }
        }
        drawTableMarks(&canvas, list, look, lines)
        var words: [String] = []
        let hidden = columns.count - shown.count
        if hidden > 0 { words.append("←→ \(hidden) more column\(hidden == 1 ? "" : "s")") }
        if let reference = shared.pinnedRun { words.append("Δ: percentage points vs ★ \(reference.name)") }
        if table.grouping != .none { words.append("±: half the 95 % interval (Student's t)") }
        look.hint(&canvas, foot, words.joined(separator: " · "))
    }

    private var groupingTitle: String {
        switch table.grouping {
        case .none: ""
        case .settings: "settings"
        case .preset: "preset"
        case .setting(let key): description.title(of: key)
        }
    }

    private func isLargestFirst(_ column: RunTableColumn) -> Bool {
        if case .result(let measure) = column {
            measure.largestFirst != table.layout.isReversed
        } else {
            table.layout.isReversed
        }
    }

    private func drawHeads(
        _ columns: [RunTableLayoutColumn], _ canvas: inout Canvas, _ rect: Rect, _ look: Look
    ) {
        var place = rect.column + 3
        for column in columns {
            look.hits?.add(
                Rect(row: rect.row, column: place, height: 1, width: Column(column.width + 1)).intersection(rect),
                .tableColumn(column.column.key))
            canvas.put(
                column.head, row: rect.row, column: place,
                style: look[column.column.key == table.sort?.key ? .accent : .muted],
                width: min(Column(column.width), max(0, rect.trailing - place)))
            place += column.width + 1
        }
    }

    /// The marks in the colors that the runs have in plots.
    private func drawTableMarks(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ lines: [RunTableState.Line]) {
        let first = table.cursor.firstShown(count: lines.count, height: rect.height.value)
        for (offset, line) in lines.dropFirst(first).prefix(max(0, rect.height.value)).enumerated() {
            guard case .run(let row) = line, drawnMarks.contains(row.run.summary.id) else { continue }
            let place = Rect(row: rect.row + offset, column: rect.column + 1, height: 1, width: 1)
            canvas.restyle(place, Style(foreground: look.theme.series(colors[row.run.summary.id]).foreground))
        }
    }
}

/// A column of the table as it is drawn.
struct RunTableLayoutColumn {
    let column: RunTableColumn
    let width: Int
    private let title: String
    private let isRight: Bool
    private let text: (RunTableState.Line) -> String

    var head: String { fitted(title) }

    func cell(_ line: RunTableState.Line) -> String {
        // A group's name begins where the marks of its runs stand.
        if column == .name, case .group = line { return Figures.left(text(line), width + 2) }
        return fitted(text(line))
    }

    private func fitted(_ text: String) -> String {
        isRight ? Figures.right(text, width) : Figures.middle(text, width)
    }

    /// As wide as their longest cell, within bounds.
    static func columns(
        of table: RunTableState, _ lines: [RunTableState.Line], _ shared: Shared, _ description: EngineDescription
    ) -> [RunTableLayoutColumn] {
        guard let content = table.content else { return [] }
        return table.columns.compactMap { column in
            guard let place = content.index(of: column.key) else { return nil }
            func text(_ line: RunTableState.Line) -> String {
                switch line {
                case .group(let group): Self.text(of: group, column)
                case .run(let row):
                    (column == .name && row.run.summary.id == shared.pinned ? RunColumn.pinMark : "")
                        + Self.text(of: row.cells[place], description.knownKnob(column.key))
                }
            }
            var (isRight, widths) = (false, 4...16)
            if case .result = column { (isRight, widths) = (true, 4...13) }
            if column == .name { widths = 8...30 }
            let title = column.title(description)
            let longest = lines.map { text($0).columnCount.value }.max() ?? 0
            let width = max(min(title.columnCount.value, 14), min(widths.upperBound, max(widths.lowerBound, longest)))
            return RunTableLayoutColumn(column: column, width: width, title: title, isRight: isRight, text: text)
        }
    }

    /// The name, and of the others as many as have room, from the first that is not scrolled out.
    static func fitting(
        _ columns: [RunTableLayoutColumn], from first: Int, width: Int
    ) -> [RunTableLayoutColumn] {
        guard let name = columns.first else { return [] }
        var left = width - name.width
        var shown = [name]
        for column in columns.dropFirst(1 + min(first, max(0, columns.count - 2))) {
            left -= column.width + 1
            guard left >= 0 else { break }
            shown.append(column)
        }
        return shown
    }

    // MARK: Cells

    private static func text(of group: RunTable.Group, _ column: RunTableColumn) -> String {
        switch column {
        case .name: return "n \(group.count)  \(group.title)"
        case .preset, .setting: return group.common[column.key].map { text(of: $0, nil) } ?? ""
        case .result(let measure):
            guard let mean = group.means[measure.rawValue] else { return "–" }
            guard measure.hasInterval, let halfWidth = mean.halfWidth else { return text(mean.mean, measure.unit) }
            return text(mean.mean, measure.unit) + " ±" + text(halfWidth, measure.unit).trimmingPrefix("+")
        }
    }

    private static func text(of cell: RunTable.Cell, _ knob: Knob?) -> String {
        switch cell {
        case .none: "–"
        case .text(let text): text
        case .setting(let course):
            ([course.start] + course.changes.map(\.value)).map { KnobText.short($0, knob) }.joined(separator: "→")
        case .figure(let value, let unit): text(value, unit)
        }
    }

    private static func text(_ value: Double, _ unit: RunMeasure.Unit) -> String {
        switch unit {
        case .share: Figures.percent(value)
        case .points: OutcomeDifference.points(value)
        case .count: value == value.rounded() ? Figures.fixed(value, 0) : Figures.text(value)
        case .seconds: Figures.span(value)
        case .plain: Figures.text(value)
        }
    }
}
