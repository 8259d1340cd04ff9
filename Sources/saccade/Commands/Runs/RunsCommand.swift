import ArgumentParser

/// The history of runs.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List, show, compare, edit, fork, queue, reproduce, export, import and pull runs; list other homes.",
        subcommands: [
            RunsList.self, RunsShow.self, RunsDiff.self, RunsCompare.self, RunsTimeline.self, RunsTag.self,
            RunsNote.self, RunsRename.self, RunsDelete.self, RunsFork.self, RunsReproduce.self, RunsReplay.self,
            RunsQueue.self,
            RunsExport.self, RunsImport.self, RunsPull.self, RunsHomes.self,
        ],
        defaultSubcommand: RunsList.self)
}

/// A run on the command line.
struct RunArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Run identifier, a prefix of it, or name.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var run: String
}

/// What a command did, for `--json`.
struct RunChanged: Encodable {
    var run: String
    var name: String
    var tags: [String]
    var note: String

    init(_ host: Host, _ run: String) throws {
        let summary = try host.store.run(run).summary
        (self.run, name, tags, note) = (summary.id, summary.name, summary.tags, summary.note)
    }
}
