import CCairo

extension FigureDrawing {
    func draw(_ plot: PlotPanel, in area: Area) {
        text(
            cut(plot.title, size: 12, isBold: true, width: area.width - 12), x: area.x + 6, y: area.y + 14, size: 12,
            isBold: true)
        let xScale = AxisScale(
            plot.x, values: plot.series.flatMap { $0.points.map(\.x) } + plot.marks.map(\.x), padding: 0)
        let yScale = AxisScale(plot.y, values: shownValues(of: plot, xScale), padding: 0.04)
        let yTicks = yScale.ticks(count: max(2, Int(area.height / 48)))
        let labelWidth = yTicks.map { width(of: $0.label, size: 10) }.max() ?? 0
        let legend = legendRows(of: plot, width: area.width - 20, atMost: max(1, Int(area.height * 0.3 / 15)))
        let left = area.x + 12 + labelWidth + (plot.y.title.isEmpty ? 0 : 16)
        let top = area.y + 24 + (plot.marks.isEmpty ? 0 : 12)
        let bottom = area.bottom - 22 - (plot.x.title.isEmpty ? 0 : 14) - Double(legend.count) * 15
        let frame = Area(
            x: left, y: top, width: max(1, area.right - 12 - left), height: max(1, bottom - top))
        let xTicks = xScale.ticks(count: max(2, Int(frame.width / 90)))

        for tick in yTicks {
            guard let share = yScale.share(of: tick.value) else { continue }
            let y = frame.bottom - share * frame.height
            line(frame.x, y, frame.right, y, palette.grid)
            text(tick.label, x: frame.x - 5, y: y + 3.5, size: 10, alignment: .right, color: palette.axis)
        }
        for tick in xTicks {
            guard let share = xScale.share(of: tick.value) else { continue }
            let x = frame.x + share * frame.width
            line(x, frame.bottom, x, frame.bottom + 3, palette.axis)
            text(tick.label, x: x, y: frame.bottom + 14, size: 10, alignment: .center, color: palette.axis)
        }
        line(frame.x, frame.y, frame.x, frame.bottom, palette.axis)
        line(frame.x, frame.bottom, frame.right, frame.bottom, palette.axis)
        text(
            plot.x.title, x: frame.x + frame.width / 2, y: frame.bottom + 28, size: 10, alignment: .center,
            color: palette.axis)
        if !plot.y.title.isEmpty {
            verticalText(plot.y.title, x: area.x + 12, y: frame.y + frame.height / 2, size: 10, color: palette.axis)
        }
        for mark in plot.marks { draw(mark, xScale, frame) }

        cairo_save(context)
        cairo_rectangle(context, frame.x, frame.y - 1, frame.width + 1, frame.height + 2)
        cairo_clip(context)
        // Ghosts stay behind.
        let colored = colored(plot.series).map { (series: $0, color: $1, drawn: thinned($0, xScale, yScale, frame)) }
        for (series, color, drawn) in colored.reversed() where series.style.isBehind {
            draw(drawn.line, color, xScale, yScale, frame)
        }
        for (series, color, drawn) in colored.reversed() where !series.style.isBehind {
            draw(drawn.reach, color, frame)
        }
        // The first is the most important.
        for (series, color, drawn) in colored.reversed() where !series.style.isBehind {
            draw(drawn.line, color, xScale, yScale, frame)
        }
        cairo_restore(context)
        draw(legend, at: area.x + 10, y: area.bottom - 6 - Double(legend.count - 1) * 15)
    }

    /// Of a zoomed plot only what is seen sets the height.
    private func shownValues(of plot: PlotPanel, _ xScale: AxisScale) -> [Double] {
        plot.series.flatMap { series in
            series.points.filter { xScale.share(of: $0.x).map { (-1e-9...1 + 1e-9).contains($0) } ?? false }.map(\.y)
        }
    }

    private func colored(_ series: [PlotPanel.Series]) -> [(PlotPanel.Series, FigureColor)] {
        var (next, nextGhost) = (0, 0)
        func color(_ index: Int) -> FigureColor { palette.series[index % max(1, palette.series.count)] }
        return series.map { one in
            if let color = one.color { return (one, color) }
            if one.style == .reference { return (one, palette.text) }
            if one.style == .ghost {
                defer { nextGhost += 1 }
                return (one, palette.ghost.mixed(with: color(one.colorIndex ?? nextGhost), share: 0.4))
            }
            defer { next += 1 }
            return (one, color(one.colorIndex ?? next))
        }
    }

