import ArgumentParser
import FileFormats
import Files
import Foundation
import Messages
import RunStore

/// Brings runs of other programs into the history.
struct RunsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Add runs of other programs to the history, from TensorBoard event files.",
        discussion: """
            Every folder with event files becomes one finished run, named after the folder. Scalars become curves named \
            by their tags, texts become notes, hyperparameters become settings. Such runs can be compared and plotted, \
            but not resumed. A record cut off at the end of a file is left out, and so is what other plugins wrote; \
            a file with a wrong checksum is refused.
            """)

    @Argument(help: ArgumentHelp("Folder, or one event file.", valueName: "path"), completion: .file()) var path: String
    @Option(help: "Name of the run; only for a single one.") var name: String?
    @Flag(help: "Print JSON, an array.") var json = false

    private struct Imported: Encodable {
        var source: String
        var run: String?
        var name: String
        var points = 0
        var curves = 0
        var notes = 0
        var skipped = 0
        var truncated: [String] = []
        var problem: String?
    }

    func run() async throws {
        try await reportingFailures {
            let place = PathName(path).expandingTilde()
            let sources = TensorBoardFolder.runs(below: place)
            guard !sources.isEmpty else {
                let isThere = FileManager.default.fileExists(atPath: place)
                throw CommandFailure(
                    isThere
                        ? "\(path) holds no event files of TensorBoard: their names contain 'tfevents'"
                        : "\(path) does not exist: give a folder, or an event file of TensorBoard")
            }
            guard name == nil || sources.count == 1 else {
                throw CommandFailure("\(path) holds \(sources.count) runs: --name is for a single one", code: 64)
            }
            let host = try Host()
            let imported = sources.map { bring($0, below: place, host) }
            if json { try JSON.print(imported) } else { for run in imported { try print(run) } }
            let failed = imported.count { $0.problem != nil }
            if failed > 0 { throw CommandFailure("\(failed) of \(imported.count) runs could not be imported") }
        }
    }

    private func bring(_ source: String, below place: String, _ host: Host) -> Imported {
        var imported = Imported(source: source, name: name ?? Self.name(of: source, below: place))
        do {
            let found = try TensorBoardImport(source, name: imported.name, described: host.store.description)
            imported.run = try host.store.enter(found.run)
            imported.points = found.run.points.count
            imported.curves = Set(found.run.points.map(\.series)).count
            (imported.notes, imported.skipped) = (found.run.notes.count, found.skipped)
            imported.truncated = found.truncated
        } catch {
            imported.problem = failureText(of: error).0
        }
        return imported
    }

    /// From the folder that was named to the one of the run.
    private static func name(of source: String, below place: String) -> String {
        if source.hasPrefix(place + "/") { return String(source.dropFirst(place.count + 1)) }
        var url = URL(fileURLWithPath: source).standardizedFileURL
        if PathName(source).name.contains("tfevents") { url.deleteLastPathComponent() }
        return url.lastPathComponent
    }

    private func print(_ imported: Imported) throws {
        guard let run = imported.run else {
            return try Output.line("\(imported.name)  could not be imported: \(imported.problem ?? "")")
        }
        func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
        var parts = [
            "\(counted(imported.points, "point")) of \(counted(imported.curves, "curve")), \(counted(imported.notes, "note"))"
        ]
        if imported.skipped > 0 { parts.append("\(counted(imported.skipped, "value")) of other kinds left out") }
        for file in imported.truncated { parts.append("\(file) ends within a record, which is left out") }
        try Output.line("\(run)  \(imported.name)  \(parts.joined(separator: "; "))")
    }
}
