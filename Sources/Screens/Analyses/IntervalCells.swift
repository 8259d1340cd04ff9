import Plotting
import Terminal

/// Values with their intervals, a row each.
struct IntervalCells {
    let panel: IntervalPanel

    init(_ panel: IntervalPanel) { self.panel = panel }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let ends = panel.rows.flatMap { [$0.value, $0.low ?? $0.value, $0.high ?? $0.value] }.filter(\.isFinite)
        guard var least = ends.min(), let greatest = ends.max(), rect.width > 24 else {
            return look.hint(&canvas, rect, "nothing to draw")
        }
        // Amounts begin at nothing.
        if least > 0, panel.rows.allSatisfy({ $0.low == nil }) { least = 0 }
        let scale = PlotScale(bounds: (panel.x.range ?? least...greatest), isLogarithmic: false)
        let labelWidth = min(20, (panel.rows.map(\.label.columnCount.value).max() ?? 0) + 1)
        let valueWidth = 8
        let room = rect.width.value - labelWidth - valueWidth
        guard room >= 4 else { return look.hint(&canvas, rect, "too narrow") }
        let start = rect.column + labelWidth + valueWidth
        let (body, foot) = rect.split(bottom: rect.height > 3 ? 1 : 0)
        if !foot.isEmpty {
            for tick in scale.ticks(about: max(2, room / 14)) {
                guard let share = scale.share(tick), (0...1).contains(share) else { continue }
                let text = Figures.text(tick)
                let column = Int(share * Double(room - 1)) - text.count / 2
                canvas.put(
                    text, row: min(foot.row, body.row + Row(panel.rows.count)),
                    column: start + max(0, min(column, room - text.count)), style: look[.axis])
            }
        }
        for (offset, row) in panel.rows.prefix(body.height.value).enumerated() {
            let line = rect.row + offset
            canvas.put(row.label, row: line, column: rect.column, style: look[.text], width: Column(labelWidth - 1))
            canvas.put(
                Figures.right(Figures.text(row.value), valueWidth - 1), row: line, column: rect.column + labelWidth,
                style: look[.muted])
            func place(_ value: Double) -> Int? {
                scale.share(value).map { max(0, min(room - 1, Int($0 * Double(room - 1)))) }
            }
            let isUnicode = canvas.charset == .unicode
            if let low = row.low.flatMap(place), let high = row.high.flatMap(place) {
                canvas.put(
                    String(repeating: isUnicode ? "─" : "-", count: high - low + 1), row: line, column: start + low,
                    style: look[.axis])
            }
            if let value = place(row.value) {
                canvas.put(
                    isUnicode ? "●" : "o", row: line, column: start + value,
                    style: look[row.isReference ? .reference : .accent])
            }
        }
    }
}
