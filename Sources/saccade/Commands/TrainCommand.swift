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
        commandName: "train", abstract: "Train a run and print its progress, one line per epoch.",
        discussion: """
            The run is kept in the history like any other. Ctrl-C and the signals TERM, HUP, QUIT, USR1, USR2, ALRM \
            and XCPU stop it with a checkpoint; `saccade train --resume RUN` continues from there, bit for bit, and \
            prints the result again if the run has finished. While it trains, `saccade attach` opens the screens on \
            it. With --slurm nothing is trained here: a job script is written for a cluster.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Name of the run.")
    var name: String?

    @Option(help: ArgumentHelp("Resume a stopped or interrupted run.", valueName: "run"))
    var resume: String?

    @Flag(help: "When the run has ended, train the queued runs.")
    var queue = false

    @Flag(help: "Only estimate the time and memory that the run needs, also without the data set installed.")
    var cost = false

    @OptionGroup var output: TrainingOutput

    @OptionGroup(title: "Slurm") var slurm: SlurmOptions
    @OptionGroup(title: "Slurm") var job: TrainJobOptions

    func validate() throws {
        if slurm.slurm {
            guard !cost, resume == nil, !output.detach, !queue else {
                throw ValidationError(
                    "--slurm writes a script: it cannot be combined with --resume, --detach, --queue or --cost")
            }
        } else if job.isGiven {
            throw ValidationError("--ntasks, --cpus-per-task and --folder are for Slurm: add --slurm")
        }
        if cost, resume != nil || output.detach || queue {
            throw ValidationError("--cost trains nothing: it cannot be combined with --resume, --detach or --queue")
        }
        if resume != nil, name != nil || options.isGivenBesidesAssignments {
            throw ValidationError(
                "--resume continues the run with its own settings: it can be combined only with --set, for live settings"
            )
        }
    }

    func run() async throws {
        try await reportingFailures {
            if cost { return try tellCost() }
            if let resume { return try await goOn(with: resume) }
            let presets = PresetStore(paths: StoragePaths(), described: .shipped)
            let configuration = try options.configuration(presets)
            let preset = try options.presetName(presets)
            if slurm.slurm {
                try RunCheck.check(configuration)
                return try TrainJob(options, preset: options.preset.map(presets.load), name: name, output).write(
                    slurm, job)
            }
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
                    "the run \(summary.id) has finished and can no longer change; `saccade runs fork "
                        + "\(summary.name) --set …` continues from a checkpoint with other values")
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
            if !output.json { try Output.line("\(dataSet): \(what) not found; using the published counts") }
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
