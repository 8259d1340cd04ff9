import Messages
import Terminal

extension DataState {
    /// What the last checkpoint predicts for the sample: classes of either stream, and how its layers spike.
    func drawModelView(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        look.hits?.add(rect, .data(.model))
        let view = modelView.flatMap { $0.reference == recording?.reference ? $0 : nil }
        let inner = look.panel(
            &canvas, rect, "Prediction for this sample", note: view.map { "run \(shared.runName($0.run))" } ?? "",
            isFocused: focus == .model)
        guard let view else {
            let text =
                awaitedModelView != nil
                ? "Predicting with the latest checkpoint…"
                : "v predicts the sample and its static pair with a run's latest checkpoint."
            return look.hint(&canvas, inner, text)
        }
        let (guesses, layers) = inner.split(top: min(2, inner.height))
        draw(view.imageGuesses, "static", &canvas, guesses.row, guesses, look)
        draw(view.eventGuesses, "events", &canvas, guesses.row + 1, guesses, look)
        drawLayers(view.spikes, &canvas, layers, look)
    }

    /// `events  ✓ digit 0 98.6 % · digit 6 0.4 %`: whether the likeliest is the right one, and how likely the others are.
    private func draw(
        _ guesses: [ModelView.Guess], _ stream: String, _ canvas: inout Canvas, _ row: Row, _ rect: Rect, _ look: Look
    ) {
        guard row < rect.bottom else { return }
        var column = canvas.put(stream + "  ", row: row, column: rect.column, style: look[.muted], width: rect.width)
        guard let first = guesses.first else {
            canvas.put("–", row: row, column: column, style: look[.muted], width: max(0, rect.trailing - column))
            return
        }
        let isRight = first.className == recording?.className
        column = canvas.put(
            isRight ? "✓ " : "✗ ", row: row, column: column, style: look[isRight ? .good : .bad],
            width: max(0, rect.trailing - column))
        let text = guesses.prefix(4).map { "\($0.className) \(Figures.percent($0.probability)) %" }
            .joined(separator: " · ")
        canvas.put(text, row: row, column: column, style: look[.text], width: max(0, rect.trailing - column))
    }

    /// As many layers a line as fit, all on one scale: name, a bar a time step, mean rate.
    private func drawLayers(_ grid: SpikeGrid, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let greatest = max(0.01, grid.layers.flatMap(\.rates).filter(\.isFinite).max() ?? 0)
        let texts = zip(grid.layers, SpikeTable.abbreviated(grid.layers.map(\.name))).map { layer, name in
            let finite = layer.rates.filter(\.isFinite)
            let mean = finite.reduce(0, +) / Double(max(1, finite.count))
            return "\(name) \(Sparkline.text(layer.rates, range: 0...greatest)) \(Figures.fixed(mean, 3))"
        }
        let width = (texts.map(\.columnCount.value).max() ?? 0) + 3
        let perLine = max(1, (rect.width.value + 3) / max(1, width))
        for (index, text) in texts.enumerated() {
            let row = rect.row + index / perLine
            guard row < rect.bottom else { break }
            let column = rect.column + index % perLine * width
            canvas.put(text, row: row, column: column, style: look[.text], width: max(0, rect.trailing - column))
        }
    }
}
