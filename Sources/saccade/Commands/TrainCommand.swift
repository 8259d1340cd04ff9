import ArgumentParser
import Configuration
import Data
import Engine
import Foundation
import Messages
import RunStore
import Training

/// Trains without a screen.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a run and print how it goes, a line an epoch.",
        discussion: """
            The run is kept in the history like any other. Ctrl-C, TERM, HUP, QUIT, USR1, USR2, ALRM and XCPU stop it with a \
            checkpoint; `saccade train --resume RUN` goes on from there, bit for bit, and gives the result once more where \
            nothing is left to do. While it goes on, `saccade attach` opens the screens on it.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "A label for the run.")
    var name: String?

    @Option(help: ArgumentHelp("Go on with a stopped or interrupted run.", valueName: "run"))
    var resume: String?

    @Flag(help: "When the run has ended, train what waits in the queue.")
    var queue = false

    @Flag(help: "Say how long the run will take and how much memory, also without the data set, and do not begin it.")
    var cost = false

    @OptionGroup var output: TrainingOutput

    func validate() throws {
        if cost, resume != nil || output.detach || queue {
            throw ValidationError("--cost begins nothing: it goes with neither --resume nor --detach nor --queue")
        }
        if resume != nil, name != nil || options.isGivenBesidesAssignments {
            throw ValidationError(
                "--resume goes on with the run as it was: only --set goes with it, for knobs that are live")
        }
    }

    func run() async throws {
        try await reportingFailures {
            if cost { return try tellCost() }
            if let resume { return try await goOn(with: resume) }
            let presets = PresetStore(paths: StoragePaths(), described: .shipped)
            let configuration = try options.configuration(presets)
            let preset = try options.presetName(presets)
            try await output.train(handsOver: queue, check: { try RunCheck.check(configuration) }) { _ in
                (.start(configuration: configuration, name: name, preset: preset), [])
            }
        }
    }

    private func goOn(with run: String) async throws {
        let changes = try options.changes()
        for change in changes where try !EngineDescription.shipped.knob(change.key).isLive {
            throw CommandFailure(
                "\(change.key) cannot change once a run has begun, nor in a fork of it: `saccade train` begins a new run "
                    + "with another value (`saccade presets from-run \(run) NAME` saves the settings of this one)",
                code: 64)
        }
        try await output.train(handsOver: queue, access: .existing) { host in
            let summary = try host.store.run(run).summary
            if summary.phase == .finished, !changes.isEmpty {
                throw CommandFailure(
                    "the run \(summary.id) is finished: nothing can change any more; `saccade runs fork "
                        + "\(summary.name) --set …` goes on from a checkpoint with other values")
            }
            let edits: [TuningCommand] = changes.isEmpty ? [] : [.edit(changes, at: .nextStep)]
            // A run that failed waits when it is resumed.
            return (.resume(run: summary.id), edits + [.proceed])
        }
    }

    private func tellCost() throws {
        let configuration = try options.configuration(Host(.reading).presets)
        let contents: (any DataSetContents)?
        do {
            contents = try RunCheck.check(configuration)
        } catch DataSetError.missing(let dataSet, let what, _, _, _) {
            if !output.json { try Output.line("\(dataSet): \(what) not found; counted as published") }
            contents = nil
        }
        let cost = try RunCost.estimate(configuration, contents: contents)
        if output.json { return try JSON.print(cost) }
        try Output.line(cost.text)
        if let contents {
            for warning in try RunCheck.warnings(configuration, contents) { try Output.line("warning: \(warning)") }
        }
    }
}
