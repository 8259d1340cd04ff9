import Messages
import Terminal

extension RunsState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isZoomed {
            switch focus {
            case .runs: return drawRuns(&canvas, rect, look, shared)
            case .detail: return drawDetail(&canvas, rect, look, shared)
            case .presets: return drawPresets(&canvas, rect, look, shared)
            }
        }
        if rect.width >= 110 {
            let (left, right) = rect.split(left: rect.width * 6 / 10)
            let (detail, presets) = right.split(bottom: max(7, rect.height / 3))
            let (runs, below) = left.split(bottom: isComparing ? rect.height / 2 : 0)
            drawRuns(&canvas, runs, look, shared)
            if isComparing { drawDifferences(&canvas, below, look, shared) }
            drawDetail(&canvas, detail, look, shared)
            drawPresets(&canvas, presets, look, shared)
        } else {
            let (runs, below) = rect.split(top: rect.height * 2 / 5)
            drawRuns(&canvas, runs, look, shared)
            if isComparing {
                let (table, plots) = below.split(left: below.width / 2)
                drawDifferences(&canvas, table, look, shared)
                drawDetail(&canvas, plots, look, shared)
            } else {
                let (detail, presets) = below.split(right: min(30, below.width / 3))
                drawDetail(&canvas, detail, look, shared)
                drawPresets(&canvas, presets, look, shared)
            }
        }
    }

    // MARK: The list

    private func drawRuns(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let shown = shown(shared)
        var title = "Runs  by \(order.title)"
        if !marked.isEmpty { title += "  \(marked.count) marked" }
        if !cursor.filter.isEmpty { title += "  /\(cursor.filter)" }
        let inner = look.panel(
            &canvas, rect, title, note: "◉ marked  ✗ interrupted: R resumes", isFocused: focus == .runs)
        guard !shown.isEmpty else {
            let text = shared.runs.isEmpty ? "No runs yet: 2 shows training, b begins a run there." : "No run matches."
            return look.hint(&canvas, inner.inset(), text)
        }
        let (header, list) = inner.split(top: 1)
        let nameWidth = max(8, inner.width.value - 52)
        canvas.put(
            "     " + Figures.left("name", nameWidth) + " state     epoch    val %  test %   loss edits tags",
            row: header.row, column: header.column, style: look[.muted], width: header.width)
        look.list(&canvas, list, cursor: cursor, count: shown.count, isFocused: focus == .runs) { index in
            let run = shown[index]
            let mark = marked.contains(run.id) ? "◉" : "○"
            let state = run.isInterrupted ? "✗ cut off" : Self.phaseMark(run.phase) + " " + run.phase.rawValue
            let cells = [
                " " + mark, Figures.left(run.name, nameWidth + 1), Figures.left(state, 9),
                Figures.right("\(run.epoch)/\(run.epochs)", 7),
                Figures.right(Figures.percent(run.validationAccuracy), 6),
                Figures.right(Figures.percent(run.testAccuracy), 6), Figures.right(Figures.text(run.lastLoss), 7),
                Figures.right(String(run.editCount), 4), run.tags.joined(separator: " "),
            ]
            let role: ThemeRole =
                run.isInterrupted || run.phase == .failed ? .warning : marked.contains(run.id) ? .accent : .text
            return (cells.joined(separator: " "), role)
        }
    }

    static func phaseMark(_ phase: RunState.Phase) -> String {
        switch phase {
        case .idle, .stopped: "■"
        case .preparing, .running, .validating, .testing: "▶"
        case .paused: "⏸"
        case .finished: "✓"
        case .failed: "✗"
        }
    }

    private func drawPresets(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let shown = shownPresets(shared)
        let inner = look.panel(
            &canvas, rect, "Presets" + (presetCursor.filter.isEmpty ? "" : "  /\(presetCursor.filter)"),
            note: "Enter loads", isFocused: focus == .presets)
        guard !shown.isEmpty else {
            return look.hint(
                &canvas, inner,
                shared.presets.isEmpty ? "No presets; p on the training screen saves one." : "None matches.")
        }
        let nameWidth = min(20, max(6, shown.map(\.name.count).max() ?? 6))
        look.list(&canvas, inner, cursor: presetCursor, count: shown.count, isFocused: focus == .presets) { index in
            let preset = shown[index]
            let note = preset.problem.map { "✗ \($0)" } ?? ((preset.isBuiltIn ? "built-in  " : "") + preset.note)
            return (Figures.left(preset.name, nameWidth) + " " + note, preset.problem == nil ? .text : .warning)
        }
    }
}
