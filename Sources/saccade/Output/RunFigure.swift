import Foundation
import Messages
import Plotting

/// The plots of a run as one figure.
struct RunFigure {
    enum Plot: String, CaseIterable {
        case loss, accuracy, sliding, alignment, spikes, rate = "spike-rate", gradient, learning = "learning-rate"
        case cka = "cka-by-time-step"
        case layers = "cka-by-layer"
        case inference = "spikes-per-inference"
        case neurons

        var title: String {
            switch self {
            case .loss: "Loss"
            case .accuracy: "Accuracy"
            case .sliding: "Replacement probability"
            case .alignment: "Linear CKA"
            case .spikes: "Spike rate by layer and time step"
            case .rate: "Spike rate"
            case .gradient: "Gradient norm"
            case .learning: "Learning rate"
            case .cka: "Linear CKA by time step"
            case .layers: "Linear CKA of spikes by layer and time step"
            case .inference: "Spikes per inference"
            case .neurons: "Learned time constants and thresholds"
            }
        }

        var series: [MetricSeries] {
            switch self {
            case .loss: [.totalLoss, .eventLoss, .imageLoss, .domainLoss, .validationLoss]
            case .accuracy: [.eventAccuracy, .imageAccuracy, .validationAccuracy, .testAccuracy]
            case .sliding: [.replacementProbability]
            case .alignment: [.linearCKA]
            case .rate: [.spikeRate]
            case .gradient: [.gradientNorm]
            case .learning: [.learningRate]
            case .inference: [.spikesPerInference]
            case .spikes, .cka, .layers, .neurons: []
            }
        }

        /// What a ghost shows: one curve, or the picture is full of them.
        var ghostSeries: MetricSeries? { self == .accuracy ? .validationAccuracy : series.first }
        var isPercentage: Bool { self == .accuracy }
    }

    let timeline: RunTimeline
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
                throw CommandFailure("the run \(detail.summary.id) has nothing to draw for '\(plot.rawValue)'")
            }
        }
        guard !panels.isEmpty else { throw CommandFailure("the run \(detail.summary.id) has nothing to draw yet") }
        let summary = detail.summary
        return Figure(
            title: summary.name,
            subtitle: "\(summary.id), \(summary.dataSet), seed \(summary.seed), \(summary.optimizerStep) steps",
            panels: panels, columnCount: panels.count > 1 ? 2 : 1)
    }

    private func panel(_ plot: Plot) -> Figure.Panel? {
        switch plot {
        case .spikes: timeline.spikes.last.map { .heatmap(Self.spikes($0)) }
        case .cka: timeline.alignments.isEmpty ? nil : .heatmap(similarities)
        case .layers: timeline.alignments.last { !$0.layers.isEmpty }.map { .heatmap(Self.layers($0)) }
        default: curves(plot).map { .plot($0) }
        }
    }

    private func curves(_ plot: Plot) -> PlotPanel? {
        let factor = plot.isPercentage ? 100.0 : 1
        func points(_ all: [MetricPoint], _ series: MetricSeries) -> [PlotPanel.Point] {
            // Smoothed first: what came before the stretch counts.
            Self.smoothed(all.filter { $0.series == series }, smoothing).filter {
                steps?.contains($0.optimizerStep) ?? true
            }.map {
                PlotPanel.Point(x: Double($0.optimizerStep), y: $0.value * factor)
            }
        }
        // Which layers learn something of themselves differs from run to run.
        let names =
            plot == .neurons
            ? Set(timeline.detail.metrics.map(\.series).filter(\.isOfNeurons)).sorted {
                $0.rawValue.localizedStandardCompare($1.rawValue) == .orderedAscending
            } : plot.series
        var series = names.compactMap { name -> PlotPanel.Series? in
            let points = points(timeline.detail.metrics, name)
            return points.isEmpty
                ? nil : PlotPanel.Series(name: name.title, points: points, style: points.count == 1 ? .dots : .line)
        }
        guard !series.isEmpty else { return nil }
        for other in others {
            guard let name = plot.ghostSeries else { continue }
            let points = points(other.points, name)
            if !points.isEmpty {
                series.append(.init(name: "\(other.name): \(name.title)", points: points, style: .ghost))
            }
        }
        let isLogarithmic = [.loss, .gradient, .learning].contains(plot) && !isLinear
        return PlotPanel(
            title: plot.isPercentage ? plot.title + " %" : plot.title, x: .init(title: "optimizer step"),
            y: .init(isLogarithmic: isLogarithmic), series: series,
            marks: timeline.detail.edits.filter { steps?.contains($0.optimizerStep) ?? true }.map { edit in
                PlotPanel.Mark(
                    x: Double(edit.optimizerStep), label: edit.letter,
                    text: edit.differences.map { difference in
                        let title = (try? KnobCatalogue.knob(difference.key))?.title ?? difference.key
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
            var smooth = point
            smooth.value = sum / total
            return smooth
        }
    }

    private static func spikes(_ grid: SpikeGrid) -> HeatmapPanel {
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
            title: Plot.cka.title, rowCount: rows, columnCount: columns, values: values,
            scale: .sequential(least: 0, greatest: 1), rowLabels: (0..<rows).map { "t \($0)" },
            columnLabels: (0..<columns).map { String($0 + 1) }, xTitle: "epoch")
    }
}
