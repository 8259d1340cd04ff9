import Messages
import Terminal

extension RunsState {
    func drawDetail(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isComparing { return drawComparedCurves(&canvas, rect, look, shared) }
        guard let opened, let detail = details[opened] else {
            let inner = look.panel(&canvas, rect, "Detail", isFocused: focus == .detail)
            return look.hint(
                &canvas, inner.inset(), opened == nil ? "Enter opens the chosen run." : "Reading the run…")
        }
        let title = "Detail  \(detail.summary.name)"
        let inner = look.panel(&canvas, rect, title, isFocused: focus == .detail)
        let (curves, text) = inner.split(top: inner.height >= 20 ? 8 : inner.height >= 12 ? 5 : 0)
        if curves.height > 0 {
            var plot = Self.lossPlot([detail], look, isLogarithmic: isLossLogarithmic)
            plot.marks = detail.edits.map { PlotMark(step: $0.optimizerStep, label: PlotMark.circled($0.letter)) }
            plot.draw(&canvas, curves, look)
        }
        let lines = lines(of: detail)
        let first = max(0, min(detailScroll, lines.count - text.height.value))
        for (offset, line) in lines.dropFirst(first).prefix(text.height.value).enumerated() {
            canvas.put(
                line.text, row: text.row + offset, column: text.column, style: look[line.role], width: text.width)
        }
    }

    private func lines(of detail: RunDetail) -> [(text: String, role: ThemeRole)] {
        let run = detail.summary
        var lines: [(text: String, role: ThemeRole)] = [
            (
                "\(run.phase.rawValue)\(run.isInterrupted ? ", interrupted: R resumes" : "")  epoch \(run.epoch)/\(run.epochs)  step \(run.optimizerStep)",
                .text
            ),
            (
                "val \(Figures.percent(run.validationAccuracy)) %  test \(Figures.percent(run.testAccuracy)) %  loss \(Figures.text(run.lastLoss))",
                .text
            ),
            ("data \(run.dataSet)  seed \(run.seed)  id \(run.id)", .muted),
        ]
        if let parent = run.parent { lines.append(("parent \(parent)", .muted)) }
        if !run.tags.isEmpty { lines.append(("tags \(run.tags.joined(separator: " "))", .muted)) }
        if !run.note.isEmpty { lines.append(("note “\(run.note)”", .text)) }
        if let failure = detail.failure {
            lines.append(("✗ step \(failure.optimizerStep): \(failure.message)", .bad))
            lines.append(("  \(failure.advice)", .warning))
        }
        if !detail.edits.isEmpty { lines.append(("─ edits ─", .title)) }
        lines += detail.edits.map { ("\(PlotMark.circled($0.letter)) \($0.optimizerStep)  \($0.summary)", .mark) }
        if !detail.notes.isEmpty { lines.append(("─ notes ─", .title)) }
        lines += detail.notes.map { ("\($0.optimizerStep)  “\($0.text)”", .text) }
        lines.append(
            (showsEveryKnob ? "─ settings ─" : "─ settings that differ from the defaults (a shows all) ─", .title))
        let defaults = RunConfiguration()
        for knob in KnobCatalogue.all {
            let value = knob.value(in: detail.configuration)
            guard showsEveryKnob || value != knob.value(in: defaults) else { continue }
            lines.append((Figures.left(knob.key, 32) + " " + KnobText.value(value), .text))
        }
        if !detail.checkpoints.isEmpty { lines.append(("─ checkpoints ─", .title)) }
        lines += detail.checkpoints.map { ("\($0.optimizerStep)  \($0.reason)", .muted) }
        return lines
    }

    // MARK: Comparing

    static func lossPlot(_ details: [RunDetail], _ look: Look, isLogarithmic: Bool) -> Plot {
        Plot(
            series: series(details, .totalLoss, look), isLogarithmic: isLogarithmic, emptyText: "no loss was recorded")
    }

