import Configuration
import Terminal

extension TrainState {
    /// Values over the time steps, as they are now; faint, as they were first.
    func drawProfile(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(
            &canvas, rect, name(of: panel), note: "by time step", isFocused: focus == panel)
        profile(panel, look).draw(&canvas, inner, look)
    }

    /// Its axis counts time steps.
    func profile(_ panel: Panel, _ look: Look) -> Plot {
        let all = description.series(of: panel.key).filter { $0.scope == .timeStep }
        var plot = Plot(series: [])
        for (index, series) in all.enumerated() {
            let values = history.series.compactMap { curve in
                series.part(of: curve).flatMap(Int.init).map { ($0, history.raw(curve)) }
            }
            .sorted { $0.0 < $1.0 }
            func line(_ value: (Curve) -> Double?) -> Curve {
                var curve = Curve()
                for (timeStep, values) in values { curve.append(step: timeStep, value: value(values) ?? .nan) }
                return curve
            }
            if (values.first?.1.count ?? 0) > 1 {
                plot.series.append(
                    Plot.Series(
                        curve: line { $0.values.first { $0.isFinite } }, name: "\(series.shortTitle) at start",
                        style: look[.ghost], isGhost: true))
            }
            plot.series.append(
                Plot.Series(
                    curve: line(\.lastFinite), name: series.shortTitle, style: look.theme.series(index)))
            plot.window = values.first.flatMap { first in values.last.map { first.0...max(first.0 + 1, $0.0) } }
        }
        plot.emptyText = "waiting for the first metrics"
        let axis = axis(of: panel)
        plot.isPercent = axis?.isPercent == true
        (plot.bounds, plot.isLogarithmic) = (axis?.bounds, axis?.isLogarithmic ?? false)
        return plot
    }

    /// A line a layer.
    func drawLayerTable(_ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(&canvas, rect, name(of: panel), isFocused: focus == panel)
        let table = LayerTable(history, description.series(of: panel.key))
        guard table.rowCount > 0 else {
            return look.hint(&canvas, inner.inset(), "waiting for the first metrics")
        }
        table.draw(&canvas, inner, look, scroll: spikeScroll)
    }
}
