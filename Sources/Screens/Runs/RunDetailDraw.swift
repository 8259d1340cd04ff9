import Configuration
import Messages
import Terminal

extension RunsState {
    func drawDetail(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .runs(.detail))
        if isComparing { return drawComparedCurves(&canvas, rect, look, shared) }
        guard let opened, let detail = details[opened] else {
            let inner = look.panel(&canvas, rect, "Detail", isFocused: focus == .detail)
            return look.hint(
                &canvas, inner.inset(), opened == nil ? "Press Enter to open the selected run." : "Reading the run…")
        }
        let name = Figures.middle(
            detail.summary.name, min(detail.summary.name.columnCount.value, max(8, rect.width.value - 18)))
        let title = "Detail  \(name)" + (playbackStep == nil ? "" : isPlayingBack ? "  ▶" : "  ⏸")
        let inner = look.panel(
            &canvas, rect, title, note: focus == .detail ? "space play back  ←→ move  , . edits" : "",
            isFocused: focus == .detail)
        let isRoomy = inner.width >= 90 && inner.height >= 18
        let plotRows = Row(isRoomy ? inner.height.value / 2 : inner.height >= 18 ? 8 : inner.height >= 10 ? 4 : 0)
        let (curves, below) = inner.split(top: plotRows)
        let (bar, text) = below.split(top: playbackStep != nil && below.height >= 5 ? 2 : 0)
        if curves.height > 0 { drawCurves(of: detail, &canvas, curves, look, isRoomy: isRoomy) }
        if !bar.isEmpty { drawTimeline(of: detail, &canvas, bar, look) }
        if let timeline = openedTimeline, let step = playbackStep {
            return drawMoment(timeline, step, &canvas, text, look)
        }
        drawLines(lines(of: detail, shared), &canvas, text, look)
    }

    private func drawLines(
        _ lines: [(text: String, role: ThemeRole)], _ canvas: inout Canvas, _ rect: Rect, _ look: Look
    ) {
        // What is too long goes on below: nothing of a result or of an edit is cut.
        let lines = lines.flatMap { line -> [(text: String, role: ThemeRole)] in
            guard line.text.columnCount > rect.width else { return [line] }
            return Wrapping.lines(line.text, width: rect.width.value).map { ($0, line.role) }
        }
        let first = max(0, min(detailScroll, lines.count - rect.height.value))
        for (offset, line) in lines.dropFirst(first).prefix(max(0, rect.height.value)).enumerated() {
            canvas.put(
                line.text, row: rect.row + offset, column: rect.column, style: look[line.role], width: rect.width)
        }
    }

    // MARK: Curves

    private func drawCurves(
        of detail: RunDetail, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, isRoomy: Bool
    ) {
        let (left, right) = rect.split(left: isRoomy ? rect.width / 2 : rect.width)
        plot([detail], .totalLoss, look).draw(&canvas, left, look)
        if isRoomy { plot([detail], .validationAccuracy, look).draw(&canvas, right, look) }
    }

    /// One series of some runs, the first in front. A single run has the color of the quantity, several their own.
    func plot(_ details: [RunDetail], _ series: MetricSeries, _ look: Look) -> Plot {
        let isLoss = series == .totalLoss
        let colorOfQuantity = description.curveColors[series] ?? 0
        var plot = Plot(
            series: details.map { detail in
                let color = details.count == 1 ? colorOfQuantity : colors[detail.summary.id]
                return Plot.Series(
                    curve: histories[detail.summary.id]?.curve(series) ?? Curve(), name: detail.summary.name,
                    style: look.theme.series(color), color: color)
            }, isLogarithmic: isLoss && isLossLogarithmic,
            emptyText: isLoss ? "no loss recorded" : "no validation recorded", leastSteps: lastStep,
            window: view.window(last: lastStep), crosshair: view.crosshair)
        // Of a single run and of many: by how much it is better than the pinned one is what counts.
        if let reference, !details.contains(where: { $0.summary.id == reference.id }) {
            plot.series.append(reference.series(reference.history.curve(series), isReference: true, color: 0, look))
        }
        plot.isPercent = !isLoss
        if details.count == 1 {
            plot.marks = details[0].edits.map { PlotMark($0, description) }
            plot.limit = playbackStep
        }
        return plot
    }

    // MARK: Going through it again

    private func drawTimeline(of detail: RunDetail, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let last = max(1, lastStep)
        let step = playbackStep ?? last
        let bar = Rect(row: rect.row, column: rect.column + 1, height: 1, width: rect.width - 2)
        guard bar.width >= 4 else { return }
        look.hits?.add(bar, .timeline(0...last))
        func column(_ step: Int) -> Column {
            bar.column + min(bar.width.value - 1, max(0, step * (bar.width.value - 1) / last))
        }
        canvas.put("▕", row: bar.row, column: rect.column, style: look[.axis])
        canvas.put("▏", row: bar.row, column: bar.trailing, style: look[.axis])
        for place in bar.columns {
            let isPast = place <= column(step)
            canvas.put(isPast ? "━" : "─", row: bar.row, column: place, style: look[isPast ? .accent : .axis])
        }
        for edit in detail.edits {
            canvas.put(
                PlotMark.circled(edit.letter), row: bar.row, column: column(edit.optimizerStep), style: look[.mark])
        }
        canvas.put("●", row: bar.row, column: column(step), style: look[.accent])
        let edit = detail.edits.last { $0.optimizerStep <= step }
        let text =
            "step \(step)/\(last)"
            + (edit.map { "  \(PlotMark.circled($0.letter)) \($0.optimizerStep) \($0.summary(description))" }
                ?? "")
        canvas.put(text, row: rect.row + 1, column: rect.column, style: look[.mark], width: rect.width)
    }

    /// What was set and measured at a step.
    private func drawMoment(
        _ timeline: RunTimeline, _ step: Int, _ canvas: inout Canvas, _ rect: Rect, _ look: Look
    ) {
        let history = histories[timeline.detail.summary.id] ?? MetricHistory()
        func value(_ series: MetricSeries) -> Double? { history.curve(series).value(at: step) }
        var lines: [(text: String, role: ThemeRole)] = [
            (
                "loss \(Figures.text(value(.totalLoss)))  event \(Figures.percent(value(.eventAccuracy)))  val \(Figures.percent(value(.validationAccuracy)))",
                .text
            ),
            (
                "p \(Figures.text(value(.replacementProbability)))  CKA \(Figures.text(value(.linearCKA)))  gradient \(Figures.text(value(.gradientNorm)))",
                .text
            ),
        ]
        if let alignment = timeline.alignment(at: step) {
            lines.append(("CKA by t     " + Sparkline.text(alignment.linearCKA, range: 0...1), .text))
            lines.append(("weight by t  " + Sparkline.text(alignment.timeStepWeights, range: 0...1), .text))
        }
        let differences = description.differences(
            from: timeline.detail.configuration, to: timeline.configuration(at: step, described: description))
        for difference in differences {
            let title = description.title(of: difference.key)
            lines.append(
                ("\(title) \(KnobText.value(difference.new)) (started at \(KnobText.value(difference.old)))", .mark))
        }
        let grid = timeline.spikes(at: step)
        let gridRows = grid.map { min(rect.height.value - min(lines.count, 4), $0.layers.count + 2) } ?? 0
        let (above, table) = rect.split(bottom: Row(max(0, gridRows)))
        drawLines(lines, &canvas, above, look)
        if let grid, table.height >= 2 {
            SpikeTable(grid, width: table.width.value).draw(&canvas, table, look, scroll: 0)
        }
    }

    /// Of equals that with the lowest loss, of those the latest: as the engine chooses what is tested.
    private static func bestValidation(_ history: MetricHistory) -> (accuracy: Double, step: Int)? {
        let (accuracies, losses) = (history.raw(.validationAccuracy), history.raw(.validationLoss))
        let all = zip(accuracies.steps, accuracies.values).filter { $0.1.isFinite }
        return all.max { left, right in
            guard left.1 == right.1 else { return left.1 < right.1 }
            let (before, after) = (losses.value(at: left.0) ?? .infinity, losses.value(at: right.0) ?? .infinity)
            return before == after ? left.0 < right.0 : before > after
        }.map { ($0.1, $0.0) }
    }

    // MARK: As text

    private func lines(of detail: RunDetail, _ shared: Shared) -> [(text: String, role: ThemeRole)] {
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
        ]
        let history = histories[run.id] ?? MetricHistory()
        if let result = detail.result, result.testAccuracy != nil {
            lines.append(("tested: " + result.testedText, .text))
        }
        for (kind, other) in OutcomeDifference.references(of: run, pinned: shared.pinned, among: shared.runs) {
            let difference = OutcomeDifference(kind, of: run, to: other)
            guard let figures = difference.figuresText else { continue }
            lines.append(("\(figures) vs \(difference.referenceText)", .accent))
        }
        if let best = Self.bestValidation(history) {
            lines.append(("best val \(Figures.percent(best.accuracy)) % at step \(best.step)", .text))
        }
        if let spikes = history.last(.spikesPerInference) {
            let energy = history.last(.energyPerInference).map { ", \(Energy.text(nanojoules: $0))" } ?? ""
            lines.append(("\(Figures.count(spikes)) spikes per inference\(energy)", .text))
        }
        lines += [
            (
                "data \(run.dataSet)  seed \(run.seed)" + (run.preset.map { "  preset \($0)" } ?? "")
                    + "  id \(run.id)",
                .muted
            )
        ]
        if let home = run.home { lines.append(("in the home \(home)", .muted)) }
        if let host = run.host { lines.append(("being trained on \(host)", .good)) }
        if let origin = detail.origin {
            lines.append(("saccade \(origin.version)  \(origin.host)  \(origin.processor)", .muted))
        }
        if let parent = run.parent {
            lines.append(("⑂ \(shared.runName(parent))" + (run.forkStep.map { " at step \($0)" } ?? ""), .muted))
        }
        if !run.tags.isEmpty { lines.append(("tags \(run.tags.joined(separator: " "))", .muted)) }
        if !run.note.isEmpty { lines.append(("note “\(run.note)”", .text)) }
        if let failure = detail.failure {
            lines.append(("✗ step \(failure.optimizerStep): \(failure.message)", .bad))
            lines.append(("  \(failure.advice)", .warning))
        }
        if !detail.edits.isEmpty { lines.append(("─ edits ─", .title)) }
        lines += detail.edits.map {
            ("\(PlotMark.circled($0.letter)) \($0.optimizerStep)  \($0.summary(description))", .mark)
        }
        if !detail.notes.isEmpty { lines.append(("─ notes ─", .title)) }
        lines += detail.notes.map { ("\($0.optimizerStep)  “\($0.text)”", .text) }
        lines.append(
            (showsEveryKnob ? "─ settings ─" : "─ settings changed from the defaults (a shows all) ─", .title))
        for knob in description.knobs {
            let value = knob.value(in: detail.configuration)
            guard showsEveryKnob || value != knob.defaultValue else { continue }
            lines.append((Figures.left(knob.key, 32) + " " + KnobText.value(value), .text))
        }
        // Of an older version: kept, and without effect.
        for key in description.unknownKeys(in: detail.configuration).sorted() {
            let value = detail.configuration.stored(key).map(KnobText.value) ?? ""
            lines.append((Figures.left(key, 32) + " " + value + "  (unknown to this version)", .muted))
        }
        let checkpoints = detail.presentCheckpoints
        if !checkpoints.isEmpty { lines.append(("─ checkpoints (f forks) ─", .title)) }
        lines += checkpoints.map { ("\($0.optimizerStep)  \($0.reason)", .muted) }
        return lines
    }
}
