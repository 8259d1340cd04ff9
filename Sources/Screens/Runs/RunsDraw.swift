import Messages
import Terminal

extension RunsState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isZoomed {
            switch focus {
            case .runs: return drawRuns(&canvas, rect, look, shared)
            case .table: return drawTable(&canvas, rect, look, shared)
            case .detail: return drawDetail(&canvas, rect, look, shared)
            case .queue: return drawQueue(&canvas, rect, look, shared)
            case .presets: return drawPresets(&canvas, rect, look, shared)
            }
        }
        if showsTable { return drawWithTable(&canvas, rect, look, shared) }
        let showsDifferences = isComparing || presetComparison != nil
        let showsQueue = focus == .queue || !shared.queue.isEmpty
        if rect.width >= 110 {
            let (left, right) = rect.split(left: rect.width * 13 / 20)
            let (detail, presets) = right.split(bottom: max(7, rect.height / 3))
            let (runs, below) = left.split(
                bottom: showsDifferences
                    ? rect.height / 2 : showsQueue ? Row(min(9, max(4, shared.queue.count + 2))) : 0)
            drawRuns(&canvas, runs, look, shared)
            if showsDifferences {
                drawDifferences(&canvas, below, look, shared)
            } else if showsQueue {
                drawQueue(&canvas, below, look, shared)
            }
            drawDetail(&canvas, detail, look, shared)
            drawPresets(&canvas, presets, look, shared)
        } else {
            let (runs, below) = rect.split(top: rect.height * 2 / 5)
            drawRuns(&canvas, runs, look, shared)
            if showsDifferences {
                let (table, plots) = below.split(left: isComparing ? below.width / 2 : below.width)
                drawDifferences(&canvas, table, look, shared)
                if isComparing { drawDetail(&canvas, plots, look, shared) }
            } else {
                let (detail, side) = below.split(right: min(30, below.width / 3))
                drawDetail(&canvas, detail, look, shared)
                if focus == .queue {
                    drawQueue(&canvas, side, look, shared)
                } else {
                    drawPresets(&canvas, side, look, shared)
                }
            }
        }
    }

    /// The table takes the whole width; above it the list, and the curves where there is room for both.
    private func drawWithTable(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let isWide = rect.width >= 110
        let (above, below) = rect.split(top: isWide ? rect.height * 2 / 5 : max(5, rect.height / 4))
        guard isWide else {
            drawRuns(&canvas, above, look, shared)
            return focus == .detail
                ? drawDetail(&canvas, below, look, shared) : drawTable(&canvas, below, look, shared)
        }
        let (list, curves) = above.split(left: above.width / 2)
        drawRuns(&canvas, list, look, shared)
        drawDetail(&canvas, curves, look, shared)
        drawTable(&canvas, below, look, shared)
    }

    // MARK: The list

    private func drawRuns(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .runs(.runs))
        let shown = shown(shared)
        var title = "Runs  \(shown.count) by \(order.title)\(isReversed ? " ▲" : " ▼")"
        if !marked.isEmpty { title += "  \(marked.count) marked" }
        if !cursor.filter.isEmpty {
            title += "  /\(cursor.filter)" + ((try? RunFilter(cursor.filter)) == nil ? " (invalid filter)" : "")
        }
        let inner = look.panel(
            &canvas, rect, title, note: "◉ marked  ★ pinned  ⑂ fork  ✗ R resume", isFocused: focus == .runs)
        guard !shown.isEmpty else {
            let text =
                shared.runs.isEmpty
                ? "No runs yet: press 2 for Train, then b to begin one."
                : "No match. Filter with words, tag:slide, acc>50, state:finished, age<2d, -word."
            return look.hint(&canvas, inner.inset(), text)
        }
        let (header, list) = inner.split(top: 1)
        let columns = RunColumn.fitting(
            width: inner.width.value - 3, shown, sortedBy: order, now: shared.now,
            reference: shared.pinnedRun)
        var place = header.column + 3
        for column in columns {
            let isOrder = column.order == order
            look.hits?.add(
                Rect(row: header.row, column: place, height: 1, width: Column(column.width + 1)).intersection(header),
                column.order.map { .column($0) } ?? .runs(.runs))
            canvas.put(
                column.head, row: header.row, column: place, style: look[isOrder ? .accent : .muted],
                width: min(Column(column.width), max(0, header.trailing - place)))
            place += column.width + 1
        }
        look.list(&canvas, list, cursor: cursor, count: shown.count, isFocused: focus == .runs) { index in
            let run = shown[index]
            let cells = columns.map { $0.cell(run) }
            let role: ThemeRole =
                run.isInterrupted || run.phase == .failed ? .warning : marked.contains(run.id) ? .accent : .text
            return ((marked.contains(run.id) ? "◉ " : "○ ") + cells.joined(separator: " "), role)
        }
        drawMarks(&canvas, list, look, shown)
    }

    /// The marks in the colors that the runs have in plots.
    private func drawMarks(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shown: [RunSummary]) {
        let first = cursor.firstShown(count: shown.count, height: rect.height.value)
        for (offset, run) in shown.dropFirst(first).prefix(max(0, rect.height.value)).enumerated()
        where drawnMarks.contains(run.id) {
            let place = Rect(row: rect.row + offset, column: rect.column + 1, height: 1, width: 1)
            canvas.restyle(place, Style(foreground: look.theme.series(colors[run.id]).foreground))
        }
    }

    static func phaseMark(_ phase: RunState.Phase) -> String {
        switch phase {
        case .idle, .stopped: "■"
        case .preparing, .running: "▶"
        case .validating, .testing: "▷"
        case .paused: "⏸"
        case .finished: "✓"
        case .failed: "✗"
        }
    }

    // MARK: Queue and presets

    private func drawQueue(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .runs(.queue))
        let isFocused = focus == .queue
        let inner = look.panel(
            &canvas, rect, "Queue", note: isFocused ? "Enter train now  [ ] move" : "", isFocused: isFocused)
        guard !shared.queue.isEmpty else {
            return look.hint(&canvas, inner, "The queue is empty. w adds a run or a preset; b and f can add one too.")
        }
        // A narrow row has no room for the reason.
        let reason = chosenEntry(shared)?.problem.map { "✗ could not start: " + $0 } ?? ""
        let rows = min(Wrapping.lines(reason, width: inner.width.value).count, inner.height.value - shared.queue.count)
        let (list, below) = inner.split(bottom: Row(reason.isEmpty ? 0 : max(0, rows)))
        look.hint(&canvas, below, reason, role: .warning)
        look.list(
            &canvas, list, cursor: queueCursor, count: shared.queue.count, isFocused: isFocused,
            isAboveFrame: below.isEmpty
        ) { index in
            let entry = shared.queue[index]
            let number = Figures.right(String(index + 1), 2)
            guard let problem = entry.problem else { return (number + "  " + entry.title, .text) }
            return (number + " ✗ " + entry.title + " — could not start: " + problem, .warning)
        }
    }

    private func drawPresets(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .runs(.presets))
        let shown = shownPresets(shared)
        let inner = look.panel(
            &canvas, rect, "Presets" + (presetCursor.filter.isEmpty ? "" : "  /\(presetCursor.filter)"),
            note: "Enter load · age, number of runs", isFocused: focus == .presets)
        guard !shown.isEmpty else {
            return look.hint(
                &canvas, inner,
                shared.presets.isEmpty ? "No presets; s saves the current settings as one." : "No match.")
        }
        let (list, words) = inner.split(bottom: inner.height >= 6 ? 2 : 0)
        if let chosen = presetCursor.index(in: shown.count) {
            look.hint(&canvas, words, shown[chosen].note, role: .muted)
        }
        let nameWidth = min(max(6, shown.map(\.name.count).max() ?? 6), inner.width.value * 6 / 10)
        look.list(
            &canvas, list, cursor: presetCursor, count: shown.count, isFocused: focus == .presets,
            isAboveFrame: words.isEmpty
        ) { index in
            let preset = shown[index]
            // What is said of it gives way before the note does.
            let age = preset.modified.map { Figures.age(shared.now - $0.wrappedValue) } ?? ""
            let kind = Figures.left(preset.isBuiltIn ? "built-in" : age, 8)
            let uses = Figures.left(preset.useCount > 0 ? "\(preset.useCount)×" : "", 4)
            let edits = preset.editCount > 0 ? "\(preset.editCount) edits" : ""
            let note = preset.problem == nil ? kind + " " + uses + edits : "✗ " + (preset.shortProblem ?? "")
            return (Figures.middle(preset.name, nameWidth) + " " + note, preset.problem == nil ? .text : .warning)
        }
    }
}

extension PresetSummary {
    /// What is wrong, beginning with the line instead of the file, whose name stands beside it.
    var shortProblem: String? {
        guard let problem, problem.hasPrefix(path + ":") else { return problem.map(Figures.shortPaths) }
        let parts = problem.dropFirst(path.count + 1).split(separator: ":", maxSplits: 2)
        guard parts.count == 3, let line = Int(parts[0]) else { return Figures.shortPaths(problem) }
        return "line \(line): \(parts[2].trimmed)"
    }
}
