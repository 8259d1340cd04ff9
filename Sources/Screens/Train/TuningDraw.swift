import Foundation
import Messages
import Terminal

extension TuningState {
    func draw(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, progress: Double?, isFocused: Bool
    ) {
        let run = shared.run
        let title =
            (run.isActive ? "Tuning  live" : "Settings of the next run")
            + (cursor.filter.isEmpty ? "" : "  /\(cursor.filter)")
        let inner = look.panel(&canvas, rect, title, note: footnote, isFocused: isFocused)
        let curveRows = Row(inner.height >= 26 ? 7 : inner.height >= 18 ? 5 : 0)
        let (curve, rest) = inner.split(top: curveRows)
        if curveRows > 0 { drawSlidingCurve(&canvas, curve, look, run, progress: progress) }
        let (list, help) = rest.split(bottom: rest.height >= 14 ? 3 : 1)
        drawKnobs(&canvas, list, look, shared, isFocused: isFocused)
        drawHelp(&canvas, help, look, shared)
    }

    private var footnote: String {
        var parts: [String] = []
        if !staged.isEmpty { parts.append("\(staged.count) staged, Enter applies") }
        if !sent.isEmpty { parts.append("\(sent.count) on the way") }
        return parts.joined(separator: " · ") + (parts.isEmpty ? "" : " · ") + boundary.rawValue
    }

    // MARK: Knobs

    private enum Line {
        case heading(String)
        case knob(Knob)
    }

    /// Knobs under their sections; the restart ones under a heading of their own.
    private var lines: [Line] {
        var lines: [Line] = []
        var heading = ""
        for knob in shown {
            let next = knob.isLive ? knob.section : knob.section + "  (restart)"
            if next != heading { lines.append(.heading(next)) }
            heading = next
            lines.append(.knob(knob))
        }
        return lines
    }

    private func drawKnobs(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, isFocused: Bool) {
        let lines = lines
        guard let chosen else { return look.hint(&canvas, rect, "No knob matches: / and Esc clears the filter.") }
        let place = lines.firstIndex { if case .knob(let knob) = $0 { knob.key == chosen.key } else { false } } ?? 0
        let height = rect.height.value
        let first = max(0, min(place - height / 2, lines.count - height))
        for (offset, line) in lines.dropFirst(first).prefix(max(0, height)).enumerated() {
            let row = rect.row + offset
            switch line {
            case .heading(let title):
                canvas.rule(
                    row: row, rect, title: title, border: look[.border], titleStyle: look[.muted])
            case .knob(let knob):
                draw(knob, &canvas, row, rect, look, shared)
                if knob.key == chosen.key {
                    canvas.put("▸", row: row, column: rect.column, style: look[.accent])
                    if isFocused {
                        canvas.restyle(
                            Rect(row: row, column: rect.column, height: 1, width: rect.width), look[.selection])
                    }
                }
            }
        }
    }

    private func draw(_ knob: Knob, _ canvas: inout Canvas, _ row: Row, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let base = knob.value(in: base(shared.run))
        let value = value(of: knob, shared.run)
        let (isStaged, isSent) = (staged[knob.key] != nil, sent[knob.key] != nil)
        let titleWidth = min(17, rect.width.value / 2 - 1)
        let role: ThemeRole = isStaged || isSent ? .staged : knob.isLive || !shared.run.isActive ? .text : .muted
        canvas.put(Figures.left(knob.title, titleWidth), row: row, column: rect.column + 1, style: look[role])
        var column = rect.column + titleWidth + 2
        var text = KnobText.value(value)
        if isStaged { text += "* (was \(KnobText.value(base)))" }
        if isSent { text = KnobText.value(sent[knob.key] ?? value) + "… (\(KnobText.value(base)))" }
        // What an edit was before matters more than where it stands on its slider.
        let room = rect.trailing - column
        if let share = Self.share(of: value, knob), room >= max(11, text.columnCount) + (isStaged || isSent ? 11 : 6) {
            column = drawSlider(share, &canvas, row, column, look)
        }
        canvas.put(text, row: row, column: column, style: look[role], width: rect.trailing - column)
    }