    private func draw(_ mark: PlotPanel.Mark, _ scale: AxisScale, _ frame: Area) {
        guard let share = scale.share(of: mark.x), (0...1).contains(share) else { return }
        let x = frame.x + share * frame.width
        let dashes = [3.0, 3.0]
        cairo_set_dash(context, dashes, 2, 0)
        line(x, frame.y, x, frame.bottom, palette.mark)
        cairo_set_dash(context, nil, 0, 0)
        text(mark.label, x: x, y: frame.y - 4, size: 10, alignment: .center, isBold: true, color: palette.mark)
    }

    private func draw(
        _ series: PlotPanel.Series, _ color: FigureColor, _ xScale: AxisScale, _ yScale: AxisScale, _ frame: Area
    ) {
        func place(_ point: PlotPanel.Point) -> (x: Double, y: Double)? {
            guard let x = xScale.share(of: point.x), let y = yScale.share(of: point.y) else { return nil }
            return (frame.x + x * frame.width, frame.bottom - y * frame.height)
        }
        set(color, opacity: series.style.isBehind ? 0.8 : 1)
        cairo_set_line_width(context, series.style.isBehind ? 1 : 1.5)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        var last: (x: Double, y: Double)?
        var isAlone = false
        /// A point between two gaps has no line to be seen by.
        func dot(_ at: (x: Double, y: Double)) {
            cairo_new_sub_path(context)
            cairo_arc(context, at.x, at.y, 1.8, 0, 2 * Double.pi)
        }
        var lone: [(x: Double, y: Double)] = []
        for point in series.points {
            guard let here = place(point) else {
                if isAlone, let last { lone.append(last) }
                (last, isAlone) = (nil, false)
                continue
            }
            if series.style == .dots {
                lone.append(here)
            } else if let last {
                if series.style == .steps { cairo_line_to(context, here.x, last.y) }
                cairo_line_to(context, here.x, here.y)
                isAlone = false
            } else {
                cairo_move_to(context, here.x, here.y)
                isAlone = true
            }
            last = here
        }
        if isAlone, series.style != .dots, let last { lone.append(last) }
        cairo_stroke(context)
        for place in lone { dot(place) }
        cairo_fill(context)
    }

    // MARK: Legend

    struct LegendEntry {
        var label: String
        var color: FigureColor
    }

    /// Nothing in it is wider than the plot, and the plot keeps the larger part of the height.
    func legendRows(of plot: PlotPanel, width limit: Double, atMost mostRows: Int) -> [[LegendEntry]] {
        let entries =
            colored(plot.series).filter { !$0.0.name.isEmpty }.map { LegendEntry(label: $0.0.name, color: $0.1) }
            + plot.marks.filter { !$0.text.isEmpty }.map {
                LegendEntry(label: "\($0.label) \($0.text)", color: palette.mark)
            }
        var rows: [[LegendEntry]] = []
        var used = limit
        for (index, entry) in entries.enumerated() {
            var entry = entry
            entry.label = cut(entry.label, size: 10, width: limit - 16)
            let wide = width(of: entry.label, size: 10) + 26
            if used + wide > limit + 10 {
                guard rows.count < mostRows else {
                    let left = entries.count - index
                    let words = cut("… and \(left) more", size: 10, width: limit - 16)
                    rows[rows.count - 1] = [LegendEntry(label: words, color: palette.axis)]
                    return rows
                }
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(entry)
            used += wide
        }
        return rows
    }

    private func draw(_ rows: [[LegendEntry]], at x: Double, y: Double) {
        for (index, row) in rows.enumerated() {
            var place = x
            let base = y + Double(index) * 15
            for entry in row {
                line(place, base - 3.5, place + 12, base - 3.5, entry.color, width: 2)
                text(entry.label, x: place + 16, y: base, size: 10)
                place += width(of: entry.label, size: 10) + 26
            }
        }
    }
}
