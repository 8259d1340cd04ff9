import ArgumentParser
import Foundation
import Messages

struct RunsTag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a run tags: these instead of those it has, or --add, or --remove.")

    @OptionGroup var subject: RunArgument
    @Argument(help: ArgumentHelp("Without blanks and commas; none removes all.", valueName: "tags"))
    var tags: [String] = []
    @Flag(help: "Beside those that it has.") var add = false
    @Flag(help: "Take these away.") var remove = false
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        if add, remove { throw ValidationError("--add and --remove exclude each other") }
        if add || remove, tags.isEmpty { throw ValidationError("write the tags") }
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
        commandName: "note", abstract: "Write a note about a run, instead of the one it has; an empty one removes it.")

    @OptionGroup var subject: RunArgument
    @Argument(help: ArgumentHelp("The note.", valueName: "text")) var text: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let run = try host.store.note(run: subject.run, text: text)
            if json { return try JSON.print(RunChanged(host, run)) }
            try Output.line(text.isEmpty ? "\(run) has no note" : "\(run) has a new note")
        }
    }
}

struct RunsRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a run another name; its identifier stays.")

    @OptionGroup var subject: RunArgument
    @Argument(help: "The new name.") var name: String
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.existing)
            let run = try host.store.rename(run: subject.run, to: name)
            if json { return try JSON.print(RunChanged(host, run)) }
            try Output.line("\(run) is called \(try host.store.run(run).summary.name)")
        }
    }
}

struct RunsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete runs with their metrics, edits and checkpoints.",
        discussion: "A run that goes on is not deleted. Forks of a deleted run stay whole.")

    @Argument(
        help: ArgumentHelp("Identifiers, their beginnings, or names.", valueName: "runs"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var runs: [String]
    @Flag(help: "Do not ask.") var yes = false
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
            for run in deleted { try Output.line("\(run) is deleted") }
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
            throw CommandFailure("nothing was deleted: say --yes where nobody can be asked", code: 64)
        }
        try Output.text("\(question) [y/N] ")
        guard let answer = readLine()?.lowercased(), ["y", "yes"].contains(answer) else {
            throw CommandFailure("nothing was deleted")
        }
    }
}
