import Messages
import Terminal

extension TrainState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isZoomed { return draw(focus, &canvas, rect, look, shared) }
        let isWide = rect.width >= 110 && rect.height >= 28
        let (left, right) = rect.split(right: isWide ? 42 : 34)
        guard isWide else {
            drawTuning(&canvas, right, look, shared, showsCurve: shownPlot != .curve)
            let (plot, strip) = left.split(bottom: max(5, left.height / 4))
            draw(shownPlot, &canvas, plot, look, shared)
            drawEdits(&canvas, strip, look, shared)
            return
        }
        let (curve, knobs) = right.split(top: right.height >= 40 ? 14 : 10)
        drawCurve(&canvas, curve, look, shared)
        drawTuning(&canvas, knobs, look, shared, showsCurve: false)
        let rows = left.rows(weights: [13, 10, 10])
        let (loss, accuracy) = rows[0].split(left: left.width / 2)
        let (gradient, cka) = rows[1].split(left: left.width / 2)
        let (spikes, edits) = rows[2].split(left: left.width / 2)
        draw(.loss, &canvas, loss, look, shared)
        draw(.accuracy, &canvas, accuracy, look, shared)
        draw(.gradient, &canvas, gradient, look, shared)
        draw(.cka, &canvas, cka, look, shared)
        draw(.spikes, &canvas, spikes, look, shared)
        draw(.edits, &canvas, edits, look, shared)
    }

    private func draw(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        switch panel {
        case .tuning: drawTuning(&canvas, rect, look, shared, showsCurve: true)
        case .curve: drawCurve(&canvas, rect, look, shared)
        case .spikes: drawSpikes(&canvas, rect, look)
        case .edits: drawEdits(&canvas, rect, look, shared)
        case .loss, .accuracy, .gradient, .cka: drawPlot(panel, &canvas, rect, look, shared)
        }
    }

    private func drawTuning(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, showsCurve: Bool
    ) {
        tuning.draw(
            &canvas, rect, look, shared, curve: showsCurve ? curveView(shared, showsHandles: false) : nil,
            isFocused: focus == .tuning)
    }

    // MARK: Curves

    private func drawPlot(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(
            &canvas, rect, title(of: panel), note: focus == panel ? plotNote : "", isFocused: focus == panel)
        var plot = plot(panel, look)
        plot.emptyText = shared.run.isActive ? "waiting for the first figures" : "No run yet: b begins one."
        if panel == .cka, inner.height > 6, let alignment {
            // Layer by layer where there is room: a plot needs more of it than a table.
            let layers = alignment.layers.count
            let table = layers > 0 && inner.height.value >= layers + 10 ? layers + 1 : 0
            let (above, below) = inner.split(bottom: Row(2 + table))
            let (lines, rest) = below.split(top: 2)
            plot.draw(&canvas, above, look)
            drawAlignment(alignment, &canvas, lines, look, showsLayers: table == 0)
            if table > 0 { drawLayers(alignment, &canvas, rest, look) }
        } else {
            plot.draw(&canvas, inner, look)
        }
    }

    private var plotNote: String { view.crosshair == nil ? "x crosshair  + − time" : "←→ reads  n next edit  Esc" }

    func title(of panel: Panel) -> String {
        let smoothing = history.smoothing == .off ? "" : "  \(history.smoothing.title)"
        let name =
            switch panel {
            case .accuracy: "Accuracy %" + smoothing
            case .gradient: "Gradient norm  log" + smoothing
            case .cka: "CKA static / event" + smoothing
            default: "Loss" + (isLossLogarithmic ? "  log" : "") + smoothing
            }
        return name + view.title(last: history.lastStep)
    }

    /// What a panel plots: its curves by name, the most important first.
    static func series(of panel: Panel) -> [(series: MetricSeries, name: String)] {
        switch panel {
        case .accuracy: [(.eventAccuracy, "event"), (.imageAccuracy, "image"), (.validationAccuracy, "val")]
        case .gradient: [(.gradientNorm, "norm")]
        case .cka: [(.linearCKA, "CKA")]
        default:
            [
                (.totalLoss, "all"), (.eventLoss, "event"), (.imageLoss, "image"), (.domainLoss, "domain"),
                (.validationLoss, "val"),
            ]
        }
    }

    /// The run's curves, and beneath them the first curve of every ghost.
    func plot(_ panel: Panel, _ look: Look) -> Plot {
        let own = Self.series(of: panel).enumerated().map { index, entry in
            Plot.Series(curve: history.curve(entry.series), name: entry.name, style: look.theme.series(index))
        }
        let first: MetricSeries = panel == .accuracy ? .validationAccuracy : Self.series(of: panel)[0].series
        let others = (showsGhosts ? ghosts : []).map {
            Plot.Series(curve: $0.history.curve(first), name: $0.name, style: look[.ghost], isGhost: true)
        }
        var plot = Plot(
            series: own + others, marks: marks, leastSteps: history.lastStep,
            window: view.window(last: history.lastStep),
            crosshair: view.crosshair)
        switch panel {
        case .accuracy: plot.figure = { Figures.percent($0) }
        case .cka: plot.bounds = 0...1
        case .gradient: plot.isLogarithmic = true
        default: plot.isLogarithmic = isLossLogarithmic
        }
        return plot
    }

    private static func mean(_ values: [Double]) -> Double {
        let finite = values.filter(\.isFinite)
        return finite.reduce(0, +) / Double(max(1, finite.count))
    }

    /// Layers down, time steps across.
    private func drawLayers(_ alignment: AlignmentSnapshot, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let width = min(14, alignment.layers.map(\.name.count).max() ?? 0)
        canvas.put(
            "CKA of spikes, layer by layer and time step by time step", row: rect.row, column: rect.column,
            style: look[.muted], width: rect.width)
        for (offset, layer) in alignment.layers.enumerated() where offset + 1 < rect.height.value {
            let bars = Sparkline.text(layer.linearCKA, range: 0...1)
            let text = Figures.left(layer.name, width) + " " + bars + " " + Figures.text(Self.mean(layer.linearCKA))
            canvas.put(text, row: rect.row + 1 + offset, column: rect.column, style: look[.text], width: rect.width)
        }
    }

    private func drawAlignment(
        _ alignment: AlignmentSnapshot, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, showsLayers: Bool
    ) {
        let rows = [("CKA by t   ", alignment.linearCKA), ("weight by t", alignment.timeStepWeights)]
        for (offset, (name, values)) in rows.enumerated() {
            let figures = values.isEmpty ? "–" : Figures.text(Self.mean(values))
            // Where there is room, every value is read out.
            let all = values.map { Figures.text($0) }.joined(separator: " ")
            let bars = Sparkline.text(values, range: 0...1)
            let isRoomy = rect.width.value >= name.count + bars.count + all.count + figures.count + 8
            var text = "\(name) \(bars) \(isRoomy ? all + "  mean " : "")\(figures)"
            let layers = " layers " + Sparkline.text(alignment.layers.map { Self.mean($0.linearCKA) }, range: 0...1)
            // From the first layer to the last.
            if offset == 0, showsLayers, !alignment.layers.isEmpty, text.count + layers.count <= rect.width.value {
                text += layers
            }
            canvas.put(text, row: rect.row + offset, column: rect.column, style: look[.text], width: rect.width)
        }
    }
}
