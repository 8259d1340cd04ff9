import Messages
import Terminal

extension StudyState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        guard let board else { return drawList(&canvas, rect, look) }
        let (line, body) = rect.split(top: 1)
        drawProgress(&canvas, line, look, board)
        if isZoomed { return draw(focus, &canvas, body, look, board) }
        if body.width >= 110 {
            let (table, below) = body.split(top: tableHeight(in: body))
            let (plot, side) = below.split(left: below.width * 11 / 20)
            let (cells, facts) = side.split(
                top: showsEveryFact ? side.height / 2 : max(4, min(side.height - 7, Row(max(4, self.cells.count + 2)))))
            draw(.table, &canvas, table, look, board)
            draw(.plot, &canvas, plot, look, board)
            draw(.cells, &canvas, cells, look, board)
            draw(.facts, &canvas, facts, look, board)
            return
        }
        switch focus {
        case .table, .cells:
            let (table, cells) = body.split(bottom: min(body.height / 2, Row(max(5, min(9, self.cells.count + 2)))))
            draw(.table, &canvas, table, look, board)
            draw(.cells, &canvas, cells, look, board)
        case .plot, .facts: draw(focus, &canvas, body, look, board)
        }
    }

    /// As many rows as there are, but for half of the screen.
    private func tableHeight(in rect: Rect) -> Row {
        let most = max(8, rect.height / 2)
        return min(most, max(8, Row(rows.count + 3)))
    }

    private func draw(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        look.hits?.add(rect, .study(panel))
        switch panel {
        case .table: drawTable(&canvas, rect, look, board)
        case .cells: drawCells(&canvas, rect, look, board)
        case .plot: drawPlot(&canvas, rect, look, board)
        case .facts: drawFacts(&canvas, rect, look, board)
        }
    }

    /// Which study it is, who works at it, and how far it is.
    private func drawProgress(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        let (mark, role): (String, ThemeRole) =
            switch board.work {
            case .none: ("■ not training", .muted)
            case .training: ("▶ training", .good)
            case .pausing: ("⏸ pausing once running ones end", .warning)
            case .stopping: ("■ stopping", .warning)
            }
        let name = " \(board.name) "
        let counting = board.isCounting ? "  counting…" : ""
        func fits(_ parts: String...) -> Bool {
            parts.reduce(0) { $0 + $1.columnCount.value } + 2 <= rect.width.value
        }
        // Where there is little room, the mark alone says who works, and figures that come are seen when they have.
        let isWhole = fits(name, mark, board.progress, counting)
        let shown = fits(name, mark, board.progress) ? mark : String(mark.prefix(1))
        var place = canvas.put(name, row: rect.row, column: rect.column, style: look[.title], width: rect.width)
        place = canvas.put(shown, row: rect.row, column: place, style: look[role], width: rect.trailing - place)
        canvas.put(
            "  " + board.progress + (isWhole ? counting : ""), row: rect.row, column: place, style: look[.text],
            width: max(0, rect.trailing - place))
    }

    // MARK: The table

    private func drawTable(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        let rows = rows
        let title = "Table  \(rows.count) rows" + (cursor.filter.isEmpty ? "" : "  /\(cursor.filter)")
        let inner = look.panel(
            &canvas, rect, title, note: "★ reference  ✓ ▶ · ■ ✗ runs by seed", isFocused: focus == .table)
        guard !rows.isEmpty else { return look.hint(&canvas, inner.inset(), "No match: Esc clears the filter.") }
        let (header, list) = inner.split(top: 1)
        let columns = StudyColumn.fitting(width: inner.width.value - 1, board, rows)
        var places: [Column] = []
        var place = header.column + 1
        for column in columns {
            places.append(place)
            canvas.put(
                column.head, row: header.row, column: place, style: look[.muted],
                width: min(Column(column.width), max(0, header.trailing - place)))
            place += column.width + 1
        }
        look.list(&canvas, list, cursor: cursor, count: rows.count, isFocused: focus == .table) { index in
            let row = rows[index]
            let isReference = board.arms[row.arm].name == board.reference
            return (columns.map { $0.cell(row) }.joined(separator: " "), isReference ? .reference : .text)
        }
        let first = cursor.firstShown(count: rows.count, height: list.height.value)
        let byID = Dictionary(board.cells.map { ($0.id, $0) }) { first, _ in first }
        for (offset, row) in rows.dropFirst(first).prefix(max(0, list.height.value)).enumerated() {
            for (column, place) in zip(columns, places) {
                recolor(column, row, byID, &canvas, Point(row: list.row + offset, column: place), list, look)
            }
        }
    }

    /// Marks in the colors of their states; a difference that is one in that of its sign.
    private func recolor(
        _ column: StudyColumn, _ row: StudyBoard.Row, _ cells: [String: StudyBoard.Cell], _ canvas: inout Canvas,
        _ place: Point, _ list: Rect, _ look: Look
    ) {
        func color(_ role: ThemeRole, at column: Column, width: Int) {
            let rect = Rect(row: place.row, column: column, height: 1, width: Column(width)).intersection(list)
            canvas.restyle(rect, Style(foreground: look[role].foreground))
        }
        switch column.kind {
        case .words: break
        case .marks:
            for (offset, id) in row.cells.enumerated() {
                color(cells[id]?.role ?? .muted, at: place.column + offset, width: 1)
            }
        case .difference:
            guard let figures = row.figures, let low = figures.differenceLow, let high = figures.differenceHigh,
                low > 0 || high < 0
            else { return }
            color(low > 0 ? .good : .bad, at: place.column, width: column.width)
        }
    }

    // MARK: The runs of a row

    private func drawCells(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        let isFocused = focus == .cells
        let title = row.map { "Runs  \(board.title(of: $0))" } ?? "Runs"
        let inner = look.panel(&canvas, rect, title, note: isFocused ? "Enter open" : "", isFocused: isFocused)
        let cells = cells
        guard !cells.isEmpty else {
            return look.hint(&canvas, inner, "The search has not decided yet which runs there are.")
        }
        look.list(&canvas, inner, cursor: cellCursor, count: cells.count, isFocused: isFocused) { index in
            (cells[index].line, cells[index].role == .muted ? .text : cells[index].role)
        }
    }

    // MARK: Before one is open

    private func drawList(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .study(.table))
        let inner = look.panel(&canvas, rect, "Study", note: "Enter open  o another file", isFocused: true)
        let opening = awaited.map { "Opening \($0)…" }
        let text =
            opening
            ?? "A study trains arms against each other, with the same recordings and seeds, and tells them apart with "
            + "intervals. No study is open: Enter opens one of these, o another file. `saccade help studies` explains the "
            + "file."
        let lines = Wrapping.lines(text, width: inner.width.value)
        let (words, list) = inner.split(top: Row(lines.count + 1))
        look.hint(&canvas, words, text, role: .text)
        let known = shownKnown
        guard !known.isEmpty else {
            let words = self.known == nil ? "" : knownCursor.filter.isEmpty ? "None is known yet." : "No match."
            return look.hint(&canvas, list, words)
        }
        let width = min(30, known.map(\.name.count).max() ?? 8)
        look.list(&canvas, list, cursor: knownCursor, count: known.count, isFocused: true) { index in
            (Figures.middle(known[index].name, width) + "  " + known[index].words, .text)
        }
    }
}

extension StudyBoard.Cell {
    var role: ThemeRole {
        switch state {
        case .waiting, .begun: .muted
        case .running: .accent
        case .stopped: .warning
        case .failed: .bad
        case .finished: .good
        }
    }

    /// `✓ seed 3  finished  test 91.2 %  r17`.
    var line: String {
        var words = ["\(mark) seed \(seed)"]
        if let candidate { words.append(candidate.isEmpty ? "search" : "search: \(candidate)") }
        switch state {
        case .waiting: words.append("waiting")
        case .begun: words.append("begun, \(epoch) of \(epochs) epochs")
        case .running: words.append("epoch \(min(epoch + 1, epochs)) of \(epochs)")
        case .stopped: words.append(run == nil ? "stopped before it began" : "stopped, \(epoch) of \(epochs) epochs")
        case .failed: words.append("failed: \(reason)")
        case .finished: words.append("test \(Figures.percent(test)) %")
        }
        if let validation, state != .failed { words.append("val \(Figures.percent(validation)) %") }
        if isFirst, state != .finished { words.append("first") }
        if let run { words.append(run) }
        return words.joined(separator: "  ")
    }
}
