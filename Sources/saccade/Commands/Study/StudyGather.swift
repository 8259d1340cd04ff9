import ArgumentParser
import RunStore
import Studies

/// Brings what was trained one by one into the history.
struct StudyGather: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gather", abstract: "Bring the finished runs of handed-out cells into the history.",
        discussion: """
            Runs are copied with curves, predictions and checkpoints, and stay where they were trained; those that are here \
            are left as they are, so it may be repeated while others are still trained. `saccade study FILE --report` then \
            prints the table, and `saccade study FILE` trains what is left here.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folder of the cells, or the study that they were handed out of.", valueName: "dir|file.yaml"))
    var folder: String
    @Flag(help: "Print JSON, an array.") var json = false

    func run() async throws {
        try await reportingFailures {
            let folder = try CellShelf(StoragePaths()).folder(folder)
            let list = try folder.list()
            let gathered = try folder.gather(into: Host().store)
            if json { try JSON.print(gathered) } else { try tell(gathered, list, folder) }
            let failed = gathered.count { $0.outcome == .failed }
            if failed > 0 { throw CommandFailure("\(failed) of \(gathered.count) runs could not be brought") }
        }
    }

    private func tell(_ gathered: [GatheredCell], _ list: CellList, _ folder: CellFolder) throws {
        for cell in gathered {
            switch cell.outcome {
            case .brought: try Output.line("\(cell.name): brought, \(cell.run ?? "")")
            case .failed: try Output.line("\(cell.name): could not be brought: \(cell.problem ?? "")")
            case .known, .unfinished: break
            }
        }
        func count(_ outcome: GatheredCell.Outcome) -> Int { gathered.count { $0.outcome == outcome } }
        try Output.line(
            "\(count(.brought)) brought, \(count(.known)) here already, \(count(.unfinished)) not finished of "
                + "\(gathered.count) cells")
        let summary = SlurmStatus.read(folder, list).summary
        if count(.unfinished) > 0 { try Output.line(summary) }
        try Output.line("the table:    saccade study \(ShellWord.quoted(list.file)) --report")
    }
}
