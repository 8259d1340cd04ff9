import Messages
import Terminal

extension TrainState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isZoomed { return draw(focus, &canvas, rect, look, shared) }
        let isWide = rect.width >= 110 && rect.height >= 28
        let (left, right) = rect.split(right: isWide ? 42 : 34)
        draw(.tuning, &canvas, right, look, shared)
        guard isWide else {
            let (plot, strip) = left.split(bottom: max(5, left.height / 4))
            draw(shownPlot, &canvas, plot, look, shared)
            drawEdits(&canvas, strip, look, shared)
            return
        }
        let rows = left.rows(weights: [12, 9, 11])
        let (loss, accuracy) = rows[0].split(left: left.width / 2)
        let (sliding, cka) = rows[1].split(left: left.width / 2)
        let (spikes, edits) = rows[2].split(left: left.width / 2)
        draw(.loss, &canvas, loss, look, shared)
        draw(.accuracy, &canvas, accuracy, look, shared)
        draw(.sliding, &canvas, sliding, look, shared)
        draw(.cka, &canvas, cka, look, shared)
        draw(.spikes, &canvas, spikes, look, shared)
        draw(.edits, &canvas, edits, look, shared)
    }

    private func draw(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        switch panel {
        case .tuning:
            tuning.draw(&canvas, rect, look, shared, progress: progressShare(shared), isFocused: focus == .tuning)
        case .spikes: drawSpikes(&canvas, rect, look)
        case .edits: drawEdits(&canvas, rect, look, shared)
        case .loss, .accuracy, .sliding, .cka: drawPlot(panel, &canvas, rect, look, shared)
        }
    }

    private func progressShare(_ shared: Shared) -> Double? {
        shared.run.totalSteps > 0 ? Double(shared.run.optimizerStep) / Double(shared.run.totalSteps) : nil
    }

    // MARK: Curves

    private func drawPlot(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let smoothing = history.smoothing == .off ? "" : "  \(history.smoothing.title)"
        let title =
            switch panel {
            case .accuracy: "Accuracy %" + smoothing
            case .sliding: "Replacement probability"
            case .cka: "CKA" + smoothing
            default: "Loss" + (isLossLogarithmic ? "  log" : "") + smoothing
            }
        let inner = look.panel(&canvas, rect, title, isFocused: focus == panel)
        var plot = plot(panel, look)
        plot.emptyText = shared.run.isActive ? "waiting for the first figures" : "No run yet: b begins one."
        if panel == .cka, inner.height > 6, let alignment {
            let (above, below) = inner.split(bottom: 2)
            plot.draw(&canvas, above, look)
            drawAlignment(alignment, &canvas, below, look)
        } else {
            plot.draw(&canvas, inner, look)
        }
    }

    func plot(_ panel: Panel, _ look: Look) -> Plot {
        func series(_ list: [(MetricSeries, String)]) -> [Plot.Series] {
            list.enumerated().map { index, entry in
                Plot.Series(curve: history.curve(entry.0), name: entry.1, style: look.theme.series(index))
            }
        }
        let percent: @Sendable (Double) -> String = { Figures.percent($0) }
        return switch panel {
        case .accuracy:
            Plot(
                series: series([(.eventAccuracy, "event"), (.imageAccuracy, "image"), (.validationAccuracy, "val")]),
                marks: marks, figure: percent, leastSteps: history.lastStep)
        case .sliding:
            Plot(
                series: series([(.replacementProbability, "p")]), marks: marks, bounds: 0...1,
                leastSteps: history.lastStep)
        case .cka:
            Plot(series: series([(.linearCKA, "CKA")]), marks: marks, bounds: 0...1, leastSteps: history.lastStep)
        default:
            Plot(
                series: series([
                    (.totalLoss, "all"), (.eventLoss, "event"), (.imageLoss, "image"), (.domainLoss, "domain"),
                    (.validationLoss, "val"),
                ]), marks: marks, isLogarithmic: isLossLogarithmic, leastSteps: history.lastStep)
        }
    }

    private func drawAlignment(_ alignment: AlignmentSnapshot, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let rows = [("CKA by t   ", alignment.linearCKA), ("weight by t", alignment.timeStepWeights)]
        for (offset, (name, values)) in rows.enumerated() {
            let mean = values.filter(\.isFinite).reduce(0, +) / Double(max(1, values.filter(\.isFinite).count))
            let text = "\(name) \(Sparkline.text(values, range: 0...1)) \(values.isEmpty ? "–" : Figures.text(mean))"
            canvas.put(text, row: rect.row + offset, column: rect.column, style: look[.text], width: rect.width)
        }
    }

    // MARK: Spikes

    /// Layers down, time steps across; how strongly a layer fires is told by color, or by characters without colors.
    func drawSpikes(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let inner = look.panel(
            &canvas, rect, "Spike rate  layer × time step", note: spikes.map { "step \($0.optimizerStep)" } ?? "",
            isFocused: focus == .spikes)
        guard let spikes, !spikes.layers.isEmpty else {
            return look.hint(&canvas, inner.inset(), "Spike rates show here while a run goes on.")
        }
        let greatest = max(0.01, spikes.layers.flatMap(\.rates).filter(\.isFinite).max() ?? 0.01)
        let count = max(1, spikes.layers.map(\.rates.count).max() ?? 1)
        let nameWidth = min(10, max(4, spikes.layers.map(\.name.count).max() ?? 4))
        let figures = inner.width.value >= nameWidth + 14 + count ? 16 : 6
        let room = inner.width.value - nameWidth - 1 - figures
        guard room >= 1 else { return }
        let cellWidth = max(1, min(4, room / count))
        let shownCount = min(count, room / cellWidth)
        let header =
            Figures.left("", nameWidth + 1 + shownCount * cellWidth) + (figures > 6 ? "  rate dead% sat%" : "  rate")
        canvas.put(header, row: inner.row, column: inner.column, style: look[.muted], width: inner.width)
        for (offset, layer) in spikes.layers.prefix(max(0, inner.height.value - 1)).enumerated() {
            let row = inner.row + 1 + offset
            canvas.put(Figures.left(layer.name, nameWidth), row: row, column: inner.column, style: look[.text])
            for (step, rate) in layer.rates.prefix(shownCount).enumerated() {
                let column = inner.column + nameWidth + 1 + step * cellWidth
                drawRate(rate / greatest, &canvas, row, column, cellWidth, look)
            }
            let finite = layer.rates.filter(\.isFinite)
            let mean = finite.reduce(0, +) / Double(max(1, finite.count))
            var column = canvas.put(
                Figures.right(Figures.text(mean), 6), row: row,
                column: inner.column + nameWidth + 1 + shownCount * cellWidth,
                style: look[.text])
            guard figures > 6 else { continue }
            column = canvas.put(
                Figures.right(Figures.percent(layer.deadShare), 6), row: row, column: column,
                style: look[layer.deadShare > 0.5 ? .bad : layer.deadShare > 0.2 ? .warning : .muted])
            canvas.put(
                Figures.right(Figures.percent(layer.saturatedShare), 5), row: row, column: column,
                style: look[layer.saturatedShare > 0.05 ? .warning : .muted])
        }
    }

    private func drawRate(
        _ share: Double, _ canvas: inout Canvas, _ row: Row, _ column: Column, _ width: Int, _ look: Look
    ) {
        if canvas.charset == .unicode, let color = look.theme.color(.heat, at: (share * 20).rounded() / 20) {
            canvas.put(
                String(repeating: " ", count: width), row: row, column: column,
                style: Style(foreground: color, background: color))
        } else {
            let ramp = Array(" .:-=+*#%@")
            let level = share.isFinite ? min(ramp.count - 1, max(0, Int(share * Double(ramp.count)))) : 0
            canvas.put(String(repeating: ramp[level], count: width), row: row, column: column, style: look[.text])
        }
    }

    // MARK: Edits and progress

    func drawEdits(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let inner = look.panel(&canvas, rect, "Edits and events", isFocused: focus == .edits)
        let figures = progressLines(shared)
        let isTall = inner.height >= 7
        let (list, machine) = inner.split(bottom: isTall ? Row(figures.count) : min(1, Row(figures.count)))
        if events.isEmpty {
            look.hint(&canvas, list, "Applied edits, checkpoints and notes are listed here.")
        }
        look.list(
            &canvas, list, cursor: eventCursor, count: events.count, isFocused: focus == .edits,
            isAboveFrame: machine.isEmpty
        ) { index in
            let event = events[index]
            let role: ThemeRole =
                switch event.role {
                case .edit: .mark
                case .checkpoint: .muted
                case .note: .text
                case .good: .good
                case .bad: .bad
                }
            return (Figures.right(String(event.optimizerStep), 6) + " " + event.text, role)
        }
        for (offset, line) in figures.prefix(machine.height.value).enumerated() {
            canvas.put(
                line, row: machine.row + offset, column: machine.column, style: look[.muted], width: machine.width)
        }
    }

    private func progressLines(_ shared: Shared) -> [String] {
        guard let progress = shared.progress else { return [] }
        return [
            "step \(Figures.milliseconds(progress.secondsPerStep))  \(Figures.text(progress.samplesPerSecond)) samples/s  \(Figures.bytes(progress.residentBytes))",
            "waits \(Figures.milliseconds(progress.secondsWaitingForData)) for data  gradient \(Figures.text(history.last(.gradientNorm)))",
        ]
    }
}
