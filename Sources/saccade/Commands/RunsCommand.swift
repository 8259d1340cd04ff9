import ArgumentParser
import Foundation
import Messages

/// Looks at the history.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List the runs, or show one.", subcommands: [List.self, Show.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the runs, latest first.")

        @Flag(help: "Print JSON, an array.") var json = false

        func run() async throws {
            try await reportingFailures {
                let runs = try Host().store.runs()
                if json { return try JSON.print(runs) }
                guard !runs.isEmpty else {
                    print("no runs yet: `saccade train --preset digits` makes one")
                    return
                }
                var table = Table(
                    ["run", "name", "state", "epoch", "validation", "test", "edits", "tags"],
                    rightAligned: [3, 4, 5, 6])
                for run in runs {
                    table.add([
                        run.id, run.name, run.isInterrupted ? "interrupted" : run.phase.rawValue,
                        "\(run.epoch)/\(run.epochs)", percent(run.validationAccuracy), percent(run.testAccuracy),
                        "\(run.editCount)", run.tags.joined(separator: " "),
                    ])
                }
                print(table.text)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a run: configuration, edits, checkpoints, last figures.")

        @Argument(help: ArgumentHelp("Identifier, its beginning, or name.", valueName: "run")) var run: String
        @Flag(help: "Print a JSON object, with every curve.") var json = false

        func run() async throws {
            try await reportingFailures {
                let detail = try Host().store.run(run)
                if json { return try JSON.print(detail) }
                let summary = detail.summary
                print(
                    "\(summary.id)  \(summary.name)  \(summary.isInterrupted ? "interrupted" : summary.phase.rawValue)")
                print("epoch \(summary.epoch) of \(summary.epochs), \(summary.optimizerStep) optimizer steps")
                print("validation \(percent(summary.validationAccuracy)), test \(percent(summary.testAccuracy))")
                if !summary.note.isEmpty { print("note: \(summary.note)") }
                if let failure = detail.failure { print("failed: \(failure.message) \(failure.advice)") }
                let changed = RunConfiguration().differences(to: detail.configuration)
                print("\nconfiguration (what differs from the defaults)")
                for difference in changed { print("  \(difference.key): \(difference.new)") }
                if !detail.edits.isEmpty { print("\nedits") }
                for edit in detail.edits {
                    let text = edit.differences.map { "\($0.key) \($0.old) → \($0.new)" }.joined(separator: ", ")
                    print("  \(edit.letter)  step \(edit.optimizerStep)  \(text)")
                }
                if !detail.checkpoints.isEmpty { print("\ncheckpoints") }
                for checkpoint in detail.checkpoints {
                    let isThere = FileManager.default.fileExists(atPath: checkpoint.path)
                    print(
                        "  step \(checkpoint.optimizerStep)  \(checkpoint.reason)  "
                            + (isThere ? checkpoint.path : "(superseded)"))
                }
                for note in detail.notes { print("note at step \(note.optimizerStep): \(note.text)") }
            }
        }
    }
}
