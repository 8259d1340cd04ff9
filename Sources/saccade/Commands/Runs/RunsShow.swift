import ArgumentParser
import Configuration
import Foundation
import Messages
import Training

struct RunsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: settings, edits, checkpoints, results.",
        discussion: """
            Differences are given in percentage points, to the run pinned on the screens and to the parent that the \
            run was forked from or reproduces. If there are finished runs of both that differ only in their seed, the \
            difference is also given over the seeds they share: the mean of the differences seed by seed, with its 95 \
            % confidence interval (Student's t, n - 1 degrees of freedom).
            """)

    @OptionGroup var subject: RunArgument
    @Flag(help: "Print a JSON object with every curve.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let store = try host.stored.history(of: subject.run)
            let detail = try host.stored.detail(of: subject.run)
            let spikes = try? store.lastSpikes(of: detail.summary.id)
            let findings = RunEvidence(detail, spikes: spikes).findings
            let differences = try host.differences(of: RunOutcome(detail))
            if json {
                return try JSON.print(Shown(detail: detail, findings: findings, differences: differences))
            }
            let summary = detail.summary
            print("\(summary.id)  \(summary.name)  \(summary.stateName)")
            if let home = summary.home { print("in the home \(home)") }
            if let process = summary.processIdentifier { print("training in process \(process): saccade attach") }
            if let parent = summary.parent {
                print(
                    summary.forkStep == 0
                        ? "reproduces \(parent)" : "forked from \(parent) at step \(summary.forkStep ?? 0)")
            }
            print("epoch \(summary.epoch) of \(summary.epochs), \(summary.optimizerStep) optimizer steps")
            print("validation \(percent(summary.validationAccuracy)), test \(percent(summary.testAccuracy))")
            if let result = detail.result {
                print("tested: \(result.testedText)")
                print(String(format: "time: %.1f s", result.seconds))
                if let energy = detail.metrics.last(where: { $0.series == .energyPerInference })?.value {
                    print("energy: \(Energy.text(nanojoules: energy)) per inference (45 nm estimate, see evaluate)")
                }
            }
            for difference in differences {
                guard let figures = difference.figuresText else { continue }
                print("difference to the \(difference.referenceText): \(figures)")
                if let seeds = difference.seedsText { print("  test accuracy, \(seeds)") }
            }
            if !summary.tags.isEmpty { print("tags: \(summary.tags.joined(separator: " "))") }
            if !summary.note.isEmpty { print("note: \(summary.note)") }
            if let failure = detail.failure { print("failed: \(failure.message) \(failure.advice)") }
            for finding in findings {
                print("\(finding.name) at step \(finding.optimizerStep): \(finding.text); \(finding.advice)")
            }
            let changed = host.description(of: summary.id).differences(
                from: RunConfiguration(), to: detail.configuration)
            print("\nsettings changed from the defaults")
            for difference in changed { print("  \(difference.key): \(difference.new)") }
            if !detail.edits.isEmpty { print("\nedits") }
            for edit in detail.edits {
                let text = edit.differences.map { "\($0.key) \($0.old) → \($0.new)" }.joined(separator: ", ")
                print("  \(edit.letter)  step \(edit.optimizerStep)  \(text)\(Self.text(of: edit.origin))")
            }
            if !detail.checkpoints.isEmpty { print("\ncheckpoints") }
            let problem = detail.checkpoints.isEmpty ? nil : store.checkpointProblem(of: summary.id)
            if let problem { print("  none is accessible: \(problem)") }
            for checkpoint in detail.checkpoints {
                let isThere = !detail.goneCheckpoints.contains(checkpoint.path)
                print(
                    "  step \(checkpoint.optimizerStep)  \(checkpoint.reason)  "
                        + (isThere ? checkpoint.path : problem == nil ? "(superseded)" : "(not accessible)"))
            }
            for note in detail.notes { print("note at step \(note.optimizerStep): \(note.text)") }
        }
    }

    /// A run as it is kept, what is wrong with it, and by how much it is better than others.
    private struct Shown: Encodable {
        var detail: RunDetail
        var findings: [HealthFinding]
        var differences: [OutcomeDifference]

        private enum Keys: String, CodingKey { case findings, differences }

        func encode(to encoder: any Encoder) throws {
            try detail.encode(to: encoder)
            var values = encoder.container(keyedBy: Keys.self)
            try values.encode(findings, forKey: .findings)
            try values.encode(differences, forKey: .differences)
        }
    }

    private static func text(of origin: AppliedEdit.Origin) -> String {
        switch origin {
        case .user: ""
        case .undo(let number): "  (undo of \(number))"
        case .redo(let number): "  (redo of \(number))"
        case .schedule: "  (scheduled)"
        }
    }
}

