import Configuration
import Foundation
import Messages
import Training

/// What an external trainer says of itself, and what becomes of it: knobs, curves and panels like those of this program.
struct ExternalDescription: Decodable {
    var `protocol`: Int
    /// Name and version, as `my trainer 1.0`.
    var name: String
    var settings: [Setting]?
    var series: [Series]?
    var panels: [Panel]?
    /// Whether steps may come with spike rates, and with the alignment of two streams.
    var spikes: Bool?
    var alignment: Bool?

    struct Setting: Decodable {
        var key: String
        var title: String?
        var help: String?
        /// `number`, `integer`, `flag`, `choice` or `text`; without it as the default is.
        var kind: String?
        var `default`: KnobValue
        var range: [Double]?
        var step: Double?
        var logarithmic: Bool?
        var choices: [String]?
        var live: Bool?
    }

    struct Series: Decodable {
        var key: String
        var title: String?
        var short: String?
        /// `plain`, `share` (0…1, shown in percent) or `count`.
        var unit: String?
        var higherIsBetter: Bool?
        /// `step`, `epoch` or `layer`.
        var scope: String?
        var panel: String?

        private enum CodingKeys: String, CodingKey {
            case key, title, short, unit, scope, panel
            case higherIsBetter = "higher_is_better"
        }
    }

    struct Panel: Decodable {
        var key: String
        var title: String?
        var logarithmic: Bool?
        var percent: Bool?
    }
}

// MARK: As this program means it

/// Settings that every external trainer has: this program sees to them.
struct ExternalSettings: SettingGroup {
    static let shared = ExternalSettings()

    let command = Configuration.Setting.text(
        KnownKnob.externalTrainer, "engine", "Command that starts the external trainer of this run.", live: false)
    let answerTimeout = Configuration.Setting.integer(
        "engine.answer_timeout", "answer timeout",
        "Seconds without an answer or a log line after which the external trainer counts as lost.", 1...1_000_000,
        default: 600, live: true)

    /// Those of this program's own training that are about a run as a whole.
    static let ofRuns = TrainingSettings.knobs.filter { KnownKnob.ofEveryRun.contains($0.key) }
}

extension ExternalDescription {
    /// - Throws: `ExternalError.badDescription` that names the first entry that is wrong.
    func engineDescription() throws(ExternalError) -> EngineDescription {
        guard !name.isEmpty else {
            throw .badDescription("'name' is empty: write name and version, as 'my trainer 1.0'")
        }
        var knobs: [Knob] = []
        let own = ExternalSettings.ofRuns + ExternalSettings.knobs
        for setting in settings ?? [] {
            let knob = try setting.knob()
            if own.contains(where: { $0.key == knob.key }) {
                throw .badDescription(
                    "the setting '\(knob.key)' is Saccade's own: leave it out, its value comes with 'start'")
            }
            if knobs.contains(where: { $0.key == knob.key }) {
                throw .badDescription("the setting '\(knob.key)' is there twice")
            }
            knobs.append(knob)
        }
        let known = EngineDescription.shipped
        var panels = [PanelDescription("tuning", "Tuning", .tuning)]
        var described: [SeriesDescription] = []
        for entry in series ?? [] {
            guard !described.contains(where: { $0.series.rawValue == entry.key }) else {
                throw .badDescription("the series '\(entry.key)' is there twice")
            }
            described.append(try entry.description(knownAs: known.series(MetricSeries(entry.key))))
        }
        for series in [
            MetricSeries.totalLoss, .validationLoss, .validationAccuracy, .testAccuracy, .spikesPerInference,
        ]
        where !described.contains(where: { $0.series == series }) {
            if let description = known.series(series) { described.append(description) }
        }
        let wanted = (self.panels ?? []).map {
            PanelDescription(
                $0.key, $0.title ?? $0.key,
                .curves(
                    .init(
                        isLogarithmic: $0.logarithmic ?? false, switchesScale: $0.logarithmic ?? false,
                        isPercent: $0.percent ?? false)))
        }
        let usual = ["loss", "accuracy"] + (alignment == true ? ["cka"] : []) + (spikes == true ? ["spikes"] : [])
        panels += known.panels.filter { panel in usual.contains(panel.key) && !wanted.contains { $0.key == panel.key } }
        panels += wanted
        for series in described {
            guard let key = series.panel, !panels.contains(where: { $0.key == key }) else { continue }
            // Of a series of our own that the trainer measures, or of one that names a panel and says no more of it.
            panels.append(
                known.panels.first { $0.key == key }
                    ?? PanelDescription(key, key, .curves(.init(isPercent: series.unit == .share))))
        }
        panels += known.panels.filter { $0.key == "edits" }
        return EngineDescription(
            engine: name, knobs: knobs + own, series: described, panels: panels, catalogues: [:])
    }
}

