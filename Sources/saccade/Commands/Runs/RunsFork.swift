import ArgumentParser
import Configuration
import Foundation
import Messages
import RunStore
import Training

struct RunsFork: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork", abstract: "Train a new run from a checkpoint of another run, with changed settings.",
        discussion: """
            The new run inherits the edits made before the checkpoint. A checkpoint is written before every edit. \
            Without --at and --before, the latest checkpoint is used.
            """)

    @OptionGroup var subject: RunArgument
    @Option(help: ArgumentHelp("Start from the checkpoint at this optimizer step.", valueName: "step")) var at: Int?
    @Option(
        help: ArgumentHelp("Start from the checkpoint before this edit, given as letter or number.", valueName: "edit"))
    var before: String?
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a live setting before the first step; may be repeated.", valueName: "key=value"))
    var assignments: [String] = []
    @Option(help: "Name of the new run.") var name: String?
    @Option(
        help: "Random seed from that checkpoint on, with the same recordings. Default: the seed of the run.")
    var seed: Int?
    @Flag(help: "Add the run to the queue instead of training it now.") var queue = false
    @OptionGroup var engine: EngineOption
    @OptionGroup var output: TrainingOutput

    func validate() throws {
        if at != nil, before != nil { throw ValidationError("--at and --before cannot be combined") }
        if let seed, !(0...Int(Int32.max)).contains(seed) {
            throw ValidationError("--seed takes 0 to \(Int32.max), not \(seed)")
        }
        if queue, output.tensorBoard.folder != nil {
            throw ValidationError(
                "--queue and --tensorboard cannot be combined: give it to the command that trains the queue")
        }
        if queue, output.detach { throw ValidationError("--queue and --detach cannot be combined") }
    }

    func run() async throws {
        try await reportingFailures {
            if queue {
                let host = try Host(.existing, trainer: try engine.trainer(of: subject.run))
                return try RunsQueue.add(try job(host), host, json: output.json)
            }
            try await output.train(
                handsOver: false, access: .existing, trainer: { try engine.trainer(of: subject.run) }
            ) { (try job($0).command, []) }
        }
    }

    private func job(_ host: Host) throws -> QueuedJob {
        let detail = try host.store.run(subject.run)
        let changes = try ConfigurationOptions.changes(assignments, described: host.description)
        let seeds = seed.map { [KnobChange(key: KnownKnob.seed, value: .integer($0))] } ?? []
        for change in changes where try !host.description.knob(change.key).isLive {
            throw ConfigurationError.notLive(key: change.key)
        }
        return .fork(
            run: detail.summary.id, checkpoint: try checkpoint(detail), changes: changes + seeds, name: name)
    }

    private func checkpoint(_ detail: RunDetail) throws -> String? {
        let present = detail.presentCheckpoints
        if let at {
            guard let record = present.last(where: { $0.optimizerStep == at }) else {
                let steps = Set(present.map(\.optimizerStep)).sorted().map(String.init).joined(separator: ", ")
                throw CommandFailure(
                    "\(detail.summary.id) has no checkpoint at step \(at): its checkpoints are at steps \(steps)",
                    code: 64)
            }
            return record.path
        }
        guard let before else { return nil }
        guard let edit = detail.edits.first(where: { $0.letter == before || "\($0.number)" == before }) else {
            let letters = detail.edits.map(\.letter).joined(separator: ", ")
            throw CommandFailure(
                "\(detail.summary.id) has no edit '\(before)': "
                    + (letters.isEmpty ? "it has no edits" : "its edits are \(letters)"), code: 64)
        }
        return edit.checkpoint
    }
}
