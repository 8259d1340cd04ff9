import Configuration
import Foundation
import Messages
import Terminal

extension TuningState {
    func draw(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, curve: SlidingCurveView?, isFocused: Bool,
        panel: TrainState.Panel
    ) {
        let run = shared.run
        let title =
            (fork.map { "Fork of \($0.point.runName) at step \($0.point.optimizerStep)" }
                ?? (run.isActive ? "Tuning  live" : "Settings for the next run"))
            + (cursor.filter.isEmpty ? "" : "  /\(cursor.filter)")
        let inner = look.panel(&canvas, rect, title, note: footnote, isFocused: isFocused)
        look.hits?.add(rect, .train(panel))
        let curveRows = Row(curve != nil && inner.height >= 18 ? 5 : 0)
        let (picture, rest) = inner.split(top: curveRows)
        if curveRows > 0 { curve?.draw(&canvas, picture, look) }
        let (list, help) = rest.split(bottom: rest.height >= 14 ? 3 : 1)
        drawKnobs(&canvas, list, look, shared, isFocused: isFocused)
        drawHelp(&canvas, help, look, shared)
    }

    private var footnote: String {
        var parts: [String] = []
        if fork != nil {
            let count = staged.isEmpty ? "unchanged" : "\(staged.count) changed"
            return "\(count), Enter train, Esc discard"
        }
        if !staged.isEmpty { parts.append("\(staged.count) staged, Enter apply") }
        if !sent.isEmpty { parts.append("\(sent.count) pending") }
        return parts.joined(separator: " · ") + (parts.isEmpty ? "" : " · ") + boundary.rawValue
    }

    // MARK: Knobs

    private enum Line {
        case heading(String)
        /// With its place among those shown.
        case knob(Knob, Int)
    }

    /// Knobs under their sections; the restart ones under a heading of their own.
    private func lines(_ shown: [Knob]) -> [Line] { Self.lines(of: shown) }

    private static func lines(of shown: [Knob]) -> [Line] {
        var lines: [Line] = []
        var heading = ""
        for (index, knob) in shown.enumerated() {
            let next = knob.isLive ? knob.section : knob.section + "  (new run)"
            if next != heading { lines.append(.heading(next)) }
            heading = next
            lines.append(.knob(knob, index))
        }
        return lines
    }

    private func drawKnobs(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, isFocused: Bool) {
        let shown = shown
        let lines = lines(shown)
        guard let chosen = cursor.index(in: shown.count) else {
            return look.hint(&canvas, rect, "No setting matches: Esc clears the filter.")
        }
        let place = lines.firstIndex { if case .knob(_, let index) = $0 { index == chosen } else { false } } ?? 0
        let height = rect.height.value
        let base = base(shared.run)
        let first = max(0, min(place - height / 2, lines.count - height))
        for (offset, line) in lines.dropFirst(first).prefix(max(0, height)).enumerated() {
            let row = rect.row + offset
            switch line {
            case .heading(let title):
                canvas.rule(
                    row: row, rect, title: title, border: look[.border], titleStyle: look[.muted])
            case .knob(let knob, let index):
                look.hits?.add(Rect(row: row, column: rect.column, height: 1, width: rect.width), .row(index))
                draw(knob, &canvas, row, rect, look, base, isActive: fork != nil || shared.run.isActive)
                if index == chosen {
                    canvas.put("▸", row: row, column: rect.column, style: look[.accent])
                    if isFocused {
                        canvas.restyle(
                            Rect(row: row, column: rect.column, height: 1, width: rect.width), look[.selection])
                    }
                }
            }
        }
    }

    private func draw(
        _ knob: Knob, _ canvas: inout Canvas, _ row: Row, _ rect: Rect, _ look: Look, _ configuration: RunConfiguration,
        isActive: Bool
    ) {
        let base = knob.value(in: configuration)
        let value = staged[knob.key] ?? base
        let (isStaged, isSent) = (staged[knob.key] != nil, sent[knob.key] != nil)
        let titleWidth = min(17, rect.width.value / 2 - 1)
        let role: ThemeRole = isStaged || isSent ? .staged : knob.isLive || !isActive ? .text : .muted
        canvas.put(Figures.left(knob.title, titleWidth), row: row, column: rect.column + 1, style: look[role])
        var column = rect.column + titleWidth + 2
        func short(_ value: KnobValue) -> String { KnobText.short(value, knob) }
        var text = base == value && knob.kind != .curve ? KnobText.value(value) : short(value)
        if isStaged { text = "\(short(base))→\(text)*" }
        if isSent { text = "\(short(base))→\(short(sent[knob.key] ?? value))…" }
        // What an edit was before matters more than where it stands on its slider. Room for a short figure is kept, so
        // that the slider stays as it is while it is dragged.
        let room = (rect.trailing - column).value
        let length = min(KnobSlider.length, room - 3 - max(8, text.columnCount.value))
        if length >= KnobSlider.leastLength, let share = KnobSlider.share(of: sent[knob.key] ?? value, knob) {
            look.hits?.add(
                Rect(row: row, column: column + 1, height: 1, width: Column(length)), .slider(key: knob.key))
            column = drawSlider(share, length, &canvas, row, column, look)
        }
        canvas.put(text, row: row, column: column, style: look[role], width: rect.trailing - column)
    }

    private func drawSlider(
        _ share: Double, _ length: Int, _ canvas: inout Canvas, _ row: Row, _ column: Column, _ look: Look
    ) -> Column {
        let place = min(length - 1, max(0, Int((share * Double(length - 1)).rounded())))
        let before = String(repeating: "━", count: place)
        let after = String(repeating: "─", count: length - 1 - place)
        var next = canvas.put("◂" + before, row: row, column: column, style: look[.muted])
        next = canvas.put("●", row: row, column: next, style: look[.accent])
        return canvas.put(after + "▸ ", row: row, column: next, style: look[.muted])
    }

    private func drawHelp(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        guard let chosen else { return }
        let sentence =
            chosen.isLive || fork == nil && !shared.run.isActive ? chosen.help : "Needs a new run. " + chosen.help
        look.hint(&canvas, rect, sentence)
    }
}
