import Configuration
import Foundation
import Messages
import Plotting

/// The plots of a run as one figure.
struct RunFigure {
    let timeline: RunTimeline
    let description: EngineDescription
    var others: [RunCurves] = []
    /// Weight of what was before; 0 does not smooth.
    var smoothing = 0.0
    /// Loss and gradient on a linear axis.
    var isLinear = false
    /// The steps of the curves that are drawn; `nil`: all.
    var steps: ClosedRange<Int>?

    /// - Parameter isStrict: whether a plot without anything to draw is an error; otherwise it is left out.
    /// - Throws: `CommandFailure`.
    func figure(_ plots: [Plot], isStrict: Bool) throws -> Figure {
        let detail = timeline.detail
        var panels: [Figure.Panel] = []
        for plot in plots {
            if let panel = panel(plot) {
                panels.append(panel)
            } else if isStrict {
                throw CommandFailure("the run \(detail.summary.id) has no data for '\(plot.name)'")
            }
        }
        guard !panels.isEmpty else { throw CommandFailure("the run \(detail.summary.id) has no data to plot yet") }
        let summary = detail.summary
        return Figure(
            title: summary.name,
            subtitle: "\(summary.id), \(summary.dataSet), seed \(summary.seed), \(summary.optimizerStep) steps",
            panels: panels, columnCount: panels.count > 1 ? 2 : 1)
    }

    private func panel(_ plot: Plot) -> Figure.Panel? {
        switch plot.kind {
        case .spikes: timeline.spikes.last.map { .heatmap(Self.spikes($0)) }
        case .cka: timeline.alignments.isEmpty ? nil : .heatmap(similarities)
        case .layers: timeline.alignments.last { !$0.layers.isEmpty }.map { .heatmap(Self.layers($0)) }
        case .curves(let names): curves(plot, names).map { .plot($0) }
        case .parts(let series): curves(plot, parts(of: series)).map { .plot($0) }
        }
    }

    /// The curves that there are of these series.
    private func parts(of series: [SeriesDescription]) -> [MetricSeries] {
        Set(timeline.detail.metrics.map(\.series)).filter { curve in series.contains { $0.part(of: curve) != nil } }
            .sorted { $0.rawValue.localizedStandardCompare($1.rawValue) == .orderedAscending }
    }

    private func curves(_ plot: Plot, _ names: [MetricSeries]) -> PlotPanel? {
        let factor = plot.isPercentage ? 100.0 : 1
        func points(_ all: [MetricPoint], _ series: MetricSeries) -> [PlotPanel.Point] {
            // Smoothed first: what came before the stretch counts.
            Self.smoothed(all.filter { $0.series == series }, smoothing).filter {
                steps?.contains($0.optimizerStep) ?? true
            }.map {
                PlotPanel.Point(x: Double($0.optimizerStep), y: $0.value * factor)
            }
        }
        let colors = description.curveColors
        var series = names.compactMap { name -> PlotPanel.Series? in
            let points = points(timeline.detail.metrics, name)
            return points.isEmpty
                ? nil
                : PlotPanel.Series(
                    name: description.title(of: name), points: points, style: points.count == 1 ? .dots : .line,
                    colorIndex: colors[name])
        }
        guard !series.isEmpty else { return nil }
        for (place, other) in others.enumerated() {
            guard let name = plot.ghostSeries else { continue }
            let points = points(other.points, name)
            if !points.isEmpty {
                series.append(
                    .init(
                        name: "\(other.name): \(description.title(of: name))", points: points, style: .ghost,
                        colorIndex: place))
            }
        }
        let isLogarithmic = plot.isLogarithmic && !isLinear
        return PlotPanel(
            title: plot.isPercentage ? plot.title + " %" : plot.title, x: .init(title: "optimizer step"),
            y: .init(isLogarithmic: isLogarithmic), series: series,
            marks: timeline.detail.edits.filter { steps?.contains($0.optimizerStep) ?? true }.map { edit in
                PlotPanel.Mark(
                    x: Double(edit.optimizerStep), label: edit.letter,
                    text: edit.differences.map { difference in
                        let title = description.title(of: difference.key)
                        return "\(title) \(difference.old)→\(difference.new)"
                    }.joined(separator: ", "))
            })
    }

    /// Debiased moving average; what is not finite is a gap and does not enter.
    static func smoothed(_ points: [MetricPoint], _ weight: Double) -> [MetricPoint] {
        guard weight > 0 else { return points }
        var (sum, total) = (0.0, 0.0)
        return points.map { point in
            guard point.value.isFinite else { return point }
            (sum, total) = (sum * weight + point.value * (1 - weight), total * weight + 1 - weight)
            // Less than the engine's own numbers can tell: only how long ago the last value came.
            if abs(sum) < Double(Float.leastNormalMagnitude) { sum = 0 }
            var smooth = point
            smooth.value = sum / total
            return smooth
        }
    }

    static func spikes(_ grid: SpikeGrid) -> HeatmapPanel {
        let columns = grid.layers.map(\.rates.count).max() ?? 0
        let values = grid.layers.flatMap { layer in
            layer.rates + Array(repeating: .nan, count: columns - layer.rates.count)
        }
        return HeatmapPanel(
            title: "Spike rate at step \(grid.optimizerStep)", rowCount: grid.layers.count, columnCount: columns,
            values: values, scale: .sequential(least: 0, greatest: max(0.01, values.filter(\.isFinite).max() ?? 1)),
            rowLabels: grid.layers.map(\.name), columnLabels: (0..<columns).map(String.init), xTitle: "time step")
    }

    private static func layers(_ alignment: AlignmentSnapshot) -> HeatmapPanel {
        let columns = alignment.layers.map(\.linearCKA.count).max() ?? 0
        let values = alignment.layers.flatMap { layer in
            layer.linearCKA + Array(repeating: .nan, count: columns - layer.linearCKA.count)
        }
        return HeatmapPanel(
            title: "Linear CKA of spikes at step \(alignment.optimizerStep)", rowCount: alignment.layers.count,
            columnCount: columns, values: values, scale: .sequential(least: 0, greatest: 1),
            rowLabels: alignment.layers.map(\.name), columnLabels: (0..<columns).map { String($0 + 1) },
            xTitle: "time step")
    }

    /// Epochs across, time steps down.
    private var similarities: HeatmapPanel {
        let rows = timeline.alignments.map(\.linearCKA.count).max() ?? 0
        let columns = timeline.alignments.count
        let values = (0..<rows).flatMap { row in
            timeline.alignments.map { row < $0.linearCKA.count ? $0.linearCKA[row] : .nan }
        }
        return HeatmapPanel(
            title: Plot.similarityTitle, rowCount: rows, columnCount: columns, values: values,
            scale: .sequential(least: 0, greatest: 1), rowLabels: (0..<rows).map { "t \($0)" },
            columnLabels: (0..<columns).map { String($0 + 1) }, xTitle: "epoch")
    }
}
