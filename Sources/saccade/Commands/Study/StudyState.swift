import ArgumentParser
import RunStore
import Studies

/// Says how far the cells of a study are.
struct StudyState: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how far the cells of a study are that were handed out.",
        discussion: """
            What is being trained says so itself, in a file beside its home; what waits is known from Slurm's squeue, where \
            there is one. Nothing is changed.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folder of the cells, or the study that they were handed out of.", valueName: "dir|file.yaml"))
    var folder: String
    @Flag(help: "Print a JSON object.") var json = false

    struct Told: Encodable {
        var study: String
        var folder: String
        var slurmProblem: String?
        var counts: [String: Int]
        var cells: [StudyStatus.Row]
    }

    func run() async throws {
        try await reportingFailures {
            let folder = try CellShelf(StoragePaths()).folder(folder)
            let status = SlurmStatus.read(folder, try folder.list())
            if json {
                let counts = Dictionary(status.counts.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
                return try JSON.print(
                    Told(
                        study: status.study, folder: status.folder, slurmProblem: status.slurmProblem, counts: counts,
                        cells: status.cells))
            }
            var table = Table(["cell", "state", "step", "test", "job", "on", "run"], rightAligned: [0, 2, 3])
            for row in status.cells { table.add(Self.words(of: row)) }
            try Output.line("\(status.study) in \(status.folder): \(status.summary)")
            if let problem = status.slurmProblem { try Output.line("Slurm's queue is not known: \(problem)") }
            try Output.line("\n\(table.text)")
        }
    }

    private static func words(of row: StudyStatus.Row) -> [String] {
        let state = row.state == .open ? "not begun" : row.state.rawValue
        return [
            "\(row.number)", state, row.step > 0 || row.state == .running ? "\(row.step)/\(row.steps)" : "–",
            row.testAccuracy.map(percent) ?? "–", row.job ?? "–", row.host ?? "–",
            row.name + (row.reason.map { ": \($0)" } ?? ""),
        ]
    }
}
