import CCairo

/// Curves with more points than pixels: a line through the means of the columns of pixels, and how far the points reach.
extension FigureDrawing {
    /// A column of pixels: its place in the frame, and the places of its least and greatest point.
    struct Reach {
        var x: Double
        var low: Double
        var high: Double
    }

    /// From so many points a pixel on, lines between them would be a solid wall.
    private static let mostPointsPerPixel = 2.0

    /// - Returns: the curve as it is, or with a point a column of pixels; and how far it reaches there, in stretches
    ///   without gaps.
    func thinned(
        _ series: PlotPanel.Series, _ xScale: AxisScale, _ yScale: AxisScale, _ frame: Area
    ) -> (line: PlotPanel.Series, reach: [[Reach]]) {
        guard series.style == .line || series.style.isBehind,
            Double(series.points.count) > frame.width * Self.mostPointsPerPixel
        else { return (series, []) }
        var (line, reach) = ([PlotPanel.Point](), [[Reach]]())
        var column: (index: Int, x: Double, sum: Double, count: Int, low: Double, high: Double)?
        var isOpen = false
        func close() {
            guard let done = column else { return }
            column = nil
            line.append(PlotPanel.Point(x: done.x, y: done.sum / Double(done.count)))
            guard let x = xScale.share(of: done.x), let high = yScale.share(of: done.high) else { return }
            // What is too small for a logarithmic axis is below it.
            let low = yScale.share(of: done.low) ?? -1
            if !isOpen { reach.append([]) }
            isOpen = true
            reach[reach.count - 1].append(
                Reach(
                    x: frame.x + x * frame.width, low: frame.bottom - low * frame.height,
                    high: frame.bottom - high * frame.height))
        }
        for point in series.points {
            guard point.y.isFinite, let share = xScale.share(of: point.x) else {
                close()
                line.append(PlotPanel.Point(x: point.x, y: .nan))
                isOpen = false
                continue
            }
            let index = Int((share * frame.width).rounded(.down))
            if column?.index != index { close() }
            if let known = column {
                column = (
                    index, known.x, known.sum + point.y, known.count + 1, min(known.low, point.y),
                    max(known.high, point.y)
                )
            } else {
                column = (index, point.x, point.y, 1, point.y, point.y)
            }
        }
        close()
        var thin = series
        thin.points = line
        return (thin, reach)
    }

    func draw(_ reach: [[Reach]], _ color: FigureColor, _ frame: Area) {
        set(color, opacity: 0.22)
        for stretch in reach where stretch.count > 1 {
            for place in stretch { cairo_line_to(context, place.x, place.high) }
            for place in stretch.reversed() { cairo_line_to(context, place.x, min(place.low, frame.bottom + 2)) }
            cairo_close_path(context)
            cairo_fill(context)
        }
    }

    /// As much of a label as fits, with an ellipsis where it is cut.
    func cut(_ label: String, size: Double, isBold: Bool = false, width limit: Double) -> String {
        guard width(of: label, size: size, isBold: isBold) > limit else { return label }
        var (low, high) = (0, label.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if width(of: label.prefix(middle) + "…", size: size, isBold: isBold) <= limit {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return label.prefix(low) + "…"
    }
}
