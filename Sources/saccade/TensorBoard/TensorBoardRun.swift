import Configuration
import FileFormats
import Foundation
import Messages
import Plotting

/// Tells TensorBoard of one run, in a file of its own.
final class TensorBoardRun {
    private let writer: TensorBoardWriter
    private let description: EngineDescription
    /// Whatever comes a second time is left out.
    private var lastSteps: [MetricSeries: Int] = [:]
    /// Of the last step, latest by series: the test measures some once more, and the later value counts.
    private var held: [MetricSeries: (point: MetricPoint, time: Double)] = [:]
    /// The last step of the run, as planned now.
    var finalStep = Int.max
    private var edits: Set<Int> = []
    private var notes: Set<RunNote> = []
    private var grid: SpikeGrid?
    private var gridTime = -Double.infinity
    private var drawnStep = -1

    enum Tag {
        static let (configuration, edits, notes, result, failure) =
            ("configuration", "edits", "notes", "result", "failure")
        static let spikes = "spikes.by_layer"
    }

    /// - Parameter firstStep: where a run goes on that earlier files of the folder tell of: what they say of this step and
    ///   those after it counts no more.
    init(
        folder: String, time: Double, firstStep: Int? = nil, described description: EngineDescription
    ) throws(FileFormatError) {
        writer = try TensorBoardWriter(folder: folder, time: time)
        self.description = description
        // Also at the beginning: some readers take the first start for that, and only later ones for a run that goes on.
        writer.add(TensorBoardEvent(wallTime: time, step: firstStep ?? 0, content: .sessionStart))
        try writer.flush()
    }

    func flush() throws(FileFormatError) { try writer.flush() }

    private func add(_ values: [TensorBoardValue], step: Int, at time: Double) {
        writer.add(TensorBoardEvent(wallTime: time, step: step, content: .values(values)))
    }

    private func add(_ hyperparameters: Hyperparameters, step: Int, at time: Double) {
        add([TensorBoardValue(hyperparameters.tag, .hyperparameters(hyperparameters))], step: step, at: time)
    }

    private func add(_ tag: String, _ markdown: String, step: Int, at time: Double) {
        add([TensorBoardValue(tag, .text(markdown))], step: step, at: time)
    }

    /// What a run was told at its beginning.
    func begin(_ summary: RunSummary, _ configuration: RunConfiguration) {
        var settings: [String: Hyperparameters.Value] = [:]
        var lines = ["**\(summary.name)** (\(summary.id))", "", "| setting | value | |", "|---|---|---|"]
        for knob in description.knobs {
            let value = knob.value(in: configuration)
            settings[knob.key] =
                switch value {
                case .number(let number): .number(number)
                case .integer(let integer): .number(Double(integer))
                case .flag(let flag): .flag(flag)
                case .text(let text): .text(text)
                }
            lines.append("| `\(knob.key)` | \(Self.cell(value.description)) | \(Self.cell(knob.title)) |")
        }
        let metrics = [MetricSeries.testAccuracy, .validationAccuracy].map(\.rawValue)
        add(.experiment(settings: settings, metrics: metrics), step: 0, at: summary.created)
        add(.start(settings: settings, time: summary.created), step: 0, at: summary.created)
        add(Tag.configuration, lines.joined(separator: "\n"), step: 0, at: summary.created)
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }

    /// - Parameter time: when a step was made, in seconds since 1970.
    func add(_ points: [MetricPoint], at time: (_ step: Int) -> Double) {
        var timed: [(point: MetricPoint, time: Double)] = []
        for point in points {
            if point.optimizerStep >= finalStep {
                held[point.series] = (point, time(point.optimizerStep))
            } else {
                timed.append((point, time(point.optimizerStep)))
            }
        }
        write(timed)
    }

