import Terminal

/// Curves over optimizer steps, with the places marked where something was changed.
struct Plot: Sendable {
    struct Series: Sendable {
        var curve: Curve
        var name: String
        var style: Style
        /// Drawn beneath the others, without a figure in the legend.
        var isGhost = false
    }

    var series: [Series]
    var marks: [PlotMark] = []
    var isLogarithmic = false
    /// Fixed bounds; else those of the curves.
    var bounds: ClosedRange<Double>?
    /// How values read: accuracies as percent.
    var figure: @Sendable (Double) -> String = { Figures.text($0) }
    /// What the legend says where there is nothing yet.
    var emptyText = "nothing yet"
    /// Steps that the axis is to show at least.
    var leastSteps = 1

    private static let labelWidth: Column = 7

    /// Steps on the axis.
    var steps: ClosedRange<Int> {
        let last = series.compactMap(\.curve.steps.last).max() ?? 0
        return 0...max(leastSteps, last, 1)
    }

    /// Least and greatest value that the scale can show.
    var valueBounds: ClosedRange<Double>? {
        if let bounds { return bounds }
        var (low, high) = (Double.infinity, -Double.infinity)
        for one in series {
            let summary = one.curve.summary(indices: 0..<one.curve.count)
            guard !summary.isEmpty else { continue }
            let least =
                isLogarithmic && summary.least <= 0
                ? one.curve.values.filter { $0 > 0 && $0.isFinite }.min() ?? .infinity : summary.least
            (low, high) = (min(low, least), max(high, summary.greatest))
        }
        guard low.isFinite, high.isFinite, low <= high, !isLogarithmic || high > 0 else { return nil }
        return low...high
    }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let (above, legend) = rect.split(bottom: rect.height > 4 ? 1 : 0)
        drawLegend(&canvas, legend, look)
        let (body, axis) = above.split(bottom: above.height > 3 ? 1 : 0)
        let (labels, area) = body.split(left: Self.labelWidth)
        guard area.width >= 4, area.height >= 1 else { return }
        for row in area.rows { canvas.put("│", row: row, column: area.column - 1, style: look[.axis]) }
        guard let valueBounds else {
            return look.hint(&canvas, area.inset(area.height > 2 ? 1 : 0), emptyText)
        }
        let scale = PlotScale(bounds: valueBounds, isLogarithmic: isLogarithmic)
            .rounded(ticks: bounds == nil ? max(2, area.height.value / 3) : 0)
        drawValueAxis(&canvas, labels, look, scale)
        drawStepAxis(&canvas, axis, area, look)
        for mark in marks { drawLine(of: mark, &canvas, area, look) }
        for one in series.sorted(by: { $0.isGhost && !$1.isGhost }) {
            Self.raster(one.curve, steps: steps, scale: scale, width: area.width, height: area.height)
                .draw(on: &canvas, at: area.origin, style: one.style)
        }
        for mark in marks { drawLabel(of: mark, &canvas, area, look) }
    }

    // MARK: Curves

    /// The dots of a curve. Each column of dots shows first, least, greatest and last of the points that fall into it, so
    /// that no spike is lost; columns without points are bridged by straight lines, but gaps are not.
    static func raster(
        _ curve: Curve, steps: ClosedRange<Int>, scale: PlotScale, width: Column, height: Row
    ) -> Braille {
        var braille = Braille(width: width, height: height)
        guard braille.dotWidth > 1, braille.dotHeight > 0, !curve.isEmpty else { return braille }
        func y(_ value: Double?) -> Int? {
            guard let value, let share = scale.share(value), share.isFinite else { return nil }
            let clipped = min(1.0, max(0.0, share))
            return braille.dotHeight - 1 - Int((clipped * Double(braille.dotHeight - 1)).rounded())
        }
        let span = steps.upperBound - steps.lowerBound
        var previous: (x: Int, y: Int)?
        var index = curve.index(of: steps.lowerBound)
        let last = curve.index(of: steps.upperBound + 1)
        while index < last {
            let x = (curve.steps[index] - steps.lowerBound) * (braille.dotWidth - 1) / max(1, span)
            // First step that falls into the next column of dots.
            let edge = steps.lowerBound + ((x + 1) * span + braille.dotWidth - 2) / (braille.dotWidth - 1)
            let end = min(last, max(index + 1, curve.index(of: edge)))
            let summary = curve.summary(indices: index..<end)
            if let low = y(summary.isEmpty ? nil : summary.least) ?? lowest(curve, index..<end, y),
                let high = y(summary.greatest)
            {
                braille.vertical(x: x, from: low, to: high)
                let begins = curve.values[index].isFinite
                if let previous, begins, let first = y(summary.first) {
                    braille.line(x0: previous.x, y0: previous.y, x1: x, y1: first)
                }
                previous = y(summary.last).map { (x, $0) }
            } else {
                previous = nil
            }
            index = end
        }
        return braille
    }

    /// Where the least value cannot be shown (zero on a logarithmic axis): the lowest that can.
    private static func lowest(_ curve: Curve, _ indices: Range<Int>, _ y: (Double?) -> Int?) -> Int? {
        curve.values[indices].compactMap { y($0) }.max()
    }

    // MARK: Around the curves

    private func drawValueAxis(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ scale: PlotScale) {
        let height = rect.height.value
        var taken: Set<Int> = []
        for tick in scale.ticks(about: max(1, height / 2)) {
            guard let share = scale.share(tick), share >= -0.001, share <= 1.001 else { continue }
            let row = height - 1 - Int((share * Double(height - 1)).rounded())
            guard (0..<height).contains(row), taken.insert(row).inserted else { continue }
            canvas.put(
                Figures.right(figure(tick), rect.width.value - 1) + "┤", row: rect.row + row, column: rect.column,
                style: look[.axis])
        }
    }

    private func column(of step: Int, _ area: Rect) -> Column {
        let (first, span) = (steps.lowerBound, max(1, steps.upperBound - steps.lowerBound))
        return area.column + min(area.width.value - 1, (step - first) * (area.width.value * 2 - 1) / span / 2)
    }

    private func drawStepAxis(_ canvas: inout Canvas, _ rect: Rect, _ area: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        var free = area.column
        let ticks = PlotScale.linearTicks(
            Double(steps.lowerBound), Double(steps.upperBound), max(1, area.width.value / 12))
        for tick in ticks where tick == tick.rounded() {
            let label = Figures.count(Int(tick))
            let place = max(area.column, column(of: Int(tick), area) - label.columnCount / 2)
            guard place >= free, place + label.columnCount <= rect.trailing else { continue }
            canvas.put(label, row: rect.row, column: place, style: look[.axis])
            free = place + label.columnCount + 2
        }
    }

    private func drawLine(of mark: PlotMark, _ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        guard steps.contains(mark.step) else { return }
        let place = column(of: mark.step, area)
        for row in area.rows { canvas.put("┊", row: row, column: place, style: look[.mark]) }
    }

    /// In front of the curves, so that a mark can always be told.
    private func drawLabel(of mark: PlotMark, _ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        guard steps.contains(mark.step) else { return }
        let place = column(of: mark.step, area)
        canvas.put(mark.label, row: area.row, column: place, style: look[.mark], width: area.trailing - place)
    }

    private func drawLegend(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        var place = rect.column
        for one in series where !one.curve.isEmpty && place < rect.trailing {
            let text = "● " + one.name + (one.isGhost ? "" : " " + (one.curve.lastFinite.map(figure) ?? "NaN")) + "  "
            place = canvas.put(text, row: rect.row, column: place, style: one.style, width: rect.trailing - place)
        }
    }
}
