import Configuration
import Messages
import Terminal

/// The replacement probability over the run: what has happened, what is planned, and the handles.
struct SlidingCurveView {
    /// As the engine would have it, with the staged edits.
    var plan: PlannedCurve
    /// Without the staged edits; drawn as a ghost where it differs.
    var base: PlannedCurve
    /// What stands below the picture.
    var legendText: String
    var handles: SlidingHandles
    /// Progress of the run; `nil` before it has begun.
    var progress: Double?
    var totalSteps: Int
    /// The probability at each step that the run has made.
    var past: Curve
    /// Its place among the colors of curves.
    var color: Int
    var marks: [PlotMark]
    /// The chosen handle; `nil` shows none.
    var chosen: Int?
    var showsHandles: Bool

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let (plot, legend) = rect.split(bottom: rect.height >= 3 ? 1 : 0)
        let (labels, area) = plot.split(left: 4)
        guard area.width >= 4, area.height >= 2 else { return }
        look.hits?.add(area, .curve)
        canvas.put("1.0", row: labels.row, column: labels.column, style: look[.axis])
        if labels.height >= 5 {
            canvas.put(
                "0.5", row: labels.row + (labels.height.value - 1) / 2, column: labels.column, style: look[.axis])
        }
        canvas.put("0.0", row: labels.bottom - 1, column: labels.column, style: look[.axis])

        for mark in marks where totalSteps > 0 {
            let place = column(Double(mark.step) / Double(totalSteps), area)
            canvas.put(mark.label, row: area.row, column: place, style: look[.mark], width: area.trailing - place)
        }
        if base != plan { drawLine(base, &canvas, area, look[.ghost], 3) }
        drawLine(plan, &canvas, area, look[.muted], 2)
        if let progress {
            for row in area.rows { canvas.put("┊", row: row, column: column(progress, area), style: look[.mark]) }
            drawPast(progress, &canvas, area, look)
        }
        if showsHandles { drawHandles(&canvas, area, look) }
        canvas.put(legendText, row: legend.row, column: legend.column, style: look[.muted], width: legend.width)
    }

    private func column(_ progress: Double, _ area: Rect) -> Column {
        area.column + min(area.width.value - 1, max(0, Int((progress * Double(area.width.value - 1)).rounded())))
    }

    private func y(_ probability: Double, _ dots: Int) -> Int {
        dots - 1 - Int((min(1, max(0, probability)) * Double(dots - 1)).rounded())
    }

    /// Dotted: every so manyth dot. What has passed is left out.
    private func drawLine(_ curve: PlannedCurve, _ canvas: inout Canvas, _ area: Rect, _ style: Style, _ every: Int) {
        var braille = Braille(width: area.width, height: area.height)
        for x in 0..<braille.dotWidth where x % every == 0 {
            let share = Double(x) / Double(max(1, braille.dotWidth - 1))
            guard share >= progress ?? 0, let probability = curve.probability(at: share) else { continue }
            braille.set(x: x, y: y(probability, braille.dotHeight))
        }
        braille.draw(on: &canvas, at: area.origin, style: style)
    }

    /// What the run has done, as it was measured; where that is not known, as it is configured.
    private func drawPast(_ progress: Double, _ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        var braille = Braille(width: area.width, height: area.height)
        var previous: Int?
        for x in 0..<braille.dotWidth {
            let share = Double(x) / Double(max(1, braille.dotWidth - 1))
            guard share <= progress else { break }
            let measured = past.isEmpty ? nil : past.value(at: Int(share * Double(totalSteps)) + 1)
            guard let probability = measured ?? plan.probability(at: share) else { continue }
            let y = y(probability, braille.dotHeight)
            braille.vertical(x: x, from: previous ?? y, to: y)
            previous = y
        }
        braille.draw(on: &canvas, at: area.origin, style: look.theme.series(color))
    }

    private func drawHandles(_ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        let chosen = chosen.flatMap(handles.nearestMovable)
        for (index, handle) in handles.handles.enumerated() {
            let row = area.row + y(handle.probability, area.height.value)
            let isMovable = handle.progress > handles.now
            canvas.put(
                isMovable ? (index == chosen ? "◆" : "◇") : "·", row: row, column: column(handle.progress, area),
                style: look[index == chosen ? .selection : isMovable ? .accent : .muted])
        }
    }
}

extension TrainState {
    func curveView(_ shared: Shared, showsHandles: Bool) -> SlidingCurveView {
        SlidingCurveView(
            plan: plannedCurve(shared), base: basePlan(shared), legendText: curveLegend(shared),
            handles: handles(shared), progress: Self.progress(shared), totalSteps: shared.run.totalSteps,
            past: history.raw(.replacementProbability),
            color: tuning.curveColors[.replacementProbability] ?? 0, marks: marks,
            chosen: curveKnob(of: focus) != nil ? handle : nil, showsHandles: showsHandles)
    }

    /// The strategy and what is set of it.
    private func curveLegend(_ shared: Shared) -> String {
        let configuration = tuning.edited(shared.run)
        guard let key = curveKnobKey, let curve = description.knownKnob(key) else { return "p(event)" }
        let others = description.knobs.filter { $0.section == curve.section && $0.key != key }
        let handles = curve.value(in: configuration).description
        let parts = others.compactMap { knob -> String? in
            let value = knob.value(in: configuration)
            switch knob.kind {
            case .catalogue: return KnobText.value(value)
            case .choice: return value == knob.defaultValue ? nil : KnobText.value(value)
            // The handles take the place of whatever else shapes the curve.
            default:
                let isFirst = knob.key == others.first { if case .number = $0.kind { true } else { false } }?.key
                guard handles.isEmpty, isFirst || value != knob.defaultValue else { return nil }
                return "\(knob.title) \(KnobText.value(value))"
            }
        }
        return "p(event) " + (parts + (handles.isEmpty ? [] : ["handles " + handles])).joined(separator: "  ")
    }

    func drawCurve(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        guard let panel = panels.first(where: { curveKnob(of: $0) != nil }) else { return }
        let isFocused = focus == panel
        look.hits?.add(rect, .train(panel))
        let staged = curveKnobKey.map { tuning.staged[$0] != nil } ?? false
        let inner = look.panel(
            &canvas, rect, name(of: panel) + (staged ? " *" : ""), note: isFocused ? "" : curveNote,
            isFocused: isFocused)
        let (picture, line) = inner.split(bottom: inner.height >= 5 ? 1 : 0)
        curveView(shared, showsHandles: true).draw(&canvas, picture, look)
        guard !line.isEmpty else { return }
        let handles = handles(shared)
        guard let chosen = handles.nearestMovable(handle) else {
            return look.hint(&canvas, line, handles.emptyText)
        }
        let place = handles.handles[chosen]
        let step = shared.run.totalSteps > 0 ? "  step \(Int(place.progress * Double(shared.run.totalSteps)))" : ""
        canvas.put(
            "◆ \(chosen + 1)/\(handles.handles.count)  progress \(Figures.text(place.progress))\(step)  "
                + "p \(Figures.text(place.probability))", row: line.row, column: line.column,
            style: look[isFocused ? .accent : .muted], width: line.width)
    }

    private var curveNote: String { "click or Tab to edit" }
}