struct RunsTimeline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "List everything that happened in a run, in order, with times.",
        discussion: "With --at, show the state of the run after that step: metrics, settings, spikes and alignment.")

    @OptionGroup var subject: RunArgument
    @Option(help: ArgumentHelp("Show the state of the run after this step.", valueName: "step")) var at: Int?
    @Flag(help: "Print a JSON object with spikes and alignment of each epoch.") var json = false

    /// The run at one step.
    struct Moment: Encodable {
        var run: String
        var optimizerStep: Int
        var totalSteps: Int
        /// The last value of each curve.
        var figures: [String: Double]
        var configuration: RunConfiguration
        var spikes: SpikeGrid?
        var alignment: AlignmentSnapshot?

        init(_ timeline: RunTimeline, at step: Int, described description: EngineDescription) {
            (run, optimizerStep, totalSteps) = (timeline.detail.summary.id, step, timeline.totalSteps)
            figures = [:]
            for point in timeline.detail.metrics where point.optimizerStep <= step {
                figures[point.series.rawValue] = point.value
            }
            configuration = timeline.configuration(at: step, described: description)
            (spikes, alignment) = (timeline.spikes(at: step), timeline.alignment(at: step))
        }
    }

    func validate() throws {
        guard at.map({ $0 >= 0 }) ?? true else { throw ValidationError("--at must be a step, 0 or more") }
    }

    private func print(_ moment: Moment, described description: EngineDescription) throws {
        if json { return try JSON.print(moment) }
        try Output.line("\(moment.run) after step \(moment.optimizerStep) of \(moment.totalSteps)")
        var table = Table(["curve", "value"], rightAligned: [1])
        for (name, value) in moment.figures.sorted(by: { $0.key < $1.key }) {
            table.add([name, String(format: "%.4g", value)])
        }
        try Output.line(table.text)
        for difference in description.differences(from: RunConfiguration(), to: moment.configuration) {
            try Output.line("\(difference.key): \(difference.new)")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let timeline = try host.stored.timeline(of: subject.run)
            if let at {
                let reached = timeline.detail.summary.optimizerStep
                guard at <= reached else {
                    throw CommandFailure(
                        "\(subject.run) has made \(reached) steps: --at must be one of them, not \(at)", code: 64)
                }
                let description = host.description(of: timeline.detail.summary.id)
                return try print(Moment(timeline, at: at, described: description), described: description)
            }
            if json { return try JSON.print(timeline) }
            var table = Table(["time", "step", "what"], rightAligned: [0, 1])
            var phase: RunState.Phase?
            for moment in timeline.moments {
                let text: String
                switch moment.kind {
                case .phase(let new):
                    if new == phase { continue }
                    (phase, text) = (new, new.rawValue)
                case .edit(let number):
                    guard let edit = timeline.detail.edits.first(where: { $0.number == number }) else { continue }
                    text =
                        "edit \(edit.letter): "
                        + edit.differences.map { "\($0.key) \($0.old) → \($0.new)" }.joined(separator: ", ")
                case .checkpoint(let reason): text = "checkpoint (\(reason))"
                case .note(let note): text = "note: \(note)"
                case .failure(let message): text = "failed: \(message)"
                }
                table.add([String(format: "%.1f s", moment.seconds), "\(moment.optimizerStep)", text])
            }
            try Output.line(table.text)
        }
    }
}
