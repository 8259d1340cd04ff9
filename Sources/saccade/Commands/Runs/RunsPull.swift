import ArgumentParser
import Files
import Foundation
import Messages
import RunStore

/// Brings runs of another home over: of another disk, or another machine.
struct RunsPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Bring runs of another home over, also from another machine.",
        discussion: """
            The home is a folder (what SACCADE_HOME names, or one with runs.sqlite in it), or HOST:FOLDER, which is read with \
            scp; HOST: alone means the usual place there. Runs come with journal, curves and checkpoints, and go on here as \
            they would there. What is here already stays as it is; runs that are going on come later, or when they are named.
            """)

    @Argument(help: ArgumentHelp("Folder, or HOST:FOLDER.", valueName: "home")) var home: String
    @Argument(help: ArgumentHelp("Identifiers, beginnings or names; all otherwise.", valueName: "runs"))
    var runs: [String] = []
    @Flag(help: "Print JSON, an array.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host()
            try StoragePaths.ensure(host.paths.cache)
            let scratch = host.paths.cache.appendingPathComponent(".pull-\(UUID().uuidString)", isDirectory: true)
            defer { try? FileManager.default.removeItem(at: scratch) }
            let brought = try RemoteHome(home).map { try pull(from: $0, host, scratch) } ?? pullLocal(host, scratch)
            if json { return try JSON.print(brought) }
            for run in brought {
                let text =
                    switch run.outcome {
                    case .brought: "brought"
                    case .known: "is here already"
                    case .active: "is going on there: it can come once it has ended"
                    }
                try Output.line("\(run.run)  \(run.name)  \(text)")
            }
            try Output.line("\(brought.count { $0.outcome == .brought }) of \(brought.count) runs brought from \(home)")
        }
    }

    private func pullLocal(_ host: Host, _ scratch: URL) throws -> [BroughtRun] {
        let folder = URL(fileURLWithPath: PathName(home).expandingTilde(), isDirectory: true).standardizedFileURL
        var other = StoragePaths(root: folder)
        if !FileManager.default.fileExists(atPath: other.runDatabase.path) { other.data = folder }
        guard other.runDatabase.standardizedFileURL != host.paths.runDatabase.standardizedFileURL else {
            throw CommandFailure("\(home) is this home: name another one", code: 64)
        }
        guard FileManager.default.fileExists(atPath: other.runDatabase.path) else {
            throw CommandFailure("there is no history of runs in \(home): expected data/runs.sqlite or runs.sqlite")
        }
        let copy = StoragePaths(root: scratch)
        try RunStore.copyHistory(of: other, to: copy)
        return try host.store.bring(runs, from: OtherHome(history: copy, runs: other.runs, isElsewhere: false))
    }

    private func pull(from remote: RemoteHome, _ host: Host, _ scratch: URL) throws -> [BroughtRun] {
        let fetched = StoragePaths(root: scratch.appendingPathComponent("fetched", isDirectory: true))
        try StoragePaths.ensure(fetched.runs)
        let folder = try remote.fetchHistory(to: fetched.data)
        let copy = StoragePaths(root: scratch.appendingPathComponent("copy", isDirectory: true))
        try RunStore.copyHistory(of: fetched, to: copy)
        let other = OtherHome(history: copy, runs: fetched.runs, isElsewhere: true)
        return try host.store.bring(runs, from: other) { run in
            try remote.fetch("\(folder)/runs/\(run)", to: fetched.runs)
        }
    }
}

/// `HOST:FOLDER`, read with scp.
private struct RemoteHome {
    var host: String
    var folder: String

    /// `nil` for a path of this machine.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex, !text[..<colon].contains("/") else {
            return nil
        }
        (host, folder) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// - Returns: the folder there in which the history lies.
    func fetchHistory(to target: URL) throws -> String {
        let places = folder.isEmpty ? [".local/share/saccade"] : [folder + "/data", folder]
        var problem = ""
        for place in places {
            do {
                // With what SQLite has not yet moved into the file itself.
                try fetch("\(place)/runs.sqlite*", to: target)
                // Shared memory of processes there means nothing here.
                try? FileManager.default.removeItem(at: target.appendingPathComponent("runs.sqlite-shm"))
                return place
            } catch let failure as CommandFailure {
                problem = failure.description
            }
        }
        throw CommandFailure(
            "no history of runs in \(places.joined(separator: " or ")) on \(host): \(problem)")
    }

    func fetch(_ path: String, to target: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["scp", "-q", "-r", "-p", "--", "\(host):\(path)", target.path]
        let errors = Pipe()
        (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw CommandFailure("scp cannot be run: \(error.localizedDescription)")
        }
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = said.trimmingCharacters(in: .whitespacesAndNewlines)
            throw CommandFailure("scp cannot copy \(host):\(path): \(text.isEmpty ? "it says nothing more" : text)")
        }
    }
}
