import Terminal

extension Dialog {
    /// Draws the dialog in front of what is there; gives the cursor's place.
    func draw(_ canvas: inout Canvas, look: Look, context: Context) -> Point? {
        switch self {
        case .question(let question): question.draw(&canvas, look)
        case .prompt(let prompt): prompt.draw(&canvas, look)
        case .chooser(let chooser): chooser.draw(&canvas, look)
        case .analysis(let view): view.draw(&canvas, look)
        case .help(let scroll): HelpPage.draw(&canvas, look, context: context, scroll: scroll)
        }
    }

    static func frame(_ canvas: inout Canvas, _ look: Look, height: Int, width: Int, title: String, note: String)
        -> Rect
    {
        let rect = canvas.bounds.centered(height: Row(height), width: Column(width))
        canvas.fill(rect, style: look[.dialog])
        return look.panel(&canvas, rect, title, note: note, isFocused: true)
    }
}

extension Question {
    func draw(_ canvas: inout Canvas, _ look: Look) -> Point? {
        let width = min(72, max(30, canvas.size.width.value - 4))
        let lines = Wrapping.lines(text, width: width - 4)
        let inner = Dialog.frame(
            &canvas, look, height: lines.count + choices.count + 4, width: width, title: title,
            note: "↑↓ choose  Enter  Esc")
        var row = inner.row
        for line in lines where row < inner.bottom {
            canvas.put(line, row: row, column: inner.column + 1, width: inner.width - 2)
            row += 1
        }
        row = max(inner.row, min(row + 1, inner.bottom - choices.count))
        var cursor: Point?
        for (index, choice) in choices.enumerated() {
            let isFocused = index == focused
            look.hits?.add(Rect(row: row, column: inner.column, height: 1, width: inner.width), .choice(index))
            canvas.put(
                (isFocused ? "▸ " : "  ") + choice.title + " ", row: row, column: inner.column + 1,
                style: look[isFocused ? .selection : .dialog], width: inner.width - 2)
            if isFocused { cursor = Point(row: row, column: inner.column + 1) }
            row += 1
        }
        return cursor
    }
}

extension Prompt {
    func draw(_ canvas: inout Canvas, _ look: Look) -> Point? {
        if purpose == .filter { return drawAsFilter(&canvas, look) }
        let width = min(72, max(30, canvas.size.width.value - 4))
        let lines = Wrapping.lines(hint, width: width - 4) + shownChoices(width: width - 4)
        let problems = problem.map { Wrapping.lines($0, width: width - 4) } ?? []
        let inner = Dialog.frame(
            &canvas, look, height: lines.count + problems.count + 4, width: width, title: title, note: "Enter  Esc")
        var row = inner.row
        for line in lines {
            canvas.put(line, row: row, column: inner.column + 1, style: look[.muted], width: inner.width - 2)
            row += 1
        }
        for line in problems {
            canvas.put(line, row: row, column: inner.column + 1, style: look[.bad], width: inner.width - 2)
            row += 1
        }
        return field.draw(
            &canvas, row: min(row, inner.bottom - 1), column: inner.column + 1, width: inner.width - 2,
            look)
    }

    /// As many as fit into three lines.
    private func shownChoices(width: Int) -> [String] {
        let lines = Wrapping.lines(choices.joined(separator: "  "), width: width)
        return choices.isEmpty ? [] : Array(lines.prefix(3)) + (lines.count > 3 ? ["…"] : [])
    }

    /// A filter is typed in the last line, so that what it leaves can be seen.
    private func drawAsFilter(_ canvas: inout Canvas, _ look: Look) -> Point? {
        let row = canvas.size.height - 1
        canvas.fill(Rect(row: row, column: 0, height: 1, width: canvas.size.width), style: look[.field])
        canvas.put("/", row: row, column: 0, style: look[.key])
        let lines = problem.map { Wrapping.lines($0, width: max(1, canvas.size.width.value - 2)) } ?? []
        for (place, line) in lines.prefix(max(0, row.value - 1)).enumerated() {
            let above = row - Row(min(lines.count, row.value - 1) - place)
            canvas.fill(Rect(row: above, column: 0, height: 1, width: canvas.size.width), style: look[.field])
            canvas.put(line, row: above, column: 1, style: look[.bad], width: canvas.size.width - 2)
        }
        return field.draw(&canvas, row: row, column: 1, width: canvas.size.width - 1, look)
    }
}

