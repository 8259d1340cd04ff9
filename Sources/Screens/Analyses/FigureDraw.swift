import Plotting
import Terminal

/// A figure in cells: its panels in a grid, as many rows of them as fit.
struct FigureDraw {
    let figure: Figure
    /// Cells that a panel needs at least to be read.
    private static let least = Size(width: 14, height: 7)

    init(_ figure: Figure) { self.figure = figure }

    /// - Parameter scroll: rows of panels that are above.
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, scroll: Int) {
        guard !figure.panels.isEmpty, rect.height > 2 else { return }
        let title = [figure.title, figure.subtitle].filter { !$0.isEmpty }.joined(separator: " · ")
        canvas.put(title, row: rect.row, column: rect.column, style: look[.muted], width: rect.width)
        let area = rect.split(top: 1).1
        let columns = max(1, min(figure.columnCount, figure.panels.count, area.width.value / Self.least.width.value))
        let rows = (figure.panels.count + columns - 1) / columns
        let shown = max(1, min(rows, area.height.value / Self.least.height.value))
        let first = max(0, min(scroll, rows - shown))
        let (width, height) = (area.width.value / columns, area.height.value / shown)
        for (index, panel) in figure.panels.enumerated() {
            let (row, column) = (index / columns - first, index % columns)
            guard (0..<shown).contains(row) else { continue }
            let place = Rect(
                row: area.row + row * height, column: area.column + column * width, height: Row(height),
                width: Column(width - 1))
            draw(panel, &canvas, place, look)
        }
    }

    private func draw(_ panel: Figure.Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        canvas.put(panel.title, row: rect.row, column: rect.column, style: look[.title], width: rect.width)
        let (_, inner) = rect.split(top: 1)
        switch panel {
        case .heatmap(let heatmap): HeatmapCells(heatmap).draw(&canvas, inner, look)
        case .plot(let plot): PlotCells(plot).draw(&canvas, inner, look)
        case .intervals(let intervals): IntervalCells(intervals).draw(&canvas, inner, look)
        }
    }
}
