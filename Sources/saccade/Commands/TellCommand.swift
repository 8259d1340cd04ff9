import ArgumentParser
import Foundation
import Messages

/// Tunes a run that another process trains.
struct TellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tell", abstract: "Tell a run that goes on what to do: pause, edit, undo, stop, …",
        discussion: """
            ACTION is one of:
              pause, go, step        hold the run, let it go on, make one optimizer step
              edit KEY=VALUE …       change live knobs, at the next step or with --next-epoch
              undo, redo             of the latest edit
              checkpoint             write one now
              note TEXT              leave a line at this step
              stop                   end the run with a checkpoint; the queue goes on
            """)

    enum Action: String, CaseIterable {
        case pause, go, step, edit, undo, redo, checkpoint, note, stop
    }

    @Argument(
        help: ArgumentHelp("Identifier, its beginning, or name.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.live() })
    var run: String
    @Argument(
        help: ArgumentHelp(
            "What to do: \(Action.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "action"),
        completion: .list(Action.allCases.map(\.rawValue)), transform: Choice.parse)
    var action: Action
    @Argument(help: ArgumentHelp("What goes with it.", valueName: "words")) var words: [String] = []
    @Flag(help: "An edit waits for the next epoch.") var nextEpoch = false
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
        case .edit: if words.isEmpty { throw ValidationError("write what to change: edit loss.domain_coefficient=0.3") }
        case .note: if words.isEmpty { throw ValidationError("write the note's text") }
        default: if !words.isEmpty { throw ValidationError("'\(action.rawValue)' takes no words") }
        }
        if nextEpoch, action != .edit { throw ValidationError("only an edit waits for the next epoch") }
    }

    private func command() throws -> TuningCommand {
        switch action {
        case .pause: .pause
        case .go: .proceed
        case .step: .step
        case .undo: .undo
        case .redo: .redo
        case .checkpoint: .checkpoint
        case .stop: .stop
        case .note: .note(words.joined(separator: " "))
        case .edit: .edit(try ConfigurationOptions.changes(words), at: nextEpoch ? .nextEpoch : .nextStep)
        }
    }

    func run() async throws {
        try await reportingFailures {
            let command = try command()
            let host = try Host(.reading)
            let client = try await Attached.attach(run, timeout: patience.timeout, host)
            let answer = await client.bus.send(command)
            await client.detach()
            switch answer {
            case .tookEffect(let run, let step):
                if json { return try JSON.print(Told(run: run, optimizerStep: step, waitsForEpoch: false)) }
                try Output.line("\(run ?? self.run): took effect before step \(step)")
            case .waitsForEpoch:
                if json { return try JSON.print(Told(run: run, optimizerStep: nil, waitsForEpoch: true)) }
                try Output.line("\(run): waits for the next epoch")
            case .refused(let reason): throw CommandFailure(reason)
            case .queued, .queueChanged: break
            }
        }
    }
}
