import ArgumentParser
import Data
import Engine
import Foundation

extension DataCommand {
    /// Checks every file of a data set.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every file of a data set.",
            discussion: """
                Reads all recordings and images and reports damaged files, files that do not belong to the data set, \
                recordings in the folder of another class, duplicates, and class counts that differ from those \
                published. Ignored files and folders are listed with the reason (hidden files, system files, folders \
                without recordings) and are not a problem. If training would refuse the data set, because recordings \
                to test on or images of its classes are missing, that is reported, and is a problem with --complete. \
                Events far from all others are noted. With a manifest, missing, new and changed files are reported \
                too. The exit code is 1 if there is a problem; fewer recordings than published are one only with \
                --complete.

                  saccade data verify nmnist --data DIR --write good.json
                  saccade data verify nmnist --data COPY --manifest good.json
                """)

        @Argument(help: "Name of the data set.") var name: String
        @Option(help: ArgumentHelp("Folder of the recordings.", valueName: "dir")) var data: String = ""
        @Option(help: ArgumentHelp("Folder of the images.", valueName: "dir")) var images: String = ""
        @OptionGroup var sensor: SensorOption
        @OptionGroup var table: TableArguments
        @Option(help: ArgumentHelp("Compare with this manifest.", valueName: "file")) var manifest: String?
        @Option(help: ArgumentHelp("Compare with what this run was trained and tested on.", valueName: "run"))
        var run: String?
        @Option(help: ArgumentHelp("Write a manifest of the present files.", valueName: "file")) var write: String?
        @Flag(help: "Treat class counts that differ from those published as a problem.") var complete = false
        @Flag(help: "Print a JSON object.") var json = false

        func validate() throws {
            if manifest != nil, run != nil { throw ValidationError("--manifest and --run cannot be combined") }
        }

        func run() async throws {
            try await reportingFailures {
                let dataSet = try DataSetCatalogue.dataSet(name)
                var folders = table.folders(data, images: images, sensor: sensor.sensor)
                let host = try Host(.reading, folders: folders)
                folders.keep(in: host.paths)
                let path = try manifestPath(host)
                let expected = try path.map { ($0, try Manifest.read($0)) }
                if let (path, manifest) = expected, manifest.dataSet != name {
                    throw CommandFailure("\(path) is a manifest of \(manifest.dataSet), not of \(name)")
                }
                let contents = try dataSet.open(folders)
                let progress = Progress(quiet: json)
                let report = try DataSetVerification.run(
                    dataSet, contents, manifest: expected.map { (content: $0.1, path: $0.0) }, progress: progress.show)
                progress.end()
                if let write { try Manifest(of: contents, dataSet: name).write(to: write) }
                if json { try JSON.print(report) } else { try print(report) }
                if !json, let note = TableGuess.note(contents, folders.table) { try Output.line("note        \(note)") }
                if let write, !json { try Output.line("manifest    written to \(write)") }
                guard report.isSound, !complete || report.isComplete && report.refusal == nil else { throw ExitCode(1) }
            }
        }

        private func manifestPath(_ host: Host) throws -> String? {
            if let manifest { return manifest }
            guard let run else { return nil }
            let identifier = try host.store.identifier(of: run)
            let folder = host.store.checkpointFolder(of: identifier).deletingLastPathComponent()
            let path = folder.appendingPathComponent(Manifest.fileName).path
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure(
                    "the run \(identifier) has no manifest: its data set has no files, or the run is older than this check"
                )
            }
            return path
        }

        private func print(_ report: DataSetVerification.Report) throws {
            try Output.line("\(report.dataSet): \(report.folder ?? "comes with the program")")
            try Output.line("recordings  \(report.recordings)")
            try Output.line("images      \(report.images)")
            let findings = [
                ("damaged", report.damaged), ("missing", report.missing), ("changed", report.changed),
                ("extra", report.extra), ("misplaced", report.misplaced),
            ]
            for (title, list) in findings where !list.isEmpty {
                try Output.line("\(title)  \(list.count)")
                for finding in list {
                    var problem = finding.problem.replacingOccurrences(of: "\n", with: " ")
                    // What readers say begins with the whole path.
                    let own = [report.folder.map { "\($0)/\(finding.path): " }, "\(finding.path): "].compactMap(\.self)
                    if let said = own.first(where: problem.hasPrefix) {
                        problem = String(problem.dropFirst(said.count))
                    }
                    try Output.line("  \(finding.path): \(problem)")
                }
            }
            if !report.noted.isEmpty { try Output.line("with notes  \(report.noted.count), read anyway") }
            for finding in report.noted { try Output.line("  \(finding.path): \(finding.problem)") }
            if !report.leftOut.isEmpty {
                try Output.line("ignored     \(report.leftOut.count), not part of the data set")
            }
            for finding in report.leftOut { try Output.line("  \(finding.path): \(finding.problem)") }
            if let refusal = report.refusal { try Output.line("training    refused: \(refusal)") }
            if report.isSound { try Output.line("files       no problem found") }
            guard report.countsAreKnown else { return }
            guard !report.counts.isEmpty else { return try Output.line("counts      as published") }
            let (found, known) = (
                report.counts.reduce(0) { $0 + $1.found }, report.counts.reduce(0) { $0 + $1.known }
            )
            try Output.line("counts      \(found) of \(known) published; \(report.counts.count) differences:")
            var table = Table(["class", "part", "found", "published"], rightAligned: [2, 3])
            for count in report.counts {
                table.add([count.className, count.part, "\(count.found)", "\(count.known)"])
            }
            try Output.line(table.text)
        }
    }
}
