import Configuration
import Engine
import Foundation
import Messages

/// Prints what the bus brings, without a screen.
protocol ReportPrinter: AnyObject {
    func print(_ batch: ReportSubscription.Batch) throws
    /// What a run did before anybody looked.
    func printPast(_ state: RunState, _ detail: RunDetail) throws
}

/// The figures of one epoch, put together from the points of the curves.
struct EpochFigures: Encodable {
    var event = "epoch"
    var run: String
    var epoch: Int
    var epochs: Int
    var optimizerStep: Int
    var loss: Double?
    var imageAccuracy: Double?
    var eventAccuracy: Double?
    var validationLoss: Double?
    var validationAccuracy: Double?
    var replacementProbability: Double?
    var linearCka: Double?
    var learningRate: Double?
    var spikeRate: Double?
    /// Means of the epoch; nothing of one that took less than a second.
    var stepMs: Double?
    var dataMs: Double?
    var forwardMs: Double?
    var lossMs: Double?
    var backwardMs: Double?
    var optimizerMs: Double?
    var cpuCores: Double?
    var memoryGib: Double?
}

/// Gathers points until the engine says that an epoch is over.
struct EpochGatherer {
    private var sums: [MetricSeries: (total: Double, count: Int)] = [:]
    private var lastEpoch = 0

    mutating func add(_ points: [MetricPoint]) {
        for point in points {
            let sum = sums[point.series] ?? (0, 0)
            sums[point.series] = (sum.total + point.value, sum.count + 1)
        }
    }

    /// The figures, if this state ends an epoch.
    mutating func end(_ state: RunState) -> EpochFigures? {
        let done = state.optimizerStep * max(1, state.epochs) / max(1, state.totalSteps)
        guard let run = state.run, state.phase == .running, done > lastEpoch, !sums.isEmpty else { return nil }
        lastEpoch = done
        defer { sums.removeAll() }
        return figures(of: run, epoch: done, epochs: state.epochs, optimizerStep: state.optimizerStep)
    }

    /// The figures of the epochs that are over; what has begun since is gathered.
    mutating func past(_ state: RunState, _ detail: RunDetail) -> [EpochFigures] {
        let length = max(1, state.totalSteps / max(1, state.epochs))
        let over = state.optimizerStep / length
        var result: [EpochFigures] = []
        let points = Dictionary(grouping: detail.metrics) { ($0.optimizerStep + length - 1) / length }
        for epoch in stride(from: 1, through: over, by: 1) {
            sums.removeAll()
            add(points[epoch] ?? [])
            guard !sums.isEmpty else { continue }
            result.append(
                figures(of: detail.summary.id, epoch: epoch, epochs: state.epochs, optimizerStep: epoch * length))
        }
        sums.removeAll()
        add(points[over + 1] ?? [])
        lastEpoch = over
        return result
    }

    private func figures(of run: String, epoch: Int, epochs: Int, optimizerStep: Int) -> EpochFigures {
        func mean(_ series: MetricSeries) -> Double? { sums[series].map { $0.total / Double($0.count) } }
        return EpochFigures(
            run: run, epoch: epoch, epochs: epochs, optimizerStep: optimizerStep, loss: mean(.totalLoss),
            imageAccuracy: mean(.imageAccuracy), eventAccuracy: mean(.eventAccuracy),
            validationLoss: mean(.validationLoss), validationAccuracy: mean(.validationAccuracy),
            replacementProbability: mean(.replacementProbability), linearCka: mean(.linearCKA),
            learningRate: mean(.learningRate), spikeRate: mean(.spikeRate),
            stepMs: mean(.stepTime), dataMs: mean(.dataTime), forwardMs: mean(.forwardTime), lossMs: mean(.lossTime),
            backwardMs: mean(.backwardTime), optimizerMs: mean(.optimizerTime), cpuCores: mean(.processorUse),
            memoryGib: mean(.memoryUse))
    }
}

/// Lines of text.
final class PlainReportPrinter: ReportPrinter {
    private var gatherer = EpochGatherer()
    /// When it was last said how far the data are, in seconds since they were begun.
    private var saidPreparation = 0.0

    func print(_ batch: ReportSubscription.Batch) throws {
        for line in batch.log { try write(line.text) }
        if let preparation = batch.preparation { try say(preparation) }
        for points in batch.metrics.values { gatherer.add(points) }
        for report in batch.lossless {
            switch report {
            case .state(let state):
                if let figures = gatherer.end(state) {
                    try write(text(of: figures))
                } else if [.preparing, .paused, .testing, .stopped].contains(state.phase), let run = state.run {
                    try write("\(run): \(state.phase.rawValue) at step \(state.optimizerStep)")
                }
            case .edit(let edit): try write(text(of: edit))
            case .note(let note): try write(text(of: note))
            case .alert(let alert):
                try write("alert at step \(alert.optimizerStep): \(alert.text)")
                if alert.rings, isatty(STDERR_FILENO) != 0 { FileHandle.standardError.write(Data([7])) }
            case .finished(let result):
                try write(
                    "finished \(result.run): \(result.optimizerSteps) step\(result.optimizerSteps == 1 ? "" : "s") in \(Self.duration(result.seconds)), "
                        + "validation \(percent(result.validationAccuracy)), test \(percent(result.testAccuracy)) "
                        + "(\(result.testedText))")
            default: break
            }
        }
    }

