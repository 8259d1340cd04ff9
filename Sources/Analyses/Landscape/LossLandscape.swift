import Data
import Foundation
import Messages
import Network
import Plotting
import Tensors
import Training

/// Loss and accuracy around the trained weights, along two random directions with filters' lengths (Li et al. 2018).
struct LossLandscape: Analysis {
    let name = "landscape"
    let title = "Loss landscape"
    let summary = "loss and accuracy around the weights, along two filter-normalized directions"

    private static let greatestLoss = 10.0

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options, usual: .training)
        let places = subject.places(split, options, usual: 128)
        let surface = try Surface(subject, places, split, options, progress)
        var report = report()
        let (center, side) = (surface.center, options.gridSize)
        report.findings = [
            "loss \(Format.number(center.loss, places: 4)) and accuracy \(Format.percent(center.accuracy)) at the weights",
            "lowest loss \(Format.number(surface.least, places: 4)), at the border "
                + "\(Format.number(surface.border.lowerBound, places: 2)) to \(Format.number(surface.border.upperBound, places: 2))",
        ]
        report.notes = [
            "cross entropy of outputs averaged over time, running statistics, \(places.count) \(split.rawValue) recordings; "
                + "\(side)×\(side) points from −\(Format.number(options.reach)) to \(Format.number(options.reach)) along two random "
                + "directions (seed \(options.seed)); each filter's direction is as long as the filter, biases and "
                + "normalizations stay"
        ]
        let labels = surface.ticks.map { Format.number($0, places: 2) }
        report.tables = [
            .init(
                name: "along-axes", title: "Along each direction",
                columns: ["distance", "loss along a", "accuracy % along a", "loss along b", "accuracy % along b"],
                rows: surface.ticks.indices.map { index in
                    let (a, b) = (surface.point(index, side / 2), surface.point(side / 2, index))
                    return [labels[index]]
                        + [a.loss, 100 * a.accuracy, b.loss, 100 * b.accuracy].map { Format.number($0, places: 3) }
                })
        ]
        // The whole range would show the border alone.
        let most = min(Self.greatestLoss, surface.losses.filter(\.isFinite).max() ?? 1)
        func map(_ title: String, _ values: [Double], _ scale: HeatmapPanel.Scale) -> Figure.Panel {
            .heatmap(
                HeatmapPanel(
                    title: title, rowCount: side, columnCount: side, values: values, scale: scale, rowLabels: labels,
                    columnLabels: labels, xTitle: "along a", yTitle: "along b", hasSquareCells: true))
        }
        func curve(_ title: String, _ value: (Int) -> Double) -> PlotPanel.Series {
            .init(name: title, points: surface.ticks.indices.map { .init(x: surface.ticks[$0], y: value($0)) })
        }
        report.pictures = [
            .init(
                name: "landscape",
                figure: Figure(
                    title: title, subtitle: subject.title,
                    panels: [
                        map(
                            "loss, at most \(Format.number(most))", surface.losses.map { min($0, most) },
                            .sequential(least: min(surface.least, most), greatest: most)),
                        map("accuracy", surface.accuracies, .sequential(least: 0, greatest: 1)),
                        .plot(
                            PlotPanel(
                                title: "along each direction", x: .init(title: "distance"), y: .init(title: "loss"),
                                series: [
                                    curve("a") { surface.point($0, side / 2).loss },
                                    curve("b") { surface.point(side / 2, $0).loss },
                                ])),
                    ], columnCount: 3),
                size: .init(width: 1500, height: 480))
        ]
        return report
    }
}

/// Loss and accuracy over a square of weights.
private struct Surface {
    /// From −reach to reach.
    let ticks: [Double]
    /// [b, a].
    private(set) var losses: [Double] = []
    private(set) var accuracies: [Double] = []

    init(
        _ subject: AnalysisSubject, _ places: [Int], _ split: Split, _ options: AnalysisOptions,
        _ progress: (Int, Int) throws -> Void
    ) throws {
        let (network, side) = (subject.network, options.gridSize)
        ticks = (0..<side).map { options.reach * (2 * Double($0) / Double(side - 1) - 1) }
        let parameters = network.parameters
        let start = parameters.map { $0.referenceOrder(of: $0.value) }
        var random = RandomSource(seed: UInt64(bitPattern: Int64(options.seed)))
        let directions = (
            FilterDirection(parameters, random: &random), FilterDirection(parameters, random: &random)
        )
        let size = min(places.count, subject.configuration.training.batchSize)
        let trace = NetworkTrace(
            network: network, purpose: .evaluation, streamCount: 1, batchSize: size,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        defer {
            for (parameter, values) in zip(parameters, start) {
                parameter.load(referenceOrder: values, into: parameter.value)
            }
        }
        let samples = try subject.samples(places, split)
        for row in 0..<side {
            for column in 0..<side {
                for (index, parameter) in parameters.enumerated() where parameter.referenceShape.rank > 1 {
                    let (a, b) = (Float(ticks[column]), Float(ticks[row]))
                    var values = start[index]
                    for place in values.indices {
                        values[place] += a * directions.0.values[index][place] + b * directions.1.values[index][place]
                    }
                    parameter.load(referenceOrder: values, into: parameter.value)
                }
                let found = Self.measure(network, trace, samples)
                losses.append(found.loss)
                accuracies.append(found.accuracy)
                try progress(row * side + column + 1, side * side)
            }
        }
    }

    func point(_ column: Int, _ row: Int) -> (loss: Double, accuracy: Double) {
        (losses[row * ticks.count + column], accuracies[row * ticks.count + column])
    }

    var center: (loss: Double, accuracy: Double) { point(ticks.count / 2, ticks.count / 2) }

    /// Of those that are numbers.
    var least: Double { losses.filter(\.isFinite).min() ?? 0 }

    /// Losses of the outermost points.
    var border: ClosedRange<Double> {
        let side = ticks.count
        let values = losses.indices.filter { index in
            let (row, column) = (index / side, index % side)
            return row == 0 || column == 0 || row == side - 1 || column == side - 1
        }.map { losses[$0] }.filter(\.isFinite)
        guard let least = values.min(), let greatest = values.max() else { return 0...0 }
        return least...greatest
    }

    private static func measure(
        _ network: SpikingNetwork, _ trace: NetworkTrace, _ samples: [Sample]
    ) -> (loss: Double, accuracy: Double) {
        var (loss, right) = (0.0, 0)
        for begin in stride(from: 0, to: samples.count, by: trace.batchSize) {
            let chunk = Array(samples[begin..<min(begin + trace.batchSize, samples.count)])
            trace.fill(chunk)
            network.forward(trace)
            let (mean, classes) = (trace.eventLogits.meanOverTime(), network.configuration.classCount)
            for (place, sample) in chunk.enumerated() {
                let outputs = (0..<classes).map { Double(mean[place * classes + $0]) }
                let greatest = outputs.max() ?? 0
                let total = outputs.reduce(0) { $0 + exp($1 - greatest) }
                loss += log(total) + greatest - outputs[sample.label]
                if outputs.firstIndex(of: greatest) == sample.label { right += 1 }
            }
        }
        return (loss / Double(max(1, samples.count)), Double(right) / Double(max(1, samples.count)))
    }
}
