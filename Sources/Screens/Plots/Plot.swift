import Terminal

/// Curves over optimizer steps, with the places marked where something was changed.
struct Plot: Sendable {
    struct Series: Sendable {
        var curve: Curve
        var name: String
        var style: Style
        /// Its place among the colors of curves, for files with colors of their own.
        var color: Int?
        /// Another run's: drawn beneath the others.
        var isGhost = false
        /// The ghost that all runs are compared with.
        var isReference = false
    }

    var series: [Series]
    var marks: [PlotMark] = []
    var isLogarithmic = false
    /// Fixed bounds; else those of the curves.
    var bounds: ClosedRange<Double>?
    /// Values are shares and read as percent.
    var isPercent = false
    /// What the legend says where there is nothing yet.
    var emptyText = "no data yet"
    /// Steps that the axis is to show at least.
    var leastSteps = 1
    /// The steps shown; `nil` for all of them.
    var window: ClosedRange<Int>?
    /// Where all curves are read.
    var crosshair: Int?
    /// Curves end here although they go on: a run that is played back.
    var limit: Int?

    static let labelWidth: Column = 7

    /// How values read.
    func figure(_ value: Double) -> String { isPercent ? Figures.percent(value) : Figures.text(value) }
    /// What values are multiplied with to be read.
    var factor: Double { isPercent ? 100 : 1 }

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
        drawCurves(&canvas, area, look, scale)
        drawTags(&canvas, area, scale)
        drawLabels(&canvas, area, look)
    }
}
