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

    @OptionGroup var engine: EngineOption

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
        if engine.engine != nil, cost || slurm.slurm {
            throw ValidationError(
                "--engine cannot be combined with --cost or --slurm: nobody knows what the trainer takes")
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
            if engine.engine != nil { return try await trainElsewhere() }
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

    /// By an external trainer, which alone knows what can be set.
    private func trainElsewhere() async throws {
        try await output.train(handsOver: queue, trainer: { try engine.trainer() }) { host in
            let configuration = try options.configuration(host.presets)
            return (.start(configuration: configuration, name: name, preset: try options.presetName(host.presets)), [])
        }
    }

    private func goOn(with run: String) async throws {
        try await output.train(handsOver: queue, access: .existing, trainer: { try engine.trainer(of: run) }) { host in
            let changes = try options.changes(described: host.description)
            for change in changes where try !host.description.knob(change.key).isLive {
                throw CommandFailure(
                    "\(change.key) cannot change once a run has begun, nor in a fork of it: `saccade train` begins a new "
                        + "run with another value (`saccade presets from-run \(run) NAME` saves the settings of this one)",
                    code: 64)
            }
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