    /// The second run and those after it are ghosts beneath the first.
    private static func series(_ details: [RunDetail], _ series: MetricSeries, _ look: Look) -> [Plot.Series] {
        details.enumerated().map { index, detail in
            let history = MetricHistory(detail.metrics.filter { $0.series == series })
            return Plot.Series(
                curve: history.curve(series), name: detail.summary.name,
                style: index == 0 ? look.theme.series(0) : look[.ghost], isGhost: index > 0)
        }
    }

    private func drawComparedCurves(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let halves = rect.rows(weights: [1, 1])
        let titles = ["Loss" + (isLossLogarithmic ? "  log" : ""), "Validation accuracy %"]
        for (half, title) in zip(halves, titles) {
            let inner = look.panel(&canvas, half, title, isFocused: focus == .detail)
            guard let (first, second) = compared else {
                look.hint(&canvas, inner.inset(), "Reading both runs…")
                continue
            }
            // The newer run is in front.
            let pair = [second, first]
            if title.hasPrefix("Loss") {
                Self.lossPlot(pair, look, isLogarithmic: isLossLogarithmic).draw(&canvas, inner, look)
            } else {
                Plot(
                    series: Self.series(pair, .validationAccuracy, look), figure: { Figures.percent($0) },
                    emptyText: "no validation was recorded"
                ).draw(&canvas, inner, look)
            }
        }
    }

    func drawDifferences(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let names = marked.map { shared.runName($0) }
        let inner = look.panel(
            &canvas, rect, "Compare  " + names.joined(separator: " → "), note: "a all knobs · Esc closes",
            isFocused: false)
        guard let (first, second) = compared else { return look.hint(&canvas, inner.inset(), "Reading both runs…") }
        let keyWidth = max(10, min(30, inner.width.value - 30))
        let valueWidth = max(6, (inner.width.value - keyWidth - 12) / 2)
        func line(_ key: String, _ left: String, _ right: String, _ note: String) -> String {
            [Figures.left(key, keyWidth), Figures.left(left, valueWidth), Figures.left(right, valueWidth), note]
                .joined(separator: " ")
        }
        var lines: [(String, ThemeRole)] = [(line("", names.first ?? "", names.last ?? "", "Δ"), .muted)]
        let figures: [(String, Double?, Double?, Double)] = [
            ("validation %", first.summary.validationAccuracy, second.summary.validationAccuracy, 100),
            ("test %", first.summary.testAccuracy, second.summary.testAccuracy, 100),
            ("loss", first.summary.lastLoss, second.summary.lastLoss, 1),
        ]
        for (name, left, right, factor) in figures {
            let difference = left.flatMap { left in right.map { ($0 - left) * factor } }
            let note = difference.map { ($0 >= 0 ? "+" : "") + Figures.text($0) } ?? ""
            lines.append(
                (
                    line(name, Figures.text(left.map { $0 * factor }), Figures.text(right.map { $0 * factor }), note),
                    .text
                ))
        }
        let (old, new) = (first.finalConfiguration, second.finalConfiguration)
        var same = 0
        for knob in KnobCatalogue.all {
            let (left, right) = (knob.value(in: old), knob.value(in: new))
            if left == right { same += 1 }
            guard left != right || showsEveryKnob else { continue }
            let edit = second.edits.last { $0.differences.contains { $0.key == knob.key } }
            lines.append(
                (
                    line(
                        knob.key, KnobText.value(left), KnobText.value(right),
                        edit.map { "at \($0.optimizerStep)" } ?? ""), left == right ? .muted : .accent
                ))
        }
        if !showsEveryKnob { lines.append(("same: \(same) knobs", .muted)) }
        let first0 = max(0, min(detailScroll, lines.count - inner.height.value))
        for (offset, entry) in lines.dropFirst(first0).prefix(inner.height.value).enumerated() {
            canvas.put(entry.0, row: inner.row + offset, column: inner.column, style: look[entry.1], width: inner.width)
        }
    }
}
