import Configuration
import Foundation
import Messages

/// Tries everything that is asked of an external trainer, and says what it does wrong.
public struct ExternalCheck {
    public struct Finding: Sendable, Hashable, Encodable {
        public enum Verdict: String, Sendable, Hashable, Encodable { case ok, note, wrong }
        public var verdict: Verdict
        /// What was tried.
        public var check: String
        public var text: String
    }

    private let command: String
    /// Where it writes checkpoints; removed at the end.
    private let folder: URL
    private let onFinding: (Finding) -> Void
    private var description = EngineDescription.empty
    private var findings: [Finding] = []
    private let log = Log()
    /// Seconds for each answer.
    private let patience: Int

    private final class Log { var lines: [String] = [] }

    public init(_ command: String, seconds: Int, onFinding: @escaping (Finding) -> Void) {
        (self.command, patience, self.onFinding) = (command, seconds, onFinding)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saccade engine check \(UUID().uuidString.prefix(8))", isDirectory: true)
    }

    /// - Returns: everything that was found; nothing of it is `wrong` where the trainer is as it should be.
    public mutating func run() -> [Finding] {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try tryOnce()
        } catch let error as ExternalError {
            find(.wrong, "end", error.description)
        } catch {
            find(.wrong, "end", "\(error)")
        }
        return findings
    }

    private mutating func find(_ verdict: Finding.Verdict, _ check: String, _ text: String) {
        let finding = Finding(verdict: verdict, check: check, text: text)
        findings.append(finding)
        onFinding(finding)
    }

    private func ask<Answer: Decodable>(
        _ process: ExternalProcess, _ request: ExternalRequest, as _: Answer.Type = Answer.self
    ) throws -> Answer {
        try ExternalAnswer.decode(try process.ask(request, .init(seconds: patience)), to: request.kind)
    }

    private mutating func tryOnce() throws {
        let process = try begin()
        defer { process.end(patience: 500) }
        let start = try startRun(process)
        let first = try steps(process, 0..<3, start)
        checkSeries(first)
        try checkEdits(process)
        try checkCheckpoint(process, start)
        if start.validation ?? true { try checkEvaluation(process, "validation") }
        if start.test ?? true { try checkEvaluation(process, "test") }
        try checkEnd(process)
        try checkClosedInput()
    }

    // MARK: Beginning

    private mutating func begin() throws -> ExternalProcess {
        let began = DispatchTime.now().uptimeNanoseconds
        let process = try ExternalProcess(command)
        let log = log
        process.onLog = { log.lines.append($0.text) }
        var request = ExternalRequest(.describe)
        request.protocol = ExternalRequest.protocolVersion
        let answer: ExternalDescription = try ask(process, request)
        guard answer.protocol == ExternalRequest.protocolVersion else {
            throw ExternalError.otherVersion(found: answer.protocol, known: ExternalRequest.protocolVersion)
        }
        description = try answer.engineDescription()
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
        find(
            .ok, "describe",
            String(
                format: "%@: %d settings, %d of them live, %d series; after %.1f s", answer.name,
                answer.settings?.count ?? 0, (answer.settings ?? []).count { $0.live == true },
                answer.series?.count ?? 0,
                seconds))
        for setting in answer.settings ?? [] where (setting.help ?? "").isEmpty {
            find(.note, "describe", "the setting '\(setting.key)' has no 'help': people see it when they tune")
        }
        if !(answer.settings ?? []).contains(where: { $0.live == true }) {
            find(.note, "describe", "no setting is live: nothing can be tuned while a run goes on")
        }
        return process
    }

    private func settings(_ changed: [String: KnobValue] = [:]) -> [String: KnobValue] {
        Dictionary(description.knobs.map { ($0.key, changed[$0.key] ?? $0.defaultValue) }) { first, _ in first }
    }

    private mutating func startRun(_ process: ExternalProcess) throws -> ExternalStart {
        var request = ExternalRequest(.start)
        (request.run, request.settings, request.epochs) = ("engine-check", settings(), 2)
        request.folder = folder.path
        let start: ExternalStart = try ask(process, request)
        guard start.stepsPerEpoch > 0 else {
            throw ExternalError.badAnswer(
                to: "start", found: "'steps_per_epoch' is \(start.stepsPerEpoch)", expected: "a whole number above 0")
        }
        find(.ok, "start", "\(start.stepsPerEpoch) steps an epoch")
        if start.fingerprint == nil {
            find(.note, "start", "no 'fingerprint': a resume cannot notice that the data have changed")
        }
        return start
    }

    // MARK: Steps

    private func steps(
        _ process: ExternalProcess, _ range: Range<Int>, _ start: ExternalStart
    ) throws -> [ExternalStep] {
        try range.map { step in
            var request = ExternalRequest(.step)
            (request.step, request.epochs) = (step, 2)
            (request.epoch, request.batch) = (step / start.stepsPerEpoch, step % start.stepsPerEpoch)
            return try ask(process, request)
        }
    }

    private mutating func checkSeries(_ steps: [ExternalStep]) {
        find(.ok, "step", "\(steps.count) steps")
        let reported = Set(steps.flatMap(\.values.keys))
        if reported.isEmpty { find(.wrong, "step", "'values' is empty: there is nothing to plot") }
        for key in reported.sorted() where description.series(MetricSeries(key)) == nil {
            find(.wrong, "step", "the series '\(key)' is reported but not described: no plot will show it")
        }
        if !reported.contains(MetricSeries.totalLoss.rawValue) {
            find(.note, "step", "no '\(MetricSeries.totalLoss.rawValue)': screens and lists show the loss of that name")
        }
        if steps.allSatisfy({ $0.samples == nil }) {
            find(.note, "step", "no 'samples': the screens cannot say how many there are a second")
        }
        for (key, value) in steps.flatMap({ $0.values }) where value.map({ !$0.isFinite }) ?? false {
            find(.wrong, "step", "'\(key)' is \(value ?? .nan): write null where there is no number")
        }
    }

    // MARK: Edits

    private mutating func checkEdits(_ process: ExternalProcess) throws {
        for knob in description.liveKnobs
        where !ExternalSettings.knobs.contains(knob) && !ExternalSettings.ofRuns.contains(knob) {
            guard let other = Self.otherValue(of: knob) else { continue }
            do {
                for value in [other, knob.defaultValue] {
                    var request = ExternalRequest(.edit)
                    request.settings = [knob.key: value]
                    let _: ExternalDone = try ask(process, request)
                }
                find(.ok, "edit", "\(knob.key): \(other) and back")
            } catch ExternalError.refused(_, let reason) {
                find(.wrong, "edit", "\(knob.key) is live, but \(other) was refused: \(reason)")
            }
        }
    }

    /// Within its range and not its default.
    private static func otherValue(of knob: Knob) -> KnobValue? {
        let candidates: [KnobValue] =
            switch (knob.kind, knob.defaultValue) {
            case (.number(let range, let step, _), .number(let value)):
                [.number(value * 0.9), .number(value + step), .number(range.lowerBound), .number(range.upperBound)]
            case (.integer(let range), .integer(let value)):
                [.integer(value + 1), .integer(value - 1), .integer(range.lowerBound)]
            case (.flag, .flag(let value)): [.flag(!value)]
            case (.choice(let choices), _): choices.map { .text($0) }
            default: []
            }
        return candidates.first { $0 != knob.defaultValue && (try? knob.checked($0)) != nil }
    }

    // MARK: Checkpoints

    private mutating func checkCheckpoint(_ process: ExternalProcess, _ start: ExternalStart) throws {
        let place = folder.appendingPathComponent("checkpoint", isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        var request = ExternalRequest(.checkpoint)
        (request.folder, request.step) = (place.path, 3)
        let answer: ExternalCheckpoint
        do { answer = try ask(process, request) } catch ExternalError.refused(_, let reason) {
            return find(.wrong, "checkpoint", "refused: \(reason)")
        }
        let sealed = try JSONDecoder().decode(
            [String: String].self, from: Foundation.Data(try ExternalFiles.seal(place, named: answer.files ?? []).utf8))
        find(.ok, "checkpoint", "\(sealed.keys.sorted().joined(separator: ", "))")
        let wanted = try steps(process, 3..<5, start)
        // In the same process for a test of these weights, in a new one to go on.
        try restore(process, place)
        find(.ok, "restore", "in the same process")
        let other = try ExternalProcess(command)
        defer { other.end(patience: 500) }
        var describe = ExternalRequest(.describe)
        describe.protocol = ExternalRequest.protocolVersion
        let again: ExternalDescription = try ask(other, describe)
        if try again.engineDescription() != description {
            find(.wrong, "describe", "it describes itself otherwise the second time")
        }
        var begin = ExternalRequest(.start)
        (begin.run, begin.settings, begin.epochs, begin.folder) = ("engine-check", settings(), 2, folder.path)
        let _: ExternalStart = try ask(other, begin)
        try restore(other, place)
        compare(try steps(other, 3..<5, start), wanted)
        do { try ExternalFiles.verify(place, sealed) } catch {
            find(.wrong, "restore", "restoring changed the checkpoint: \(error)")
        }
    }

    private func restore(_ process: ExternalProcess, _ place: URL) throws {
        var request = ExternalRequest(.restore)
        (request.folder, request.step, request.settings) = (place.path, 3, settings())
        let _: ExternalDone = try ask(process, request)
    }

    private mutating func compare(_ found: [ExternalStep], _ wanted: [ExternalStep]) {
        let key = MetricSeries.totalLoss.rawValue
        for (index, (one, other)) in zip(found, wanted).enumerated() {
            guard let new = one.values[key] ?? nil, let old = other.values[key] ?? nil, new != old else { continue }
            let far = abs(new - old) > 1e-3 * max(abs(new), abs(old))
            return find(
                far ? .wrong : .note, "resume",
                "step \(4 + index) made again in a new process has the loss \(new), but had \(old)"
                    + (far ? ": does the checkpoint hold weights, optimizer, random state and position?" : ""))
        }
        find(.ok, "resume", "two steps made again in a new process have the same loss")
    }

    // MARK: Evaluation and the end

    private mutating func checkEvaluation(_ process: ExternalProcess, _ split: String) throws {
        var request = ExternalRequest(.evaluate)
        request.split = split
        let found: ExternalEvaluation
        do { found = try ask(process, request) } catch ExternalError.refused(_, let reason) {
            return find(
                .wrong, "evaluate", "\(split): refused (\(reason)): answer 'start' with \"\(split)\": false instead")
        }
        guard (0...1).contains(found.accuracy) else {
            return find(.wrong, "evaluate", "\(split): 'accuracy' is \(found.accuracy): expected a share from 0 to 1")
        }
        let second: ExternalEvaluation = try ask(process, request)
        if second.accuracy != found.accuracy {
            find(.note, "evaluate", "\(split): \(found.accuracy) the first time, \(second.accuracy) the second")
        }
        find(.ok, "evaluate", "\(split): accuracy \(found.accuracy)" + (found.loss.map { ", loss \($0)" } ?? ""))
    }

    private mutating func checkEnd(_ process: ExternalProcess) throws {
        let _: ExternalDone = try ask(process, ExternalRequest(.stop))
        if process.hasEnded(within: 5) {
            find(.ok, "stop", "it has ended")
        } else {
            find(.wrong, "stop", "it still runs 5 s after its answer")
        }
        if !log.lines.isEmpty {
            find(.note, "log", "\(log.lines.count) lines went to the log, the first: \(log.lines[0])")
        }
    }

    /// Saccade may be killed: then nobody says stop.
    private mutating func checkClosedInput() throws {
        let process = try ExternalProcess(command)
        var request = ExternalRequest(.describe)
        request.protocol = ExternalRequest.protocolVersion
        let _: ExternalDescription = try ask(process, request)
        process.closeInput()
        if process.hasEnded(within: 5) {
            find(.ok, "closed input", "it ends when its input does")
        } else {
            find(
                .wrong, "closed input",
                "it goes on although its input has ended: a killed Saccade would leave it behind")
        }
        process.end(patience: 0)
    }
}
