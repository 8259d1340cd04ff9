import Messages
import Plotting
import Terminal

/// What is on the screen, as files: CSV, PNG and SVG of plots and heatmaps, the screen itself as text.
extension WorkbenchState {
    /// What can be exported now, that of the focused panel first.
    mutating func offerExport() -> [Wish] {
        let entries = exportSubjects.flatMap { subject, title, isTable in
            let formats: [Export.Format] =
                subject == .studyReport
                ? [.markdown, .csv, .json, .svg]
                : subject == .screen || subject == .log ? [.txt] : isTable ? [.csv] : [.csv, .png, .svg]
            return formats.map {
                Chooser.Entry(
                    title: "\(title) as \($0.title)", note: exportName(of: subject) + "." + $0.rawValue,
                    intent: .export(ExportChoice(subject: subject, format: $0)))
            }
        }
        return [.dialog(.chooser(Chooser(title: "Export to the current folder", entries: entries)))]
    }

    private var exportSubjects: [(ExportChoice.Subject, String, isTable: Bool)] {
        var subjects: [(ExportChoice.Subject, String, isTable: Bool)] = []
        switch screen {
        case .train:
            let plots = train.exportedPanels
            for panel in plots.filter({ $0 == train.focus }) + plots.filter({ $0 != train.focus }) {
                subjects.append((.plot(panel), train.name(of: panel).lowercased(), false))
            }
            subjects.append((.allPlots, "all plots", false))
            if train.spikes != nil { subjects.append((.spikes, "spike rates", false)) }
            subjects.append((.slidingCurve, "sliding curve", false))
        case .data:
            if data.eventFigure != nil { subjects.append((.events, "event image", false)) }
            if data.rateFigure != nil { subjects.append((.eventRates, "event rates", false)) }
            if data.pairFigure != nil { subjects.append((.staticPair, "static pair", false)) }
        case .runs:
            if runs.curveFigure != nil { subjects.append((.runCurves, "curves", false)) }
            if runs.comparison != nil || runs.showsTable { subjects.append((.comparison, "comparison", true)) }
            subjects.append((.runList, "list of runs", true))
        case .log: subjects.append((.log, "log", false))
        case .study: if study.board != nil { subjects.append((.studyReport, "report", true)) }
        }
        return subjects + [(.screen, "the whole screen", false)]
    }

    private func exportName(of subject: ExportChoice.Subject) -> String {
        let run = "\(shared.run.name ?? shared.run.run ?? "run")"
        let sample = data.recording?.name ?? "sample"
        let parts: [String] =
            switch subject {
            case .plot(let panel): [run, panel.key]
            case .allPlots: [run, "plots"]
            case .spikes: [run, "spikes"]
            case .slidingCurve: [run, "sliding"]
            case .events: [sample, data.mode.rawValue, "\((data.currentSlice ?? 0) + 1)"]
            case .eventRates: [sample, "rates"]
            case .staticPair: [sample, "pair"]
            case .runCurves: ["curves"]
            case .comparison: ["comparison"]
            case .runList: ["runs"]
            case .log: ["log"]
            case .studyReport: ["study", study.board?.name ?? ""]
            case .screen: ["screen", screen.rawValue]
            }
        return (["saccade"] + parts).joined(separator: "-")
    }

    mutating func export(_ choice: ExportChoice) -> [Wish] {
        if choice.subject == .studyReport {
            // Its figures are computed for it, which may take a while.
            guard let format = StudyReportFormat.allCases.first(where: { $0.ending == choice.format.rawValue }) else {
                return []
            }
            shared.say("writing the report…")
            return [.ask(.studyReport(format))]
        }
        let content: Export.Content? =
            switch choice.subject {
            case .plot(let panel): .figure(train.figure(of: [panel], name: runTitle))
            case .allPlots: .figure(train.figure(of: train.exportedPanels, name: runTitle))
            case .spikes: train.spikeFigure.map { .figure($0) }
            case .slidingCurve: .figure(train.slidingFigure(shared))
            case .events: data.eventFigure.map { .figure($0) }
            case .eventRates: data.rateFigure.map { .figure($0) }
            case .staticPair: data.pairFigure.map { .figure($0) }
            case .runCurves: runs.curveFigure.map { .figure($0) }
            case .comparison:
                runs.showsTable
                    ? runs.table.content.map { .text(Self.csv($0)) } : runs.comparison.map { .text(Self.csv($0)) }
            case .runList: .text(Self.csv(runs.shown(shared)))
            case .log: .text(log.text(shared))
            case .studyReport: nil
            case .screen: .text(screenText)
            }
        guard let content else {
            shared.say("nothing to export yet", .warning)
            return []
        }
        return [
            .effect(.export(Export(name: exportName(of: choice.subject), format: choice.format, content: content)))
        ]
    }

    private var runTitle: String { shared.run.name ?? shared.run.run ?? "no run" }

    /// The screen as characters, without the dialog that asked for it.
    private var screenText: String {
        var canvas = Canvas(size: size)
        _ = draw(&canvas, theme: .builtIn)
        return canvas.plainText + "\n"
    }

    // MARK: Tables

    private static func line(_ cells: [String]) -> String {
        cells.map { cell in
            cell.contains(where: { ",\"\n".contains($0) })
                ? "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
                : cell
        }.joined(separator: ",") + "\n"
    }

    static func csv(_ comparison: Comparison) -> String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return line(["key", comparison.leftTitle, comparison.rightTitle, "difference"])
            + comparison.figures.map {
                line([$0.title, number($0.left), number($0.right), number($0.difference)])
            }.joined()
            + comparison.knobs.map {
                line([$0.key, $0.lastLeft.description, $0.lastRight.description, $0.isSame ? "" : "differs"])
            }.joined()
    }

    /// Every column, the hidden ones too, a run a line.
    static func csv(_ table: RunTable) -> String {
        line(["id"] + table.columns.map(\.key))
            + table.rows.map { row in
                line(
                    [row.run.summary.id]
                        + row.cells.map { cell in
                            switch cell {
                            case .none: ""
                            case .text(let text): text
                            case .setting(let course): course.text
                            case .figure(let value, _): "\(value)"
                            }
                        })
            }.joined()
    }

    static func csv(_ runs: [RunSummary]) -> String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return line([
            "id", "name", "state", "epoch", "epochs", "step", "validation", "test", "loss", "edits", "tags", "note",
            "parent", "data_set", "seed",
        ])
            + runs.map { run in
                line([
                    run.id, run.name, run.phase.rawValue, "\(run.epoch)", "\(run.epochs)", "\(run.optimizerStep)",
                    number(run.validationAccuracy), number(run.testAccuracy), number(run.lastLoss),
                    "\(run.editCount)", run.tags.joined(separator: " "), run.note, run.parent ?? "", run.dataSet,
                    "\(run.seed)",
                ])
            }.joined()
    }
}
