import Plotting
import Terminal

/// Curves and clouds of points over any axis, in braille; later series replace what is beneath them.
struct PlotCells {
    let panel: PlotPanel

    init(_ panel: PlotPanel) { self.panel = panel }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let points = panel.series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        guard let x = Self.bounds(points.map(\.x), panel.x.range), let y = Self.bounds(points.map(\.y), panel.y.range),
            rect.height > 3, rect.width > 12
        else {
            return look.hint(&canvas, rect, "nothing to draw")
        }
        let (xScale, yScale) = (
            PlotScale(bounds: x, isLogarithmic: panel.x.isLogarithmic),
            PlotScale(bounds: y, isLogarithmic: panel.y.isLogarithmic)
        )
        let (body, foot) = rect.split(bottom: 2)
        let labelWidth = 7
        let (axis, frame) = body.split(left: Column(labelWidth))
        for tick in yScale.ticks(about: max(2, body.height.value / 4)) {
            guard let share = yScale.share(tick), (0...1).contains(share) else { continue }
            let row = frame.row + Int((1 - share) * Double(frame.height.value - 1) + 0.5)
            canvas.put(
                Figures.right(Figures.text(tick), labelWidth - 1) + "┤", row: row, column: axis.column,
                style: look[.axis], width: axis.width)
        }
        drawSteps(xScale, &canvas, foot, frame, look)
        drawLegend(&canvas, foot, look)
        for (index, series) in panel.series.enumerated() {
            var dots = Braille(width: frame.width, height: frame.height)
            var last: (x: Int, y: Int)?
            for point in series.points {
                guard let across = xScale.share(point.x), let up = yScale.share(point.y), point.y.isFinite else {
                    last = nil
                    continue
                }
                let here = (
                    x: Int((across * Double(dots.dotWidth - 1)).rounded()),
                    y: Int(((1 - up) * Double(dots.dotHeight - 1)).rounded())
                )
                if series.style != .dots, let last {
                    dots.line(x0: last.x, y0: last.y, x1: here.x, y1: here.y)
                } else {
                    dots.set(x: here.x, y: here.y)
                }
                last = here
            }
            dots.draw(
                on: &canvas, at: Point(row: frame.row, column: frame.column),
                style: look.theme.series(series.colorIndex ?? index))
        }
    }

    private func drawSteps(
        _ scale: PlotScale, _ canvas: inout Canvas, _ foot: Rect, _ frame: Rect, _ look: Look
    ) {
        for tick in scale.ticks(about: max(2, frame.width.value / 16)) {
            guard let share = scale.share(tick), (0...1).contains(share) else { continue }
            let text = Figures.text(tick)
            let column = Int(share * Double(frame.width.value - 1)) - text.count / 2
            canvas.put(
                text, row: foot.row, column: frame.column + max(0, min(column, frame.width.value - text.count)),
                style: look[.axis])
        }
    }

    private func drawLegend(_ canvas: inout Canvas, _ foot: Rect, _ look: Look) {
        var column = foot.column
        for (index, series) in panel.series.enumerated() {
            let text = "● " + series.name + " "
            guard column + Column(text.count) <= foot.trailing else { break }
            canvas.put(text, row: foot.row + 1, column: column, style: look.theme.series(series.colorIndex ?? index))
            column = column + Column(text.count)
        }
    }

    private static func bounds(_ values: [Double], _ range: ClosedRange<Double>?) -> ClosedRange<Double>? {
        if let range { return range }
        guard let least = values.min(), let greatest = values.max() else { return nil }
        return least...greatest
    }
}
