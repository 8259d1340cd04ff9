import ArgumentParser
import Configuration
import Foundation
import Messages

/// Tunes a run that another process trains.
struct TellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tell", abstract: "Control an active run: pause, edit, undo, stop, …",
        discussion: """
            ACTION is one of:
            pause, go, step        pause the run, resume it, make one optimizer step
            edit KEY=VALUE …       change live settings, at the next step or with --next-epoch
            undo, redo             undo or redo the latest edit
            checkpoint             write a checkpoint now
            note TEXT              add a note at this step
            stop                   stop the run with a checkpoint; the queue continues
            """)

    enum Action: String, CaseIterable {
        case pause, go, step, edit, undo, redo, checkpoint, note, stop
    }

    @Argument(
        help: ArgumentHelp("Run identifier, a prefix of it, or name.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.live() })
    var run: String
    @Argument(
        help: ArgumentHelp(
            "Action: \(Action.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "action"),
        completion: .list(Action.allCases.map(\.rawValue)), transform: Choice.parse)
    var action: Action
    @Argument(help: ArgumentHelp("Arguments of the action.", valueName: "words")) var words: [String] = []
    @Flag(help: "Apply an edit at the next epoch.") var nextEpoch = false
    @Flag(help: "Print a JSON object.") var json = false
    @OptionGroup var patience: AttachmentTimeout

    struct Told: Encodable {
        var run: String?
        /// The optimizer step before which it took effect; `nil` if it waits for the next epoch.
        var optimizerStep: Int?
        var waitsForEpoch: Bool
    }

    func validate() throws {
        switch action {
        case .edit:
            if words.isEmpty {
                throw ValidationError("give what to change, for example: edit loss.domain_coefficient=0.3")
            }
        case .note: if words.isEmpty { throw ValidationError("give the text of the note") }
        default: if !words.isEmpty { throw ValidationError("'\(action.rawValue)' takes no arguments") }
        }
        if nextEpoch, action != .edit { throw ValidationError("--next-epoch goes with edit only") }
    }

    /// - Parameter description: of the engine that trains the run.
    private func command(_ description: EngineDescription) throws -> TuningCommand {
        switch action {
        case .pause: .pause
        case .go: .proceed
        case .step: .step
        case .undo: .undo
        case .redo: .redo
        case .checkpoint: .checkpoint
        case .stop: .stop
        case .note: .note(words.joined(separator: " "))
        case .edit:
            .edit(
                try ConfigurationOptions.changes(words, described: description), at: nextEpoch ? .nextEpoch : .nextStep)
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let command = try command(host.description(of: run))
            let client = try await Attached.attach(run, timeout: patience.timeout, host)
            let answer = await client.bus.send(command)
            await client.detach()
            switch answer {
            case .tookEffect(let run, let step):
                if json { return try JSON.print(Told(run: run, optimizerStep: step, waitsForEpoch: false)) }
                try Output.line("\(run ?? self.run): applied before step \(step)")
            case .waitsForEpoch:
                if json { return try JSON.print(Told(run: run, optimizerStep: nil, waitsForEpoch: true)) }
                try Output.line("\(run): will be applied at the next epoch")
            case .refused(let reason): throw CommandFailure(reason)
            case .queued, .queueChanged: break
            }
        }
    }
}
