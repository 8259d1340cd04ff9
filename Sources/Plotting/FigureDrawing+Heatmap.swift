import CCairo
import Foundation

extension FigureDrawing {
    func draw(_ heatmap: HeatmapPanel, in area: Area) {
        text(
            cut(heatmap.title, size: 12, isBold: true, width: area.width - 12), x: area.x + 6, y: area.y + 14, size: 12,
            isBold: true)
        guard heatmap.rowCount > 0, heatmap.columnCount > 0 else { return }
        let labelWidth = heatmap.rowLabels.map { width(of: $0, size: 10) }.max() ?? 0
        let left = area.x + 12 + labelWidth + (heatmap.yTitle.isEmpty ? 0 : 16)
        let top = area.y + 24
        let bottom = area.bottom - 14 - (heatmap.columnLabels.isEmpty ? 0 : 14) - (heatmap.xTitle.isEmpty ? 0 : 14)
        var frame = Area(
            x: left, y: top, width: max(1, area.right - (heatmap.hasScale ? 70 : 6) - left),
            height: max(1, bottom - top))
        if heatmap.hasSquareCells {
            let side = min(
                frame.width / Double(heatmap.columnCount), frame.height / Double(heatmap.rowCount))
            (frame.width, frame.height) = (side * Double(heatmap.columnCount), side * Double(heatmap.rowCount))
        }
        drawCells(heatmap, frame)
        let (cellWidth, cellHeight) = (
            frame.width / Double(heatmap.columnCount), frame.height / Double(heatmap.rowCount)
        )
        for (row, label) in heatmap.rowLabels.prefix(heatmap.rowCount).enumerated() {
            text(
                label, x: frame.x - 5, y: frame.y + (Double(row) + 0.5) * cellHeight + 3.5, size: 10, alignment: .right,
                color: palette.axis)
        }
        let widest = heatmap.columnLabels.map { width(of: $0, size: 10) }.max() ?? 0
        let every = max(1, Int(((widest + 6) / cellWidth).rounded(.up)))
        for (column, label) in heatmap.columnLabels.prefix(heatmap.columnCount).enumerated() where column % every == 0 {
            text(
                label, x: frame.x + (Double(column) + 0.5) * cellWidth, y: frame.bottom + 13, size: 10,
                alignment: .center, color: palette.axis)
        }
        text(
            heatmap.xTitle, x: frame.x + frame.width / 2, y: frame.bottom + (heatmap.columnLabels.isEmpty ? 13 : 27),
            size: 10, alignment: .center, color: palette.axis)
        if !heatmap.yTitle.isEmpty {
            verticalText(heatmap.yTitle, x: area.x + 12, y: frame.y + frame.height / 2, size: 10, color: palette.axis)
        }
        if heatmap.hasScale { drawScale(heatmap.scale, x: frame.right + 12, frame) }
    }

    private func drawCells(_ heatmap: HeatmapPanel, _ frame: Area) {
        // Edges of neighboring cells would shine through between smoothed borders.
        cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
        let (columns, rows) = (heatmap.columnCount, heatmap.rowCount)
        for row in 0..<rows {
            for column in 0..<columns where row * columns + column < heatmap.values.count {
                guard let color = color(of: heatmap.values[row * columns + column], heatmap.scale) else { continue }
                set(color)
                let (x, y) = (
                    frame.x + frame.width * Double(column) / Double(columns),
                    frame.y + frame.height * Double(row) / Double(rows)
                )
                cairo_rectangle(context, x, y, frame.width / Double(columns), frame.height / Double(rows))
                cairo_fill(context)
            }
        }
        cairo_set_antialias(context, CAIRO_ANTIALIAS_DEFAULT)
        set(palette.axis)
        cairo_set_line_width(context, 1)
        cairo_rectangle(context, frame.x, frame.y, frame.width, frame.height)
        cairo_stroke(context)
    }

    /// `nil` for not-a-number.
    func color(of value: Double, _ scale: HeatmapPanel.Scale) -> FigureColor? {
        guard !value.isNaN else { return nil }
        switch scale {
        case .sequential(let least, let greatest):
            let share = greatest > least ? (value - least) / (greatest - least) : 0
            return FigurePalette.color(of: share, in: palette.sequential)
        case .diverging(let limit):
            let share = limit > 0 ? (value / limit + 1) / 2 : 0.5
            return FigurePalette.color(of: share, in: palette.diverging)
        }
    }

    private static func short(_ value: Double) -> String { String(format: "%.3g", value) }

    private func drawScale(_ scale: HeatmapPanel.Scale, x: Double, _ frame: Area) {
        let (least, greatest) =
            switch scale {
            case .sequential(let least, let greatest): (least, greatest)
            case .diverging(let limit): (-limit, limit)
            }
        let height = min(frame.height, 120)
        cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
        let steps = 60
        for step in 0..<steps {
            let share = Double(step) / Double(steps - 1)
            guard let color = color(of: least + (greatest - least) * share, scale) else { continue }
            set(color)
            cairo_rectangle(
                context, x, frame.y + height * (1 - Double(step + 1) / Double(steps)), 10, height / Double(steps) + 0.5)
            cairo_fill(context)
        }
        cairo_set_antialias(context, CAIRO_ANTIALIAS_DEFAULT)
        text(Self.short(greatest), x: x + 14, y: frame.y + 9, size: 9, color: palette.axis)
        text(Self.short(least), x: x + 14, y: frame.y + height, size: 9, color: palette.axis)
    }
}