extension Chooser {
    func draw(_ canvas: inout Canvas, _ look: Look) -> Point? {
        let shown = shown
        let width = min(84, max(30, canvas.size.width.value - 4))
        let footnoteRows = footnote == nil ? 0 : 3
        let height = min(canvas.size.height.value - 2, max(8, entries.count + 3 + footnoteRows))
        let inner = Dialog.frame(
            &canvas, look, height: height, width: width, title: title,
            note: filters ? "type to filter  ↑↓  Enter  Esc" : "↑↓  Enter  Esc; other keys work as usual")
        let (top, below) = inner.split(top: filters ? 1 : 0)
        let (rest, foot) = below.split(bottom: Row(below.height >= 6 ? footnoteRows : min(1, footnoteRows)))
        if let footnote {
            // A blank line between, where there is room.
            look.hint(
                &canvas,
                Rect(
                    row: foot.row + (foot.height > 2 ? 1 : 0), column: foot.column + 1,
                    height: foot.height - (foot.height > 2 ? 1 : 0), width: foot.width - 2), footnote)
        }
        let point =
            filters ? field.draw(&canvas, row: top.row, column: top.column + 1, width: top.width - 2, look) : nil
        let titleWidth = min(max(12, (shown.map(\.title.count).max() ?? 0) + 2), width / 2)
        look.list(
            &canvas, rest, cursor: cursor, count: shown.count, isFocused: true, target: { .choice($0) }
        ) { index in
            let entry = shown[index]
            return (
                Figures.left(entry.title, titleWidth) + " " + entry.note, entry.isPossible ? .dialog : .muted
            )
        }
        if shown.isEmpty { look.hint(&canvas, rest.inset(), "no matches") }
        return point
    }
}

/// All keys that mean something here, from the table of bindings.
enum HelpPage {
    static func lines(context: Context) -> [(key: String, title: String, isHeading: Bool)] {
        ([context] + context.parents).flatMap { place -> [(key: String, title: String, isHeading: Bool)] in
            let bindings = BindingTable.bindings(of: place, seenIn: context)
            guard !bindings.isEmpty else { return [] }
            return [(place.title, "", true)]
                + bindings.map { ($0.keys.map(\.title).joined(separator: " "), $0.title, false) }
                + [("", "", false)]
        } + [
            ("mouse", "", true), ("click", "focuses a panel, selects a row, reads a plot or a pixel", false),
            ("wheel", "scrolls a list, zooms a plot, steps through events", false),
            ("drag", "moves a slider, a handle of the sliding curve, the crosshair or the playback position", false),
            ("", "", false), ("quitting", "", true),
            ("q", "asks first if a run is active; Ctrl-C twice saves a checkpoint and quits", false),
        ]
    }

    static func draw(_ canvas: inout Canvas, _ look: Look, context: Context, scroll: Int) -> Point? {
        let lines = lines(context: context)
        let width = min(76, canvas.size.width.value - 2)
        let inner = Dialog.frame(
            &canvas, look, height: min(lines.count + 2, canvas.size.height.value - 2), width: width, title: "Keys",
            note: "↑↓ scroll  Esc")
        let first = max(0, min(scroll, lines.count - inner.height.value))
        for (offset, line) in lines.dropFirst(first).prefix(max(0, inner.height.value)).enumerated() {
            let row = inner.row + offset
            if line.isHeading {
                canvas.put(line.key, row: row, column: inner.column + 1, style: look[.title], width: inner.width - 2)
            } else {
                canvas.put(line.key, row: row, column: inner.column + 2, style: look[.key], width: 16)
                canvas.put(line.title, row: row, column: inner.column + 19, width: inner.width - 20)
            }
        }
        return nil
    }
}
