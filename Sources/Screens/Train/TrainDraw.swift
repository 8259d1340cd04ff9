import Configuration
import Messages
import Terminal

extension TrainState {
    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        if isZoomed { return draw(focus, &canvas, rect, look, shared) }
        let isWide = rect.width >= 110 && rect.height >= 28
        let (left, right) = rect.split(right: isWide ? 42 : 34)
        guard isWide else {
            drawTuning(&canvas, right, look, shared, showsCurve: curveKnob(of: shownPlot) == nil)
            let (plot, strip) = left.split(bottom: max(5, left.height / 4))
            draw(shownPlot, &canvas, plot, look, shared)
            drawTurn(&canvas, plot, look)
            if let journal = first(.journal) { drawEdits(journal, &canvas, strip, look, shared) }
            return
        }
        let (curve, knobs) = right.split(top: right.height >= 40 ? 14 : 10)
        drawCurve(&canvas, curve, look, shared)
        drawTuning(&canvas, knobs, look, shared, showsCurve: false)
        drawTiles(&canvas, left, look, shared)
    }

    /// In the frame's upper right corner: which of the panels this is that take turns here, and the key that shows the next.
    private func drawTurn(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let all = panels.filter(isInTurn)
        guard all.count > 1, let place = all.firstIndex(of: shownPlot) else { return }
        let text = " \(place + 1)/\(all.count) Tab "
        let column = rect.trailing - text.columnCount - 1
        guard column > rect.column + 12 else { return }
        canvas.put(text, row: rect.row, column: column, style: look[.muted])
    }

    /// Everything but knobs and curve editor, two beside each other. Where not all fit, the rows around the focus.
    private func drawTiles(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let tiles = panels.filter { kind(of: $0) != .tuning && curveKnob(of: $0) == nil }
        let all = stride(from: 0, to: tiles.count, by: 2).map { Array(tiles[$0..<min($0 + 2, tiles.count)]) }
        let count = min(all.count, max(3, rect.height.value / Self.leastTileHeight))
        let focused = all.firstIndex { $0.contains(focus) } ?? 0
        let first = max(0, min(all.count - count, focused - count + 1))
        let shown = all[first..<first + count]
        let rows = rect.rows(weights: shown.indices.map { $0 == 0 ? 13 : 10 })
        for (row, panels) in zip(rows, shown) {
            let (left, right) = row.split(left: panels.count == 2 ? row.width / 2 : row.width)
            for (panel, place) in zip(panels, [left, right]) { draw(panel, &canvas, place, look, shared) }
        }
    }

    private static let leastTileHeight = 9

    private func draw(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        switch kind(of: panel) {
        case .tuning: drawTuning(&canvas, rect, look, shared, showsCurve: true)
        case .curveEditor: drawCurve(&canvas, rect, look, shared)
        case .grid: drawSpikes(panel, &canvas, rect, look)
        case .profile: drawProfile(panel, &canvas, rect, look)
        case .layers: drawLayerTable(panel, &canvas, rect, look)
        case .journal: drawEdits(panel, &canvas, rect, look, shared)
        case .curves: drawPlot(panel, hasAlignment: false, &canvas, rect, look, shared)
        case .alignment: drawPlot(panel, hasAlignment: true, &canvas, rect, look, shared)
        case .unknown(let kind):
            look.hits?.add(rect, .train(panel))
            let inner = look.panel(&canvas, rect, name(of: panel), isFocused: focus == panel)
            look.hint(&canvas, inner, "This version of saccade cannot draw panels of kind \(kind).")
        }
    }

    private func drawTuning(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared, showsCurve: Bool
    ) {
        tuning.draw(
            &canvas, rect, look, shared, curve: showsCurve ? curveView(shared, showsHandles: false) : nil,
            isFocused: kind(of: focus) == .tuning, panel: first(.tuning) ?? .tuning)
    }

    // MARK: Curves

    private func drawPlot(
        _ panel: Panel, hasAlignment: Bool, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared
    ) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(
            &canvas, rect, title(of: panel), note: focus == panel ? plotNote : "", isFocused: focus == panel)
        var plot = plot(panel, look)
        plot.emptyText = shared.run.isActive ? shared.waitingText : noRunText(shared)
        if hasAlignment, inner.height > 6, let alignment {
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

    private func noRunText(_ shared: Shared) -> String {
        shared.runs.isEmpty ? "No runs yet: b begins one." : "No run open. b begins one; 3 lists earlier runs."
    }

    private var plotNote: String { view.crosshair == nil ? "x crosshair  + − time" : "←→ move  n next edit  Esc" }

    func title(of panel: Panel) -> String {
        let smoothing = history.smoothing == .off ? "" : "  \(history.smoothing.title)"
        let isLogarithmic = isLogarithmic(panel) ? "  log" : ""
        return name(of: panel) + isLogarithmic + smoothing + view.title(last: history.lastStep)
    }

    private func isLogarithmic(_ panel: Panel) -> Bool {
        guard let axis = axis(of: panel) else { return false }
        return axis.switchesScale ? isLossLogarithmic : axis.isLogarithmic
    }

    /// The run's curves, and beneath them the first curve of every ghost.
    func plot(_ panel: Panel, _ look: Look) -> Plot {
        let colors = tuning.curveColors
        let own = series(of: panel).enumerated().map { index, entry in
            let color = colors[entry.series] ?? index
            return Plot.Series(
                curve: history.curve(entry.series), name: entry.name, style: look.theme.series(color), color: color)
        }
        let first = ghostSeries(of: panel)
        // The pinned run is always there.
        let others = (first == nil ? [] : ghosts).filter { showsGhosts || $0.id == reference }.map { ghost in
            ghost.series(
                first.map(ghost.history.curve) ?? Curve(), isReference: ghost.id == reference,
                color: ghostColors[ghost.id], look)
        }
        var plot = Plot(
            series: own + others, marks: marks, leastSteps: history.lastStep,
            window: view.window(last: history.lastStep),
            crosshair: view.crosshair)
        let axis = axis(of: panel)
        plot.isPercent = axis?.isPercent == true
        plot.bounds = axis?.bounds
        plot.isLogarithmic = isLogarithmic(panel)
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
            "CKA of spikes by layer and time step", row: rect.row, column: rect.column,
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
