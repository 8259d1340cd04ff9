import ArgumentParser
import Foundation
import RunStore

/// Homes whose runs are listed beside those of this one.
struct RunsHomes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "homes", abstract: "Homes whose runs are listed, shown and compared beside those of this one.",
        discussion: """
            A home is a folder: what SACCADE_HOME names there, or one with runs.sqlite in it, as of another disk or another \
            person, or of another machine whose disk is mounted here to be read. Its runs are read where they lie and never changed; `saccade \
            runs pull` copies them. The list is the file \(Self.file), a folder a line.
            """)

    private static let file = "homes in the folder of the configuration"

    @Option(
        name: .long, parsing: .singleValue, help: ArgumentHelp("List a home; may be repeated.", valueName: "folder"))
    var add: [String] = []
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("List it no longer; its runs stay where they are.", valueName: "folder"))
    var remove: [String] = []
    @Flag(help: "Print JSON, an array.") var json = false

    struct Listed: Encodable {
        var home: String
        var history: String
        var runs: Int?
        var problem: String?
    }

    func run() async throws {
        try await reportingFailures {
            let paths = StoragePaths()
            try change(paths)
            let homes = OtherHomes(of: paths, described: .shipped)
            let runs = Dictionary(grouping: homes.runs()) { $0.home ?? "" }
            let listed = homes.homes.map { home in
                let own = runs[home.title] ?? []
                let problem = own.first { $0.id == home.title }?.problem
                return Listed(
                    home: home.title, history: home.paths.runDatabase.path, runs: problem == nil ? own.count : nil,
                    problem: problem)
            }
            if json { return try JSON.print(listed) }
            if let problem = runs[OtherHomes.file(of: paths).path]?.first?.problem { throw CommandFailure(problem) }
            guard !listed.isEmpty else {
                return try Output.line("no other homes are listed: `saccade runs homes --add FOLDER` adds one")
            }
            var table = Table(["home", "runs"], rightAligned: [1])
            for home in listed { table.add([home.home, home.runs.map(String.init) ?? "–"]) }
            try Output.line(table.text)
            for home in listed { if let problem = home.problem { try Output.line(problem) } }
        }
    }

    private func change(_ paths: StoragePaths) throws {
        guard !add.isEmpty || !remove.isEmpty else { return }
        let known = try OtherHomes.folders(of: paths)
        for folder in remove where !known.contains(folder) {
            throw CommandFailure(
                "\(folder) is not listed: "
                    + (known.isEmpty ? "no other homes are" : "these are: \(known.joined(separator: ", "))")
                    + (Choice.nearest(to: folder, among: known) ?? ""), code: 64)
        }
        var added: [String] = []
        for folder in add {
            guard !folder.isEmpty, !folder.contains(where: \.isNewline), !folder.hasPrefix("#") else {
                throw CommandFailure("'\(folder)' cannot be the name of a home: write the path of a folder", code: 64)
            }
            // Relative to where the command is given, not to the file.
            let path =
                folder.hasPrefix("/") || folder.hasPrefix("~")
                ? folder : URL(fileURLWithPath: folder).standardizedFileURL.path
            let home = OtherHomes.paths(of: path, beside: paths)
            guard !OtherHomes.areSame(home, paths) else {
                throw CommandFailure("\(folder) is this home: its runs are listed anyway", code: 64)
            }
            guard FileManager.default.fileExists(atPath: home.runDatabase.path) else {
                throw CommandFailure(
                    "there is no history of runs in \(folder): expected data/runs.sqlite or runs.sqlite")
            }
            if !known.contains(path), !added.contains(path) { added.append(path) }
        }
        try OtherHomes.write(adding: added, removing: Set(remove), of: paths)
    }
}
