import ArgumentParser
import Configuration
import Training

extension RunFigure {
    /// Something that can be drawn of a run: a picture of its own, or the curves of a panel of the engine.
    struct Plot: Hashable {
        enum Kind: Hashable {
            case curves([MetricSeries])
            /// Layer × time step.
            case spikes
            /// CKA by epoch and time step.
            case cka
            /// CKA of spikes, layer × time step.
            case layers
            /// A curve for each layer or time step of these series.
            case parts([SeriesDescription])
        }

        var name: String
        var title: String
        var kind: Kind
        /// What a ghost shows: one curve, or the picture is full of them.
        var ghostSeries: MetricSeries?
        var isPercentage = false
        var isLogarithmic = false

        static let similarityTitle = "Linear CKA by time step"

        /// The panels with curves, then each curve that no panel draws, and the pictures.
        static func all(_ description: EngineDescription) -> [Plot] {
            let panels = description.panels.compactMap { panel -> Plot? in
                guard let axis = panel.axis else { return nil }
                let series = description.series(of: panel.key).filter { !$0.scope.hasParts }
                guard !series.isEmpty else { return nil }
                let ghost = (axis.isPercent ? series.first { $0.scope == .epoch } : nil) ?? series.first
                return Plot(
                    name: panelNames[panel.key] ?? panel.key, title: panelTitles[panel.key] ?? panel.title,
                    kind: .curves(series.map(\.series) + (axis.isPercent ? [.testAccuracy] : [])),
                    ghostSeries: ghost?.series, isPercentage: axis.isPercent, isLogarithmic: axis.isLogarithmic)
            }
            let alone = description.series.filter {
                $0.panel == nil && !$0.scope.hasParts && $0.series != .testAccuracy
            }
            .map { series in
                Plot(
                    name: seriesNames[series.series] ?? series.series.rawValue,
                    title: series.title.prefix(1).uppercased() + series.title.dropFirst(),
                    kind: .curves([series.series]), ghostSeries: series.series,
                    isLogarithmic: series.series == .learningRate)
            }
            // Which layers learn something of themselves differs from run to run.
            let parts = description.panels.compactMap { panel -> Plot? in
                let series = description.series(of: panel.key).filter(\.scope.hasParts)
                return series.isEmpty
                    ? nil
                    : Plot(
                        name: partNames[panel.key] ?? panel.key, title: partTitles[panel.key] ?? panel.title,
                        kind: .parts(series))
            }
            return panels + alone + [
                Plot(name: "spikes", title: "Spike rate by layer and time step", kind: .spikes),
                Plot(name: "cka-by-time-step", title: similarityTitle, kind: .cka),
                Plot(name: "cka-by-layer", title: "Linear CKA of spikes by layer and time step", kind: .layers),
            ] + parts
        }

        /// Names that the command has had from its beginning.
        private static let panelNames = ["cka": "alignment"]
        private static let panelTitles = ["cka": "Linear CKA", "accuracy": "Accuracy"]
        private static let partNames = ["spikes": "neurons"]
        private static let partTitles = ["spikes": "Learned time constants and thresholds"]
        private static let seriesNames: [MetricSeries: String] = [
            .replacementProbability: "sliding", .learningRate: "learning-rate", .spikeRate: "spike-rate",
            .spikesPerInference: "spikes-per-inference",
        ]
    }
}

extension RunFigure.Plot {
    static let shipped = all(.shipped)

    /// A plot for each curve that this engine does not know, as of a run of another program.
    static func others(_ points: [MetricPoint], _ description: EngineDescription) -> [RunFigure.Plot] {
        var seen: Set<MetricSeries> = []
        return points.map(\.series).filter { seen.insert($0).inserted && description.series($0) == nil }.map {
            RunFigure.Plot(name: $0.rawValue, title: $0.rawValue, kind: .curves([$0]), ghostSeries: $0)
        }
    }
    static let allValueStrings = shipped.map(\.name)

    /// For `transform:` of an option.
    ///
    /// - Throws: `ValidationError` that lists the names.
    static func parse(_ name: String) throws -> RunFigure.Plot {
        guard let plot = shipped.first(where: { $0.name == name }) else {
            throw ValidationError(
                "expected one of \(allValueStrings.joined(separator: ", "))"
                    + (Choice.nearest(to: name, among: allValueStrings) ?? ""))
        }
        return plot
    }
}
