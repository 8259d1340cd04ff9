import Plotting
import Terminal

/// A table of numbers as colored cells, with the names of its rows where there is room for them.
struct HeatmapCells {
    let panel: HeatmapPanel

    init(_ panel: HeatmapPanel) { self.panel = panel }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard panel.rowCount > 0, panel.columnCount > 0, rect.height > 0, rect.width > 0 else { return }
        let (isSigned, values) = normalized
        let map = Heatmap(width: panel.columnCount, height: panel.rowCount, values: values, isSigned: isSigned)
        let labelWidth = min(12, (panel.rowLabels.map(\.columnCount.value).max() ?? 0) + 1)
        let hasLabels = labelWidth > 1 && rect.width.value > labelWidth + 8 && rect.height.value * 2 >= panel.rowCount
        let (labels, cells) = rect.split(left: Column(hasLabels ? labelWidth : 0))
        let ramp: ThemeRamp = isSigned ? .polarity : .heat
        guard !panel.hasSquareCells else {
            map.draw(on: &canvas, in: cells, theme: look.theme, ramp: ramp)
            return
        }
        // A row of the table takes whole rows of cells, so that its name can stand beside it.
        let tall = max(1, cells.height.value / panel.rowCount)
        let wide = max(1, min(8, cells.width.value / panel.columnCount))
        guard hasLabels, tall >= 1, panel.rowCount <= cells.height.value, panel.columnCount <= cells.width.value else {
            map.draw(on: &canvas, in: cells, theme: look.theme, ramp: ramp)
            return
        }
        let below = cells.row + panel.rowCount * min(tall, 3)
        if below < cells.bottom {
            let longest = panel.columnLabels.map(\.columnCount.value).max() ?? 0
            let every = max(1, (longest + wide) / wide)
            for (column, label) in panel.columnLabels.prefix(panel.columnCount).enumerated()
            where column.isMultiple(of: every) {
                canvas.put(
                    label, row: below, column: cells.column + column * wide, style: look[.muted],
                    width: Column(every * wide))
            }
        }
        for row in 0..<panel.rowCount {
            let top = cells.row + row * min(tall, 3)
            if row < panel.rowLabels.count {
                canvas.put(
                    panel.rowLabels[row], row: top, column: labels.column, style: look[.muted], width: labels.width - 1)
            }
            for column in 0..<panel.columnCount {
                let value = Double(values[row * panel.columnCount + column])
                let place = Rect(
                    row: top, column: cells.column + column * wide, height: Row(min(tall, 3)), width: Column(wide))
                drawCell(value, isSigned, ramp, &canvas, place, look)
            }
        }
    }

    private func drawCell(
        _ value: Double, _ isSigned: Bool, _ ramp: ThemeRamp, _ canvas: inout Canvas, _ rect: Rect, _ look: Look
    ) {
        let share = isSigned ? (value + 1) / 2 : value
        // There was nothing to count.
        guard share.isFinite else { return }
        if canvas.charset == .unicode, let color = look.theme.color(ramp, at: share) {
            canvas.fill(rect, style: Style(background: color))
        } else {
            let digit = String(max(0, min(9, Int(share * 10))))
            canvas.put(digit, row: rect.row, column: rect.column, style: look[.text], width: rect.width)
        }
    }

    /// Values from 0 to 1, or from −1 to 1.
    private var normalized: (isSigned: Bool, values: [Float]) {
        switch panel.scale {
        case .diverging(let limit): (true, panel.values.map { limit > 0 ? Float($0 / limit) : 0 })
        case .sequential(let least, let greatest):
            (false, panel.values.map { greatest > least ? Float(($0 - least) / (greatest - least)) : 0 })
        }
    }
}