extension ExternalDescription.Setting {
    func knob() throws(ExternalError) -> Knob {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } })
        else {
            throw .badDescription("the setting '\(key)' is not of the form section.name, as in optimizer.learning_rate")
        }
        let knob = Knob(
            key: key, title: title ?? String(parts[1]).replacing("_", with: " "), help: help ?? "",
            kind: try knobKind(),
            defaultValue: `default`, isLive: live ?? false)
        do throws(ConfigurationError) {
            var checked = knob
            checked.defaultValue = try knob.checked(`default`)
            return checked
        } catch {
            throw .badDescription("the default of the setting '\(key)': \(error)")
        }
    }

    private func knobKind() throws(ExternalError) -> Knob.Kind {
        let guessed =
            switch `default` {
            case _ where choices != nil: "choice"
            case .number: "number"
            case .integer: "integer"
            case .flag: "flag"
            case .text: "text"
            }
        switch kind ?? guessed {
        case "number":
            let range = try bounds(-1e9...1e9)
            let step = step ?? max((range.upperBound - range.lowerBound) / 100, .leastNormalMagnitude)
            return .number(range: range, step: step, scale: logarithmic == true ? .logarithmic : .linear)
        case "integer":
            let range = try bounds(-1e9...1e9)
            return .integer(range: Int(range.lowerBound.rounded())...Int(range.upperBound.rounded()))
        case "flag": return .flag
        case "text": return .text
        case "choice":
            guard let choices, !choices.isEmpty else { throw .badDescription("the setting '\(key)' has no 'choices'") }
            return .choice(choices)
        case let other:
            throw .badDescription(
                "the setting '\(key)' has the kind '\(other)': expected number, integer, flag, choice or text")
        }
    }

    private func bounds(_ widest: ClosedRange<Double>) throws(ExternalError) -> ClosedRange<Double> {
        guard let range else { return widest }
        guard range.count == 2, range[0] <= range[1], abs(range[0]) <= 1e15, abs(range[1]) <= 1e15 else {
            throw .badDescription("the range of the setting '\(key)' is \(range): expected [lowest, highest]")
        }
        return range[0]...range[1]
    }
}

extension ExternalDescription.Series {
    /// - Parameter known: what this program calls a curve of that key; it stands for what is not said.
    func description(knownAs known: SeriesDescription?) throws(ExternalError) -> SeriesDescription {
        guard !key.isEmpty, !key.contains(where: { $0.isWhitespace || $0 == "," }) else {
            throw .badDescription("a series has the key '\(key)': expected one without spaces, as in loss.total")
        }
        let unit = try unit.map { text throws(ExternalError) in
            guard let unit = SeriesDescription.Unit(rawValue: text) else {
                throw .badDescription("the series '\(key)' has the unit '\(text)': expected plain, share or count")
            }
            return unit
        }
        let scope = try scope.map { text throws(ExternalError) in
            guard let scope = SeriesDescription.Scope(rawValue: text) else {
                throw .badDescription("the series '\(key)' has the scope '\(text)': expected step, epoch or layer")
            }
            return scope
        }
        let title = title ?? known?.title ?? key.replacing(".", with: " ").replacing("_", with: " ")
        return SeriesDescription(
            MetricSeries(key), title, short: short ?? (self.title == nil ? known?.shortTitle : nil),
            unit: unit ?? known?.unit ?? .plain, higherIsBetter: higherIsBetter ?? known?.higherIsBetter,
            scope: scope ?? known?.scope ?? .step,
            panel: panel ?? known?.panel ?? String(key.prefix { $0 != "." }),
            column: known?.column ?? .init(key.replacing(".", with: "_"), .mean))
    }
}
