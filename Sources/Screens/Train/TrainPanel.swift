import Configuration

extension TrainState {
    /// A place on the training screen, by its key in the engine's description.
    struct Panel: Sendable, Hashable {
        var key: String

        init(_ key: String) { self.key = key }

        /// What has the focus, and what a small terminal shows, before the engine has said what panels there are.
        static let tuning = Panel("tuning")
        static let loss = Panel("loss")
    }

    var description: EngineDescription { tuning.description }

    /// All of them, in the order in which Tab reaches them.
    var panels: [Panel] { description.panels.map { Panel($0.key) } }

    func kind(of panel: Panel) -> PanelDescription.Kind {
        description.panels.first { $0.key == panel.key }?.kind ?? .unknown(panel.key)
    }

    /// How the curves of a panel are drawn; `nil` where it draws none.
    func axis(of panel: Panel) -> PanelDescription.Axis? { description.panels.first { $0.key == panel.key }?.axis }

    /// The first of a kind; an engine need not have one.
    func first(_ kind: PanelDescription.Kind) -> Panel? { panels.first { self.kind(of: $0) == kind } }

    /// Whether it draws curves over optimizer steps.
    func isPlot(_ panel: Panel) -> Bool {
        switch kind(of: panel) {
        case .curves, .alignment: true
        default: false
        }
    }

    /// Whether a small terminal shows it where the others are: knobs and journal have places of their own.
    func isInTurn(_ panel: Panel) -> Bool { ![.tuning, .journal].contains(kind(of: panel)) }

    var plotPanels: [Panel] { panels.filter(isPlot) }

    /// Whose curves can be written to files.
    var exportedPanels: [Panel] {
        panels.filter {
            switch kind(of: $0) {
            case .curves, .alignment, .profile, .layers: true
            default: false
            }
        }
    }

    /// The key of the knob that a panel edits as a curve.
    func curveKnob(of panel: Panel) -> String? {
        if case .curveEditor(let knob) = kind(of: panel) { knob } else { nil }
    }

    /// What the engine calls it, in lower case as titles of files are.
    func name(of panel: Panel) -> String {
        description.panels.first { $0.key == panel.key }?.title ?? panel.key
    }

    /// What a panel plots: its curves by name, the most important first. Of a series with a curve a layer, those that there
    /// are.
    func series(of panel: Panel) -> [(series: MetricSeries, name: String)] {
        description.series(of: panel.key).flatMap { series -> [(series: MetricSeries, name: String)] in
            guard series.scope.hasParts else { return [(series.series, series.shortTitle)] }
            return history.series.compactMap { curve in series.part(of: curve).map { (curve, $0) } }
        }
    }

    /// The one that is drawn of other runs: with shares that of whole epochs, which does not jump.
    func ghostSeries(of panel: Panel) -> MetricSeries? {
        let series = description.series(of: panel.key)
        let isPercent = axis(of: panel)?.isPercent ?? false
        return ((isPercent ? series.first { $0.scope == .epoch } : nil) ?? series.first)?.series
    }

    var ghostSeries: [MetricSeries] { plotPanels.compactMap(ghostSeries) }
}
