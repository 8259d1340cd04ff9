import Messages
import Terminal

extension TrainState {
    /// Layers down, time steps across; how strongly a layer fires is told by color, or by characters without colors.
    func drawSpikes(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(
            &canvas, rect, name(of: panel), note: spikes.map { "step \($0.optimizerStep)" } ?? "",
            isFocused: focus == panel)
        guard let spikes, !spikes.layers.isEmpty else {
            return look.hint(&canvas, inner.inset(), "Spike rates appear here during a run.")
        }
        let neurons = LayerTable(history, description.series(of: panel.key))
        // The spikes keep their header, their legend and at least three layers.
        let rows = neurons.rowCount
        let room = inner.height.value - (rows > 0 ? min(rows, max(1, inner.height.value - 5)) : 0)
        let (table, learned) = inner.split(top: Row(min(room, spikes.layers.count + (rows > 0 ? 3 : 2))))
        SpikeTable(spikes, width: inner.width.value).draw(&canvas, table, look, scroll: spikeScroll)
        neurons.draw(&canvas, learned, look, scroll: spikeScroll)
    }
}

/// Spike rates as a table of heat: how many layers and time steps fit, and what stands beside them.
struct SpikeTable {
    let grid: SpikeGrid
    /// The rate that the end of the color scale stands for.
    let greatest: Double
    private let names: [String]
    private let widths: Widths

    /// What fits beside names of these lengths.
    private struct Widths {
        let name: Int
        let cell: Int
        let stepCount: Int
        let showsShares: Bool

        init(_ names: [String], count: Int, width: Int) {
            name = min(10, max(4, names.map(\.count).max() ?? 4))
            // The rate takes six columns; the shares of dead and saturated neurons eleven more.
            showsShares = width >= name + 18 + count
            let room = width - name - 1 - (showsShares ? 17 : 6)
            cell = max(1, min(4, room / count))
            stepCount = max(0, min(count, room / cell))
        }

        /// Numbers need a blank between them.
        var hasNumbers: Bool { cell >= 3 || (cell == 2 && stepCount < 10) }
    }

    init(_ grid: SpikeGrid, width: Int) {
        self.grid = grid
        greatest = max(0.01, grid.layers.flatMap(\.rates).filter(\.isFinite).max() ?? 0.01)
        let count = max(1, grid.layers.map(\.rates.count).max() ?? 1)
        let (long, short) = (grid.layers.map(\.name), Self.abbreviated(grid.layers.map(\.name)))
        let (wide, narrow) = (Widths(long, count: count, width: width), Widths(short, count: count, width: width))
        // Time steps keep their numbers, if shorter names leave room for them.
        let abbreviates = !wide.hasNumbers && narrow.hasNumbers
        (names, widths) = abbreviates ? (short, narrow) : (long, wide)
    }

    /// `feature.0`, `feature.2` → `f.0`, `f.2`: where all begin with the same word.
    static func abbreviated(_ names: [String]) -> [String] {
        let parts = names.map { $0.split(separator: ".", maxSplits: 1) }
        guard let word = parts.first?.first, parts.allSatisfy({ $0.count == 2 && $0[0] == word }) else { return names }
        return parts.map { "\(word.prefix(1)).\($0[1])" }
    }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, scroll: Int) {
        let (nameWidth, cellWidth, stepCount) = (widths.name, widths.cell, widths.stepCount)
        guard stepCount > 0, rect.height >= 2 else { return }
        let steps = (1...stepCount).map { Figures.right($0 % 100 == 0 ? "·" : String($0 % 100), cellWidth) }
        let named = widths.hasNumbers ? steps.joined() : ""
        let header =
            Figures.left(named.isEmpty ? "" : "t", nameWidth + 1) + Figures.left(named, stepCount * cellWidth)
            + (widths.showsShares ? "  rate dead% sat%" : "  rate")
        canvas.put(header, row: rect.row, column: rect.column, style: look[.muted], width: rect.width)
        let legendRows = rect.height.value > grid.layers.count + 1 ? 1 : 0
        let shown = rect.height.value - 1 - legendRows
        let first = max(0, min(scroll, grid.layers.count - shown))
        for (offset, (name, layer)) in zip(names, grid.layers).dropFirst(first).prefix(shown).enumerated() {
            draw(layer, name, &canvas, rect.row + 1 + offset, rect.column, look)
        }
        if legendRows > 0 {
            drawLegend(&canvas, row: rect.row + 1 + min(shown, grid.layers.count), rect, look)
        }
    }

    private func draw(
        _ layer: SpikeGrid.Layer, _ name: String, _ canvas: inout Canvas, _ row: Row, _ left: Column, _ look: Look
    ) {
        let (nameWidth, cellWidth, stepCount) = (widths.name, widths.cell, widths.stepCount)
        canvas.put(Figures.left(name, nameWidth), row: row, column: left, style: look[.text])
        for (step, rate) in layer.rates.prefix(stepCount).enumerated() {
            drawRate(rate / greatest, &canvas, row, left + nameWidth + 1 + step * cellWidth, cellWidth, look)
        }
        let finite = layer.rates.filter(\.isFinite)
        let mean = finite.reduce(0, +) / Double(max(1, finite.count))
        var column = canvas.put(
            Figures.right(Figures.fixed(mean, 3), 6), row: row, column: left + nameWidth + 1 + stepCount * cellWidth,
            style: look[.text])
        guard widths.showsShares else { return }
        column = canvas.put(
            Figures.right(Figures.percent(layer.deadShare), 6), row: row, column: column,
            style: look[layer.deadShare > 0.5 ? .bad : layer.deadShare > 0.2 ? .warning : .muted])
        canvas.put(
            Figures.right(Figures.percent(layer.saturatedShare), 5), row: row, column: column,
            style: look[layer.saturatedShare > 0.05 ? .warning : .muted])
    }

    private func drawLegend(_ canvas: inout Canvas, row: Row, _ rect: Rect, _ look: Look) {
        var column = canvas.put(
            "0 ", row: row, column: rect.column + widths.name + 1, style: look[.muted],
            width: rect.width - widths.name)
        for level in 0..<10 where column < rect.trailing {
            drawRate((Double(level) + 0.5) / 10, &canvas, row, column, 1, look)
            column += 1
        }
        canvas.put(
            " \(Figures.text(greatest))", row: row, column: column, style: look[.muted], width: rect.trailing - column)
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
}
