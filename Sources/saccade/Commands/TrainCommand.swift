import ArgumentParser
import Engine
import Foundation
import Messages

/// Trains without a screen.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a run and print how it goes, a line an epoch.",
        discussion: """
            The run is kept in the history like any other. Ctrl-C, TERM and HUP stop it with a checkpoint; `saccade train \
            --resume RUN` goes on from there, bit for bit. While it goes on, `saccade attach` opens the screens on it.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "A label for the run.")
    var name: String?

    @Option(help: ArgumentHelp("Go on with a stopped or interrupted run.", valueName: "run"))
    var resume: String?

    @Flag(help: "When the run has ended, train what waits in the queue.")
    var queue = false

    @OptionGroup var output: TrainingOutput

    func validate() throws {
        if resume != nil, name != nil || options.isGivenBesidesAssignments {
            throw ValidationError(
                "--resume goes on with the run as it was: only --set goes with it, for knobs that are live")
        }
    }

    func run() async throws {
        try await reportingFailures {
            try await output.train(handsOver: queue) { host in
                if let resume {
                    let changes = try options.changes()
                    let edits: [TuningCommand] = changes.isEmpty ? [] : [.edit(changes, at: .nextStep)]
                    // A run that failed waits when it is resumed.
                    return (.resume(run: try host.store.identifier(of: resume)), edits + [.proceed])
                }
                let configuration = try options.configuration(host.presets)
                try RunCheck.check(configuration)
                return (.start(configuration: configuration, name: name), [])
            }
        }
    }
}
