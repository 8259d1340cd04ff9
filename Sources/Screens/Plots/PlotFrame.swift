import Terminal

/// What stands around the curves: axes, marks, crosshair, legend.
extension Plot {
    func drawValueAxis(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ scale: PlotScale) {
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

    /// The step under a column of the plot's area.
    static func step(at column: Column, _ area: Rect, _ steps: ClosedRange<Int>) -> Int {
        let place = min(area.width.value - 1, max(0, (column - area.column).value))
        let span = steps.upperBound - steps.lowerBound
        return steps.lowerBound + (2 * place + 1) * span / max(1, 2 * area.width.value)
    }

    func drawStepAxis(_ canvas: inout Canvas, _ rect: Rect, _ area: Rect, _ look: Look) {
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

    func drawLine(at step: Int, _ character: String, _ canvas: inout Canvas, _ area: Rect, _ style: Style) {
        guard steps.contains(step) else { return }
        let place = column(of: step, area)
        for row in area.rows { canvas.put(character, row: row, column: place, style: style) }
    }

    /// In front of the curves, so that a mark can always be told.
    func drawLabel(of mark: PlotMark, _ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        guard steps.contains(mark.step) else { return }
        let place = column(of: mark.step, area)
        canvas.put(mark.label, row: area.row, column: place, style: look[.mark], width: area.trailing - place)
    }

    /// The last values; with a crosshair those at its step, of every curve at once.
    func drawLegend(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        var place = rect.column
        if let crosshair {
            place = canvas.put("▏\(crosshair)  ", row: rect.row, column: place, style: look[.accent], width: rect.width)
        }
        for one in series where !one.curve.isEmpty && place < rect.trailing {
            let step = crosshair ?? (one.isGhost ? nil : limit)
            let value = step.map { one.curve.value(at: $0) } ?? one.curve.lastFinite
            let reading =
                one.isGhost && crosshair == nil ? "" : " " + (value.map(figure) ?? (crosshair == nil ? "NaN" : "–"))
            let text = (one.isGhost ? "◌ " : "● ") + one.name + reading + "  "
            place = canvas.put(text, row: rect.row, column: place, style: one.style, width: rect.trailing - place)
        }
    }

    // MARK: What an edit did

    /// The mark that is spoken about: the last one before the crosshair, else the last one shown.
    private var mark: PlotMark? {
        let steps = steps
        return shownMarks.last { $0.step <= (crosshair ?? steps.upperBound) && steps.contains($0.step) }
    }

    /// `ⓐ 610 exponent 3→4: all −0.4 → −0.1 per 100`: the slope of the first curve before and after the edit.
    func drawNote(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard let mark, !rect.isEmpty else { return }
        var text = "\(mark.label) \(mark.step) \(mark.text)"
        if let slopes = slopes(about: mark), let name = series.first(where: { !$0.isGhost })?.name {
            func signed(_ slope: Double?) -> String {
                slope.map { ($0 > 0 ? "+" : "") + figure($0 * 100) } ?? "–"
            }
            let reading = "\(name) \(signed(slopes.before)) → \(signed(slopes.after)) per 100"
            // The slopes matter more than the words.
            let room = rect.width.value - reading.count - 2
            let short = "\(mark.label) \(mark.step)"
            text = (room >= text.count || room >= short.count + 7 ? Figures.left(text, min(text.count, room)) : short)
            text += "  " + reading
        }
        canvas.put(text, row: rect.row, column: rect.column, style: look[.mark], width: rect.width)
    }

    /// Change a step of the first curve over the stretch before a mark and the one after it. A stretch ends at the next
    /// mark, and is a tenth of the axis long at most.
    func slopes(about mark: PlotMark) -> (before: Double?, after: Double?)? {
        guard let curve = series.first(where: { !$0.isGhost })?.curve, !curve.isEmpty else { return nil }
        let reach = max(20, (steps.upperBound - steps.lowerBound) / 10)
        let previous = marks.last { $0.step < mark.step }?.step ?? 0
        let next = marks.first { $0.step > mark.step }?.step ?? Int.max
        let before = max(previous, mark.step - reach)..<max(mark.step, previous)
        let after = mark.step..<max(mark.step, min(next, mark.step + reach))
        return (curve.slope(of: before), curve.slope(of: after))
    }
}