    /// Writes what was held back for a later value that may still have come.
    func release() {
        write(held.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value))
        held.removeAll()
    }

    private func write(_ points: [(point: MetricPoint, time: Double)]) {
        var times: [Int: Double] = [:]
        var values: [Int: [TensorBoardValue]] = [:]
        for (point, time) in points {
            let last = lastSteps[point.series]
            if let last, point.optimizerStep <= last { continue }
            lastSteps[point.series] = point.optimizerStep
            times[point.optimizerStep] = time
            values[point.optimizerStep, default: []].append(
                TensorBoardValue(
                    point.series.rawValue, title: last == nil ? description.title(of: point.series) : nil,
                    .scalar(point.value)))
        }
        for (step, values) in values.sorted(by: { $0.key < $1.key }) { add(values, step: step, at: times[step] ?? 0) }
    }

    /// What earlier files of the folder say, and still counts.
    func know(_ events: [TensorBoardEvent], of detail: RunDetail) {
        for event in events {
            guard case .values(let values) = event.content else { continue }
            for value in values {
                switch value.content {
                case .scalar:
                    let series = MetricSeries(value.tag)
                    lastSteps[series] = max(lastSteps[series] ?? event.step, event.step)
                case .text(let text) where value.tag == Tag.notes:
                    notes.insert(RunNote(run: detail.summary.id, optimizerStep: event.step, text: text))
                case .text(let text) where value.tag == Tag.edits:
                    edits.formUnion(detail.edits.filter { self.text(of: $0) == text }.map(\.number))
                default: break
                }
            }
        }
    }

    func add(_ edit: AppliedEdit, at time: Double) {
        guard edits.insert(edit.number).inserted else { return }
        add(Tag.edits, text(of: edit), step: edit.optimizerStep, at: time)
    }

    private func text(of edit: AppliedEdit) -> String {
        let origin =
            switch edit.origin {
            case .user: ""
            case .undo(let number): " (undoes edit \(number))"
            case .redo(let number): " (redoes edit \(number))"
            case .schedule: " (scheduled)"
            }
        let changes = edit.differences.map { difference in
            "- \(description.title(of: difference.key)) (`\(difference.key)`): "
                + "\(Self.cell(difference.old.description)) → \(Self.cell(difference.new.description))"
        }
        return (["edit **\(edit.letter)**\(origin)", ""] + changes).joined(separator: "\n")
    }

    func add(_ note: RunNote, at time: Double) {
        guard notes.insert(note).inserted else { return }
        add(Tag.notes, note.text, step: note.optimizerStep, at: time)
    }

    func add(_ result: RunResult, at time: Double) {
        func percent(_ share: Double?) -> String { share.map { String(format: "%.2f %%", $0 * 100) } ?? "none" }
        let text = """
            | test accuracy | validation accuracy | tested weights | steps | seconds |
            |---|---|---|---|---|
            | \(percent(result.testAccuracy)) | \(percent(result.validationAccuracy)) | \(result.testedText) | \
            \(result.optimizerSteps) | \(String(format: "%.1f", result.seconds)) |
            """
        add(Tag.result, text, step: result.optimizerSteps, at: time)
        add(.end(succeeded: true, time: time), step: result.optimizerSteps, at: time)
    }

    /// As text alone: a run that failed may go on, and TensorBoard keeps the first end that it meets.
    func add(_ failure: EngineFailure, at time: Double) {
        add(Tag.failure, failure.text, step: failure.optimizerStep, at: time)
    }

    // MARK: Spikes

    /// Kept until the epoch ends.
    func see(_ spikes: SpikeGrid) { grid = spikes }

    /// Draws what was seen last, at most once a second.
    func endEpoch(at time: Double) {
        guard let grid, time - gridTime >= 1 else { return }
        draw(grid, at: time)
        (self.grid, gridTime) = (nil, time)
    }

    /// The last picture of the run, unless it is there.
    func end(_ spikes: SpikeGrid, at time: Double) {
        if spikes.optimizerStep > drawnStep { draw(spikes, at: time) }
    }

    /// A picture that is too large to be drawn is left out.
    func draw(_ grid: SpikeGrid, at time: Double) {
        drawnStep = grid.optimizerStep
        let figure = Figure(title: "", panels: [.heatmap(RunFigure.spikes(grid))])
        guard let png = try? figure.png(scale: 1), png.count > 24 else { return }
        // Width and height are the first of the picture's own header.
        let bytes = [UInt8](png)
        func number(at place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let image = TensorBoardValue.Content.image(width: number(at: 16), height: number(at: 20), png: bytes)
        add(
            [TensorBoardValue(Tag.spikes, title: "Spike rate by layer and time step", image)],
            step: grid.optimizerStep, at: time)
    }
}