    /// Every five seconds: lines stay.
    private func say(_ preparation: Preparation) throws {
        if preparation.seconds < saidPreparation { saidPreparation = 0 }
        guard preparation.seconds - saidPreparation >= 5 else { return }
        saidPreparation = preparation.seconds
        try write(
            "\(preparation.title): \(preparation.done) of \(preparation.all), "
                + "about \(Self.duration(preparation.secondsLeft)) left")
    }

    /// A short run is not one of no time.
    private static func duration(_ seconds: Double) -> String {
        seconds < 10 ? String(format: "%.2f s", seconds) : "\(Int(seconds.rounded())) s"
    }

    func printPast(_ state: RunState, _ detail: RunDetail) throws {
        try write(
            "\(detail.summary.id): \(state.phase.rawValue) at step \(state.optimizerStep) of \(state.totalSteps), "
                + "epoch \(state.epoch + 1) of \(state.epochs)")
        for figures in gatherer.past(state, detail) { try write(text(of: figures)) }
        for edit in detail.edits { try write(text(of: edit)) }
        for note in detail.notes { try write(text(of: note)) }
    }

    private func text(of note: RunNote) -> String { "note at step \(note.optimizerStep): \(note.text)" }

    private func text(of edit: AppliedEdit) -> String {
        let changes = edit.differences.map { "\($0.key) \($0.old) → \($0.new)" }.joined(separator: ", ")
        return "edit \(edit.letter) at step \(edit.optimizerStep): \(changes)"
    }

    private func text(of figures: EpochFigures) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "–" }
        var parts = ["epoch \(figures.epoch)/\(figures.epochs)", "loss \(number(figures.loss))"]
        if figures.eventAccuracy != nil { parts.append("event \(percent(figures.eventAccuracy))") }
        if figures.imageAccuracy != nil { parts.append("image \(percent(figures.imageAccuracy))") }
        if figures.validationAccuracy != nil { parts.append("validation \(percent(figures.validationAccuracy))") }
        if figures.replacementProbability != nil { parts.append("p \(number(figures.replacementProbability))") }
        if figures.linearCka != nil { parts.append("CKA \(number(figures.linearCka))") }
        if figures.learningRate != nil { parts.append("lr \(number(figures.learningRate))") }
        return parts.joined(separator: "  ")
    }

    private func write(_ line: String) throws { try Output.line(line) }
}

/// An object a line: `state`, `epoch`, `edit`, `checkpoint`, `checkpoints-removed`, `log`, `alert`, and at the end the result.
final class JSONReportPrinter: ReportPrinter {
    private var gatherer = EpochGatherer()

    func printPast(_ state: RunState, _ detail: RunDetail) throws {
        _ = gatherer.past(state, detail)
        try JSON.print(PastLine(state: state, detail: detail))
    }

    private struct PastLine: Encodable {
        var event = "past"
        var state: RunState
        var detail: RunDetail
    }

    private struct Line<Content: Encodable>: Encodable {
        var event: String
        var content: Content
    }

    func print(_ batch: ReportSubscription.Batch) throws {
        for line in batch.log { try JSON.print(Line(event: "log", content: line)) }
        for points in batch.metrics.values { gatherer.add(points) }
        for report in batch.lossless {
            switch report {
            case .state(let state):
                if let figures = gatherer.end(state) { try JSON.print(figures) }
                if state.run != nil {
                    try JSON.print(
                        StateLine(run: state.run, phase: state.phase.rawValue, optimizerStep: state.optimizerStep))
                }
            case .edit(let edit): try JSON.print(Line(event: "edit", content: edit))
            case .checkpoint(let record): try JSON.print(Line(event: "checkpoint", content: record))
            case .checkpointsRemoved(let run, let paths):
                try JSON.print(RemovedLine(run: run, paths: paths))
            case .note(let note): try JSON.print(Line(event: "note", content: note))
            case .alert(let alert): try JSON.print(Line(event: "alert", content: alert))
            case .failure(let failure): try JSON.print(Line(event: "failure", content: failure))
            case .finished(let result): try JSON.print(result)
            default: break
            }
        }
    }

    private struct RemovedLine: Encodable {
        var event = "checkpoints-removed"
        var run: String
        var paths: [String]
    }

    private struct StateLine: Encodable {
        var event = "state"
        var run: String?
        var phase: String
        var optimizerStep: Int
    }
}
