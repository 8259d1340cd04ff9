import ArgumentParser
import Foundation
import Messages

struct RunsTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Set the tags of a run, or --add or --remove some.")

    @OptionGroup var subject: RunArgument
    @Argument(help: ArgumentHelp("Tags without spaces and commas; none removes all.", valueName: "tags"))
    var tags: [String] = []
    @Flag(help: "Add these tags to the existing ones.") var add = false
    @Flag(help: "Remove these tags.") var remove = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        if add, remove { throw ValidationError("--add and --remove cannot be combined") }
        if add || remove, tags.isEmpty { throw ValidationError("give the tags to add or remove") }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let old = try host.store.run(subject.run).summary.tags
            let new = add ? old + tags : remove ? old.filter { !tags.contains($0) } : tags
            let run = try host.store.tag(run: subject.run, tags: new)
            let changed = try RunChanged(host, run)
            if json { return try JSON.print(changed) }
            try Output.line(
                changed.tags.isEmpty ? "\(run) has no tags" : "\(run) is tagged \(changed.tags.joined(separator: " "))")
        }
    }
}

struct RunsNote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Set or replace the note of a run; an empty text removes it.")

    @OptionGroup var subject: RunArgument
    @Argument(help: ArgumentHelp("Text of the note.", valueName: "text")) var text: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let run = try host.store.note(run: subject.run, text: text)
            if json { return try JSON.print(RunChanged(host, run)) }
            try Output.line(text.isEmpty ? "\(run): note removed" : "\(run): note saved")
        }
    }
}

struct RunsRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Rename a run; its identifier stays the same.")

    @OptionGroup var subject: RunArgument
    @Argument(help: "The new name.") var name: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let run = try host.store.rename(run: subject.run, to: name)
            if json { return try JSON.print(RunChanged(host, run)) }
            try Output.line("\(run) renamed to \(try host.store.run(run).summary.name)")
        }
    }
}

struct RunsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete runs with their metrics, edits and checkpoints.",
        discussion: "An active run is not deleted. Forks of a deleted run are not affected.")

    @Argument(
        help: ArgumentHelp("Run identifiers, prefixes of them, or names.", valueName: "runs"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var runs: [String]
    @Flag(help: "Do not ask for confirmation.") var yes = false
    @Flag(help: "Print JSON, an array of identifiers.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            // All must be known before one goes.
            let summaries = try runs.map { try host.store.summary(of: $0) }
            if !yes {
                for summary in summaries { try Confirmation.describe(summary) }
                try Confirmation.ask("Delete \(summaries.count == 1 ? "this run" : "these \(summaries.count) runs")?")
            }
            var deleted: [String] = []
            for summary in summaries where !deleted.contains(summary.id) {
                deleted.append(try host.store.delete(run: summary.id))
            }
            if json { return try JSON.print(deleted) }
            for run in deleted { try Output.line("\(run) deleted") }
        }
    }
}

/// Asks before something is lost.
enum Confirmation {
    static func describe(_ run: RunSummary) throws {
        try Output.line("\(run.id)  \(run.name)  \(run.stateName), \(run.optimizerStep) steps")
    }

    /// - Throws: `CommandFailure` unless the answer is yes; without a terminal nobody can answer.
    static func ask(_ question: String) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure("nothing was deleted: add --yes where no terminal can ask for confirmation", code: 64)
        }
        try Output.text("\(question) [y/N] ")
        guard let answer = readLine()?.lowercased(), ["y", "yes"].contains(answer) else {
            throw CommandFailure("nothing was deleted")
        }
    }
}
