import ArgumentParser
import Configuration
import Foundation
import Messages
import RunStore
import Screens
import ShippedFiles
import Studies
import Synchronization
import Terminal
import Training

/// The workbench.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open the workbench in the terminal (the default without a subcommand).")

    @Option(help: ArgumentHelp("Begin a run with this preset at once.", valueName: "preset"))
    var train: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the run that --train begins; may be repeated.", valueName: "key=value"))
    var assignments: [String] = []

    @Option(
        help: ArgumentHelp(
            "Open this study: a file, or the name of one that comes with the program or was opened before.",
            valueName: "study"), completion: .file(extensions: ["yaml", "yml"]))
    var study: String?

    @OptionGroup var engine: EngineOption

    @Option(help: "Color theme; default: $SACCADE_THEME.")
    var theme: String?

    func validate() throws {
        if study != nil, train != nil { throw ValidationError("--study and --train cannot be combined") }
    }

    func run() async throws {
        try await reportingFailures {
            guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
                throw CommandFailure(
                    "the workbench needs a terminal, but standard input or output is not one; use `saccade train --plain` "
                        + "in scripts and logs", code: 64)
            }
            try Ranks.refuseOthers("")
            // What is not there is found before a home is made.
            let paths = StoragePaths()
            let external = try engine.trainer()
            let begun = try train.map { reference in
                let presets = Host.presets(paths, of: external?.description)
                let preset = try presets.load(reference)
                var configuration = preset.configuration
                for assignment in assignments { try presets.description.assign(assignment, to: &configuration) }
                return TuningCommand.start(configuration: configuration, name: nil, preset: preset.name)
            }
            let opened = try study.map { try StudyShelf.checked($0, paths) }
            let layoutFile = LayoutFile(paths)
            let layout = layoutFile.read()
            let chosen = try ThemeChoice.theme(theme, layout)
            let host = try Host(trainer: external)
            let trainer = Trainer(host, handsOver: true)
            let bus = host.bus
            if let begun {
                // The answer shows on the screen as a report; a refusal goes to the log.
                Task {
                    if case .refused(let reason) = await bus.send(begun) {
                        await bus.publish(
                            .failure(EngineFailure(run: nil, optimizerStep: 0, message: reason, advice: "")))
                    }
                }
            }
            let log = await FileLog.follow(bus, in: host.paths)
            let wanted = Mutex<String?>(nil)
            let leftTraining = Mutex<String?>(nil)
            let exit: TerminalExit
            do {
                exit = try await Workbench.run(
                    bus: bus, library: host.library, theme: chosen, layout: layout, startsWithList: begun == nil,
                    study: opened,
                    onAttach: { run in wanted.withLock { $0 = run } },
                    onDetach: { run in leftTraining.withLock { $0 = run } },
                    onLayout: { layoutFile.write($0) },
                    onTerminate: { await trainer.end() })
            } catch {
                // A terminal that fails leaves a run that has stopped with a checkpoint, as any other way out does.
                await trainer.end()
                log.finish()
                throw error
            }
            await trainer.end()
            log.finish()
            if let run = leftTraining.withLock({ $0 }) { try Self.leaveTraining(run, host) }
            if case .signal(let number) = exit { throw ExitCode(128 + number) }
            if let run = wanted.withLock({ $0 }) { try Attached.become(run, theme: theme) }
        }
    }
    /// Starts a process that goes on with a run that this one has stopped with a checkpoint.
    private static func leaveTraining(_ run: String, _ host: Host) throws {
        // It may have ended before it was stopped.
        guard try host.store.summary(of: run).phase == .stopped else { return }
        do {
            let started = try Detachment.start(["train", "--resume", run, "--detached-copy"], host.paths)
            try Output.line(Detachment.text(of: started))
        } catch let failure as CommandFailure {
            throw CommandFailure(
                "\(failure); the run is stopped with a checkpoint: `saccade train --resume \(run) --detach` resumes it")
        }
    }
}
