import Terminal

/// Curves over optimizer steps, with the places marked where something was changed.
struct Plot: Sendable {
    struct Series: Sendable {
        var curve: Curve
        var name: String
        var style: Style
        /// Another run's: drawn beneath the others.
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
    /// The steps shown; `nil` for all of them.
    var window: ClosedRange<Int>?
    /// Where all curves are read.
    var crosshair: Int?
    /// Curves end here although they go on: a run that is gone through again.
    var limit: Int?

    static let labelWidth: Column = 7

    /// Steps on the axis.
    var steps: ClosedRange<Int> {
        if let window { return window }
        // Asked for with every mark and tick.
        let last = series.reduce(0) { max($0, $1.curve.steps.last ?? 0) }
        return 0...max(leastSteps, last, 1)
    }

    /// Least and greatest value that the scale can show, of the steps on the axis.
    var valueBounds: ClosedRange<Double>? {
        if let bounds { return bounds }
        let steps = steps
        var (low, high) = (Double.infinity, -Double.infinity)
        for one in series {
            let indices = one.curve.indices(of: steps)
            let summary = one.curve.summary(indices: indices)
            guard !summary.isEmpty else { continue }
            let least =
                isLogarithmic && summary.least <= 0
                ? one.curve.values[indices].filter { $0 > 0 && $0.isFinite }.min() ?? .infinity : summary.least
            (low, high) = (min(low, least), max(high, summary.greatest))
        }
        guard low.isFinite, high.isFinite, low <= high, !isLogarithmic || high > 0 else { return nil }
        return low...high
    }

    var shownMarks: [PlotMark] { limit.map { limit in marks.filter { $0.step <= limit } } ?? marks }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let hasNote = rect.height > 8 && !marks.isEmpty
        let entries = rect.height > 4 ? legend(width: rect.width, atMost: rect.height > 9 ? 2 : 1) : []
        let (above, foot) = rect.split(bottom: Row(entries.count + (hasNote ? 1 : 0)))
        let (legend, note) = foot.split(top: Row(entries.count))
        drawLegend(entries, &canvas, legend, look)
        if hasNote { drawNote(&canvas, note, look) }
        let (body, axis) = above.split(bottom: above.height > 3 ? 1 : 0)
        let (labels, area) = body.split(left: Self.labelWidth)
        guard area.width >= 4, area.height >= 1 else { return }
        for row in area.rows { canvas.put("│", row: row, column: area.column - 1, style: look[.axis]) }
        guard let valueBounds else {
            return look.hint(&canvas, area.inset(area.height > 2 ? 1 : 0), emptyText)
        }
        look.hits?.add(area, .plot(steps))
        let scale = PlotScale(bounds: valueBounds, isLogarithmic: isLogarithmic)
            .rounded(ticks: bounds == nil ? max(2, area.height.value / 3) : 0)
        drawValueAxis(&canvas, labels, look, scale)
        drawStepAxis(&canvas, axis, area, look)
        for mark in shownMarks { drawLine(at: mark.step, "┊", &canvas, area, look[.mark]) }
        if let crosshair { drawLine(at: crosshair, "▏", &canvas, area, look[.accent]) }
        for one in series.sorted(by: { $0.isGhost && !$1.isGhost }) {
            Self.raster(
                one.curve, steps: steps, scale: scale, width: area.width, height: area.height,
                limit: one.isGhost ? nil : limit
            )
            .draw(on: &canvas, at: area.origin, style: one.style)
        }
        drawLabels(&canvas, area, look)
    }

    // MARK: Curves

    /// The dots of a curve. Each column of dots shows first, least, greatest and last of the points that fall into it, so
    /// that no spike is lost; columns without points are bridged by straight lines, but gaps are not.
    static func raster(
        _ curve: Curve, steps: ClosedRange<Int>, scale: PlotScale, width: Column, height: Row, limit: Int? = nil
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
        let last = curve.index(of: min(steps.upperBound, limit ?? Int.max - 1) + 1)
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
}
