import Messages
import Terminal

/// A line an arm: a dot at the mean, a bar over the interval; the reference's mean goes through all of them.
extension StudyPlot {
    func drawLines(_ bounds: ClosedRange<Double>, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let (body, axis) = rect.split(bottom: rect.height > 3 ? 1 : 0)
        let shown = shown
        let names = shown.map { board.arms[$0.arm].name }
        let longest = names.map(\.columnCount.value).max() ?? 0
        let width = min(longest + 5, max(8, rect.width.value * 2 / 5))
        let (labels, area) = body.split(left: Column(width))
        guard area.width >= 6, area.height >= 1 else { return }
        let scale = PlotScale(bounds: bounds, isLogarithmic: false).rounded(ticks: max(2, area.width.value / 12))
        drawTicks(scale, &canvas, axis, area, look)
        if let reference = shown.first(where: { board.arms[$0.arm].name == board.reference })?.figures?.test,
            let column = column(of: reference, scale, area)
        {
            for row in area.rows { canvas.put("┊", row: row, column: column, style: look[.reference]) }
        }
        var cursor = ListCursor()
        cursor.select(shown.firstIndex { $0.arm == chosen.arm } ?? 0)
        let first = cursor.firstShown(count: shown.count, height: area.height.value)
        for (offset, row) in shown.dropFirst(first).prefix(area.height.value).enumerated() {
            let style = style(row.arm, look)
            let isReference = board.arms[row.arm].name == board.reference
            let name = (isReference ? RunColumn.pinMark : "") + board.arms[row.arm].name
            canvas.put(
                "\(Self.letter(row.arm)) " + Figures.middle(name, width - 3), row: labels.row + offset,
                column: labels.column, style: style, width: labels.width)
            draw(row, at: area.row + offset, style, scale, &canvas, area)
        }
    }

    private func column(of value: Double, _ scale: PlotScale, _ area: Rect) -> Column? {
        scale.share(value).map { share in
            area.column + Int((min(1, max(0, share)) * Double(area.width.value - 1)).rounded())
        }
    }

    private func draw(
        _ row: StudyBoard.Row, at place: Row, _ style: Style, _ scale: PlotScale, _ canvas: inout Canvas, _ area: Rect
    ) {
        guard let figures = row.figures, let mean = column(of: figures.test, scale, area) else { return }
        if let low = figures.testLow.flatMap({ column(of: $0, scale, area) }),
            let high = figures.testHigh.flatMap({ column(of: $0, scale, area) }), low < high
        {
            for column in low...high { canvas.put("─", row: place, column: column, style: style) }
            canvas.put("├", row: place, column: low, style: style)
            canvas.put("┤", row: place, column: high, style: style)
        }
        canvas.put("●", row: place, column: mean, style: style)
    }

    private func drawTicks(_ scale: PlotScale, _ canvas: inout Canvas, _ rect: Rect, _ area: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        var free = area.column
        for tick in scale.ticks(about: max(2, area.width.value / 12)) {
            guard let column = column(of: tick, scale, area) else { continue }
            let text = Figures.percent(tick)
            let place = min(max(free, column - text.columnCount / 2), rect.trailing - text.columnCount)
            guard place >= free else { continue }
            canvas.put(text, row: rect.row, column: place, style: look[.axis])
            free = place + text.columnCount + 1
        }
    }
}
