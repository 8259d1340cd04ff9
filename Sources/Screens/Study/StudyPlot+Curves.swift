import Messages
import Terminal

/// A curve an arm: letters at the means, bars over the intervals.
extension StudyPlot {
    func drawCurves(over axis: Int, _ bounds: ClosedRange<Double>, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let legend = legend(width: rect.width.value, atMost: max(0, rect.height.value / 4), look)
        let (above, foot) = rect.split(bottom: Row(legend.count))
        let (body, labels) = above.split(bottom: above.height > 3 ? 1 : 0)
        let (ticks, area) = body.split(left: Plot.labelWidth)
        guard area.width >= 4, area.height >= 2 else { return }
        let scale = PlotScale(bounds: bounds, isLogarithmic: false).rounded(ticks: max(2, area.height.value / 3))
        drawValues(scale, &canvas, ticks, look)
        for row in area.rows { canvas.put("│", row: row, column: area.column - 1, style: look[.axis]) }
        let values = values(of: axis)
        let slot = Double(area.width.value * 2) / Double(values.count)
        drawSlots(values, slot, &canvas, labels, area, look)
        let arms = arms
        for arm in arms {
            let points = points(of: arm, axis, values, slot, area, scale)
            draw(points, arm, isJoined: arms.count <= 6 || arms.suffix(2).contains(arm), &canvas, area, look)
        }
        draw(legend, &canvas, foot)
    }

    /// In the order of their size.
    private func values(of axis: Int) -> [String] {
        Set(board.points.map { $0[axis] }).sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
    }

    /// In dots of the area, counted downwards.
    private struct PlacedPoint {
        var x: Int
        var y: Int
        var low: Int?
        var high: Int?
    }

    private func points(
        of arm: Int, _ axis: Int, _ values: [String], _ slot: Double, _ area: Rect, _ scale: PlotScale
    ) -> [PlacedPoint] {
        let height = Double(area.height.value * 4 - 1)
        func y(_ share: Double) -> Int? {
            scale.share(share).map { Int(((1 - min(1, max(0, $0))) * height).rounded()) }
        }
        // Beside each other, so that no interval hides another.
        let step = min(8, slot * 0.7 / Double(max(1, board.arms.count)))
        let place = Double(arm) - Double(board.arms.count - 1) / 2
        return shown.filter { $0.arm == arm }.compactMap { row -> PlacedPoint? in
            guard let figures = row.figures, let y0 = y(figures.test),
                let index = values.firstIndex(of: board.points[row.point][axis])
            else { return nil }
            return PlacedPoint(
                x: Int((Double(index) + 0.5) * slot + place * step), y: y0, low: figures.testLow.flatMap(y),
                high: figures.testHigh.flatMap(y))
        }.sorted { $0.x < $1.x }
    }

    private func draw(
        _ points: [PlacedPoint], _ arm: Int, isJoined: Bool, _ canvas: inout Canvas, _ area: Rect, _ look: Look
    ) {
        let style = style(arm, look)
        var dots = Braille(width: area.width, height: area.height)
        if isJoined {
            for (one, other) in zip(points, points.dropFirst()) {
                dots.line(x0: one.x, y0: one.y, x1: other.x, y1: other.y)
            }
        }
        for point in points {
            if let low = point.low, let high = point.high { dots.vertical(x: point.x, from: high, to: low) }
        }
        dots.draw(on: &canvas, at: area.origin, style: style)
        for point in points {
            let column = area.column + min(area.width.value - 1, max(0, point.x / 2))
            let row = area.row + min(area.height.value - 1, max(0, point.y / 4))
            canvas.put(character: Self.letter(arm), row: row, column: column, style: style)
        }
    }

    // MARK: Around it

    private func drawValues(_ scale: PlotScale, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let height = rect.height.value
        var taken: Set<Int> = []
        for tick in scale.ticks(about: max(2, height / 3)) {
            guard let share = scale.share(tick), (-0.001...1.001).contains(share) else { continue }
            let row = height - 1 - Int((share * Double(height - 1)).rounded())
            guard taken.insert(row).inserted else { continue }
            canvas.put(
                Figures.right(Figures.percent(tick), rect.width.value - 1) + "┤", row: rect.row + row,
                column: rect.column, style: look[.axis])
        }
    }

    private func drawSlots(
        _ values: [String], _ slot: Double, _ canvas: inout Canvas, _ rect: Rect, _ area: Rect, _ look: Look
    ) {
        guard !rect.isEmpty else { return }
        var free = area.column
        for (index, value) in values.enumerated() {
            let middle = area.column + Int((Double(index) + 0.5) * slot / 2)
            let place = max(free, middle - value.columnCount / 2)
            guard place + value.columnCount <= rect.trailing else { continue }
            canvas.put(value, row: rect.row, column: place, style: look[.axis])
            free = place + value.columnCount + 1
        }
    }

    private typealias LegendRows = [[(text: String, style: Style)]]

    /// Letters and names; the chosen arm and the reference first, so that they are there where not all have room.
    private func legend(width: Int, atMost count: Int, _ look: Look) -> LegendRows {
        let front = arms.suffix(2).reversed()
        let order = Array(front) + arms.filter { !front.contains($0) }.sorted()
        var rows: LegendRows = []
        var taken = width
        for arm in order {
            let isReference = board.arms[arm].name == board.reference
            let text = "\(Self.letter(arm)) \(isReference ? RunColumn.pinMark : "")\(board.arms[arm].name)  "
            if taken + text.columnCount.value - 2 > width {
                guard rows.count < count else { break }
                rows.append([])
                taken = 0
            }
            rows[rows.count - 1].append((text, style(arm, look)))
            taken += text.columnCount.value
        }
        return rows
    }

    private func draw(_ legend: LegendRows, _ canvas: inout Canvas, _ rect: Rect) {
        for (offset, row) in legend.enumerated() {
            var place = rect.column
            for entry in row where place < rect.trailing {
                let fits = place + entry.text.columnCount <= rect.trailing
                place = canvas.put(
                    fits ? entry.text : entry.text.trimmed, row: rect.row + offset, column: place, style: entry.style,
                    width: rect.trailing - place)
            }
        }
    }
}