    private func drawSlider(_ share: Double, _ canvas: inout Canvas, _ row: Row, _ column: Column, _ look: Look)
        -> Column
    {
        let length = 8
        let place = min(length - 1, max(0, Int((share * Double(length - 1)).rounded())))
        let before = String(repeating: "━", count: place)
        let after = String(repeating: "─", count: length - 1 - place)
        var next = canvas.put("◂" + before, row: row, column: column, style: look[.muted])
        next = canvas.put("●", row: row, column: next, style: look[.accent])
        return canvas.put(after + "▸ ", row: row, column: next, style: look[.muted])
    }

    /// Where a number stands in its range.
    private static func share(of value: KnobValue, _ knob: Knob) -> Double? {
        guard let number = value.asNumber else { return nil }
        switch knob.kind {
        case .number(let range, _, .logarithmic):
            guard range.lowerBound > 0, number > 0 else { return nil }
            return log(number / range.lowerBound) / log(range.upperBound / range.lowerBound)
        case .number(let range, _, .linear):
            let span = range.upperBound - range.lowerBound
            // Wide ranges are used near their lower end: the root spreads it.
            return span > 1 ? sqrt((number - range.lowerBound) / span) : (number - range.lowerBound) / span
        default: return nil
        }
    }

    private func drawHelp(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        guard let chosen else { return }
        let sentence = chosen.isLive || !shared.run.isActive ? chosen.help : "Takes a restart. " + chosen.help
        look.hint(&canvas, rect, sentence)
    }

    // MARK: The sliding curve

    /// The replacement probability over the run: what has passed, and what is planned with the staged edits in.
    private func drawSlidingCurve(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ run: RunState, progress: Double?
    ) {
        let sliding = edited(run).sliding
        let curve = SlidingCurve(sliding)
        let (plot, legend) = rect.split(bottom: 1)
        let area = plot.split(left: 4).rest
        guard area.width >= 4, area.height >= 2 else { return }
        canvas.put("1.0", row: plot.row, column: plot.column, style: look[.axis])
        canvas.put("0.0", row: plot.bottom - 1, column: plot.column, style: look[.axis])
        var (past, planned) = (
            Braille(width: area.width, height: area.height), Braille(width: area.width, height: area.height)
        )
        var previous: Int?
        for x in 0..<past.dotWidth {
            let share = Double(x) / Double(past.dotWidth - 1)
            let probability = curve.probability(at: share)
            let y = past.dotHeight - 1 - Int((probability * Double(past.dotHeight - 1)).rounded())
            let isPast = share <= (progress ?? 0)
            if isPast { past.vertical(x: x, from: previous ?? y, to: y) }
            // What is planned is dotted.
            if !isPast, x % 2 == 0 { planned.set(x: x, y: y) }
            previous = y
        }
        planned.draw(on: &canvas, at: area.origin, style: look[.muted])
        past.draw(on: &canvas, at: area.origin, style: look.theme.series(0))
        if let progress {
            let column = area.column + min(area.width.value - 1, max(0, Int(progress * Double(area.width.value))))
            for row in area.rows { canvas.put("┊", row: row, column: column, style: look[.mark]) }
        }
        canvas.put(
            "p(event) \(sliding.strategy)  " + SlidingPreview.formula(sliding), row: legend.row, column: legend.column,
            style: look[.muted], width: legend.width)
    }
}

/// How the planned sliding curve is written below its picture.
enum SlidingPreview {
    static func formula(_ sliding: RunConfiguration.SlidingSection) -> String {
        guard sliding.curve.isEmpty else { return "handles " + sliding.curve }
        let base = sliding.end == 1 ? "t" : "(t/\(Figures.text(sliding.end)))"
        return "\(base)^\(Figures.text(sliding.exponent))"
    }
}
