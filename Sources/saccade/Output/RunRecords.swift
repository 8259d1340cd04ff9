import Configuration
import FileFormats
import Foundation
import Messages
import RunStore

/// A run as lines of JSON, an object each: the run, then in the order of their steps what was measured and what happened.
///
/// Every line has `event`, `run`, `optimizer_step`, `epoch` and `time`, so that all of them make one table. Lines of `step`
/// have the curves by their keys, those of `epoch` the curves with one point an epoch.
struct RunRecords {
    let store: RunStore
    private let timeline: RunTimeline
    private let clock: StepClock
    private let stepsPerEpoch: Int
    /// Of these steps only, if they are not `nil`.
    private let steps: ClosedRange<Int>?

    init(_ store: RunStore, run: String, steps: ClosedRange<Int>?) throws {
        self.store = store
        self.steps = steps
        timeline = try store.timeline(of: run)
        clock = StepClock(timeline)
        stepsPerEpoch = max(1, timeline.totalSteps / max(1, timeline.detail.summary.epochs))
    }

    /// What stands at a key of a line.
    private enum Field: Encodable {
        case text(String)
        case integer(Int)
        case number(Double)
        case time(TimeOfDay)
        case object(any Encodable)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .text(let text): try text.encode(to: encoder)
            case .integer(let integer): try integer.encode(to: encoder)
            // Not-a-number is written as the encoder of the line wants it.
            case .number(let number):
                var container = encoder.singleValueContainer()
                try container.encode(number)
            case .time(let time): try time.encode(to: encoder)
            case .object(let object): try object.encode(to: encoder)
            }
        }
    }

    /// Hands over line after line; a stretch of the run at a time is in memory.
    func forEachLine(_ body: (Foundation.Data) throws -> Void) throws {
        let detail = timeline.detail
        var first: [String: Field] = [
            "summary": .object(detail.summary), "configuration": .object(detail.configuration),
        ]
        if let origin = detail.origin { first["origin"] = .object(origin) }
        try body(line("run", 0, at: detail.summary.created, first))
        // What happened before a step was made stands before it.
        var happened = happenings[...]
        var last = -1
        while true {
            let measured = try store.measurements(of: detail.summary.id, after: last)
            guard let end = measured.last?.optimizerStep else { break }
            for step in measured {
                while let next = happened.first, next.step < step.optimizerStep {
                    if isWanted(next.step) { try body(next.line()) }
                    happened.removeFirst()
                }
                if isWanted(step.optimizerStep) { for line in try lines(of: step) { try body(line) } }
            }
            last = end
        }
        for next in happened where isWanted(next.step) { try body(next.line()) }
        if let result = detail.result {
            try body(
                line(
                    "result", result.optimizerSteps, at: clock.time(result.optimizerSteps),
                    ["result": .object(result)]))
        }
    }

    /// To a file, whole or not at all, or to standard output as it comes.
    func write(to path: String?) throws {
        guard let path, !OutputFile.isStandardOutput(path) else { return try forEachLine(Output.write) }
        var file = try AtomicFile(path: path)
        try forEachLine { try file.append([UInt8]($0)) }
        try file.commit()
    }

    private func isWanted(_ step: Int) -> Bool { steps?.contains(step) ?? true }

    private func line(
        _ event: String, _ step: Int, at time: Double, _ fields: [String: Field]
    ) throws -> Foundation.Data {
        let common: [String: Field] = [
            "event": .text(event), "run": .text(timeline.detail.summary.id), "optimizer_step": .integer(step),
            "epoch": .integer((max(step, 1) - 1) / stepsPerEpoch + 1), "time": .time(TimeOfDay(wrappedValue: time)),
        ]
        return try JSON.data(common.merging(fields) { own, _ in own })
    }

    // MARK: Measured

    private func lines(of step: StepMeasurements) throws -> [Foundation.Data] {
        let time = clock.time(step.optimizerStep)
        let byScope = Dictionary(grouping: step.points) { store.description.series($0.series)?.scope == .epoch }
        return try [(false, "step"), (true, "epoch")].compactMap { isOfEpoch, event in
            guard let points = byScope[isOfEpoch] else { return nil }
            let fields = points.map { (Self.key(of: $0.series), Field.number($0.value)) }
            return try line(event, step.optimizerStep, at: time, Dictionary(fields) { first, _ in first })
        }
    }

    /// A curve of another program may be called as one of the keys that every line has.
    private static func key(of series: MetricSeries) -> String {
        ["event", "run", "optimizer_step", "epoch", "time"].contains(series.rawValue)
            ? "series." + series.rawValue : series.rawValue
    }

    // MARK: Happened

    private struct Happening {
        var step: Int
        var line: () throws -> Foundation.Data
    }

    /// By step; at each in the order in which it was written down.
    private var happenings: [Happening] {
        let detail = timeline.detail
        return timeline.moments.enumerated().sorted {
            ($0.element.optimizerStep, $0.offset) < ($1.element.optimizerStep, $1.offset)
        }.compactMap { _, moment in
            let (event, fields): (String, [String: Field])
            switch moment.kind {
            case .phase(let phase): (event, fields) = ("state", ["phase": .text(phase.rawValue)])
            case .edit(let number):
                guard let edit = detail.edits.first(where: { $0.number == number }) else { return nil }
                (event, fields) = ("edit", ["edit": .object(edit)])
            case .checkpoint(let reason): (event, fields) = ("checkpoint", ["reason": .text(reason)])
            case .note(let text): (event, fields) = ("note", ["text": .text(text)])
            case .failure(let text): (event, fields) = ("failure", ["text": .text(text)])
            }
            let time = detail.summary.created + moment.seconds
            return Happening(step: moment.optimizerStep) { try line(event, moment.optimizerStep, at: time, fields) }
        }
    }
}
