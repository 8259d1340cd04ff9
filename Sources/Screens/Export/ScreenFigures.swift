import Configuration
import Messages
import Plotting
import Terminal

extension Plot {
    /// The plot as it is shown, in the units of the data.
    func panel(title: String, xTitle: String = "optimizer step", factor: Double = 1) -> PlotPanel {
        let steps = steps
        return PlotPanel(
            title: title,
            x: PlotPanel.Axis(title: xTitle, range: Double(steps.lowerBound)...Double(steps.upperBound)),
            y: PlotPanel.Axis(
                isLogarithmic: isLogarithmic,
                range: bounds.map { $0.lowerBound * factor...$0.upperBound * factor }),
            series: series.filter { !$0.curve.isEmpty }.map { one in
                PlotPanel.Series(
                    name: one.name,
                    points: one.curve.indices(of: steps).filter { limit == nil || one.curve.steps[$0] <= limit ?? 0 }
                        .map {
                            PlotPanel.Point(x: Double(one.curve.steps[$0]), y: one.curve.values[$0] * factor)
                        }, style: one.isReference ? .reference : one.isGhost ? .ghost : .line,
                    colorIndex: one.color)
            },
            marks: shownMarks.filter { steps.contains($0.step) }.map {
                PlotPanel.Mark(x: Double($0.step), label: $0.label, text: $0.text)
            })
    }
}

extension TrainState {
    func figure(of panels: [Panel], name: String) -> Figure {
        let look = Look(theme: .builtIn)
        return Figure(
            title: name,
            panels: panels.map { panel in
                let factor = axis(of: panel)?.isPercent == true ? 100.0 : 1
                if case .profile = kind(of: panel) {
                    return .plot(
                        profile(panel, look).panel(title: self.name(of: panel), xTitle: "time step", factor: factor))
                }
                return .plot(plot(panel, look).panel(title: title(of: panel), factor: factor))
            }, columnCount: panels.count > 1 ? 2 : 1)
    }

    var spikeFigure: Figure? {
        guard let spikes, let count = spikes.layers.map(\.rates.count).max(), count > 0 else { return nil }
        let values = spikes.layers.flatMap { layer in
            (0..<count).map { $0 < layer.rates.count ? layer.rates[$0] : .nan }
        }
        let greatest = values.filter(\.isFinite).max() ?? 1
        return Figure(
            title: "Spike rate at step \(spikes.optimizerStep)",
            panels: [
                .heatmap(
                    HeatmapPanel(
                        title: "spikes per neuron and time step", rowCount: spikes.layers.count, columnCount: count,
                        values: values, scale: .sequential(least: 0, greatest: max(0.01, greatest)),
                        rowLabels: spikes.layers.map {
                            "\($0.name) dead \(Figures.percent($0.deadShare)) %"
                        }, columnLabels: (1...count).map(String.init), xTitle: "time step"))
            ])
    }

    func slidingFigure(_ shared: Shared) -> Figure {
        let plan = plannedCurve(shared)
        let points = plan.probabilities.enumerated().map { place, probability in
            PlotPanel.Point(x: plan.progress(of: place), y: probability)
        }
        let total = Double(max(1, shared.run.totalSteps))
        let past = history.raw(.replacementProbability)
        let made = zip(past.steps, past.values).map { PlotPanel.Point(x: Double($0) / total, y: $1) }
        return Figure(
            title: "Sliding curve",
            panels: [
                .plot(
                    PlotPanel(
                        title: "replacement probability", x: .init(title: "progress", range: 0...1),
                        y: .init(range: 0...1),
                        series: [.init(name: "planned", points: points, style: .ghost)]
                            + (made.isEmpty
                                ? []
                                : [
                                    .init(
                                        name: "actual", points: made,
                                        colorIndex: description.curveColors[.replacementProbability])
                                ]),
                        marks: marks.map { .init(x: Double($0.step) / total, label: $0.label, text: $0.text) }))
            ])
    }
}

extension DataState {
    /// The slice that is shown.
    var eventFigure: Figure? {
        guard let recording, let frames, let slice = currentSlice else { return nil }
        let moment = frames.slices[slice]
        let limit = Double(frames.scale)
        // The picture's values are bent by gamma; a file gets the counts that they stand for.
        let values = frames.pictures[slice].map { value -> Double in
            let size = mode == .timeSurface ? Double(abs(value)) : Double(PlaybackFrames.unbent(abs(value))) * limit
            return value < 0 ? -size : size
        }
        return Figure(
            title: "\(recording.name)  \(recording.className)" + (recording.isSimulated ? "  simulated" : ""),
            subtitle:
                "\(mode.title), \(Figures.seconds(microseconds: moment.start)) to \(Figures.seconds(microseconds: moment.end))",
            panels: [
                .heatmap(
                    HeatmapPanel(
                        title: "slice \(slice + 1) of \(frames.slices.count)", rowCount: frames.height,
                        columnCount: frames.width, values: values,
                        scale: frames.isSigned
                            ? .diverging(limit: max(1e-6, limit)) : .sequential(least: 0, greatest: max(1e-6, limit)),
                        hasSquareCells: true))
            ])
    }

    var pairFigure: Figure? {
        guard let recording, let pair = recording.staticPair else { return nil }
        return Figure(
            title: "Static pair of \(recording.name)", subtitle: recording.pairing,
            panels: [
                .heatmap(
                    HeatmapPanel(
                        title: recording.className, rowCount: pair.height, columnCount: pair.width,
                        values: pair.values.map(Double.init), scale: .sequential(least: 0, greatest: 1),
                        hasSquareCells: true))
            ])
    }

    var rateFigure: Figure? {
        guard let recording, !rates.on.isEmpty else { return nil }
        let length = Double(recording.durationMicroseconds) / 1e6
        func points(_ rates: [Double], sign: Double) -> [PlotPanel.Point] {
            rates.enumerated().map {
                PlotPanel.Point(x: (Double($0.offset) + 0.5) / Double(rates.count) * length, y: sign * $0.element)
            }
        }
        return Figure(
            title: "Event rate of \(recording.name)",
            panels: [
                .plot(
                    PlotPanel(
                        title: "events/s, OFF downwards", x: .init(title: "seconds"), y: .init(),
                        series: [
                            .init(name: "ON", points: points(rates.on, sign: 1), style: .steps),
                            .init(name: "OFF", points: points(rates.off, sign: -1), style: .steps),
                        ]))
            ])
    }
}

extension RunsState {
    var curveFigure: Figure? {
        let shown = isComparing ? plotted : [opened.flatMap { details[$0] }].compactMap { $0 }
        guard !shown.isEmpty else { return nil }
        let look = Look(theme: .builtIn)
        return Figure(
            title: shown.map(\.summary.name).joined(separator: " and "),
            panels: [
                .plot(plot(shown, .totalLoss, look).panel(title: "Loss")),
                .plot(plot(shown, .validationAccuracy, look).panel(title: "Validation accuracy %", factor: 100)),
            ], columnCount: 2)
    }
}
