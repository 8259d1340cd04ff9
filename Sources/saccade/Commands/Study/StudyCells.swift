import ArgumentParser
import Foundation
import Studies

/// Lists the cells of a study as commands.
struct StudyCells: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cells", abstract: "Hand out the runs of a study as commands, a line each, for GNU parallel.",
        discussion: """
            Each line trains one cell in a home of its own below DIR, goes on where it was stopped, and does nothing where \
            it is finished: `saccade study cells FILE | parallel -j 8`. Finished cells are left out. A cell's number stays the \
            same for the same file, settings and added seeds. Cells whose weights others take come first; one that needs \
            them waits. `saccade study status` says how far they are, `saccade study gather` brings them into the history.
            """)

    @Argument(
        help: ArgumentHelp("The study: a file, or the name of one that is known.", valueName: "file.yaml"),
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder in which they are trained; default: the study's name and -cells.", valueName: "dir"))
    var output: String?
    @Flag(help: "List also cells that are finished, being trained, or were stopped in the workbench.") var all = false
    @Option(help: "Threads of each run.") var threads = 1
    @Flag(help: "Print a JSON object.") var json = false

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a knob of all runs; may be repeated. They are other runs then.", valueName: "key=value")
    )
    var assignments: [String] = []

    struct Listed: Encodable {
        struct Line: Encodable {
            var number: Int
            var id: String
            var name: String
            var steps: Int
            /// Numbers of cells that are finished before it begins.
            var after: [Int]
            var command: String
        }

        var study: String
        var folder: String
        var cells: [Line]
        /// A search decides on more once these are trained and gathered.
        var searchGoesOn: Bool
    }

    func validate() throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads takes 1 to 64") }
    }

    func run() async throws {
        try await reportingFailures {
            let handout = try StudyHandout(PlannedStudy(file, assignments), folder: output, takesHeld: all, Host())
            let left = Set(handout.left)
            let numbers = Dictionary(handout.list.cells.map { ($0.id, $0.number) }) { first, _ in first }
            let listed = handout.list.cells.filter { all || left.contains($0.number) }
                .sorted { ($0.stage, $0.number) < ($1.stage, $1.number) }
            let lines = try listed.map { entry in
                Listed.Line(
                    number: entry.number, id: entry.id, name: entry.name, steps: entry.steps,
                    after: entry.takes.compactMap { numbers[$0] },
                    command: try handout.command(entry, threads: threads))
            }
            if json {
                return try JSON.print(
                    Listed(
                        study: handout.list.study, folder: handout.folder.path, cells: lines,
                        searchGoesOn: handout.isSearchStage))
            }
            for line in lines { try Output.line(line.command) }
            if let note = handout.heldNote { StandardError.line(note) }
            if handout.isSearchStage { StandardError.line(handout.searchNote) }
        }
    }
}
