import ArgumentParser
import Files
import Foundation
import Messages
import RunStore

/// Brings runs of another home over: of another disk, or another machine.
struct RunsPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Copy runs from another home, also from another machine.",
        discussion: """
            HOME is a folder (as SACCADE_HOME names, or one that contains runs.sqlite), or HOST:FOLDER, which is \
            copied with scp; HOST: alone means the default home there. Runs are copied with edits, curves and \
            checkpoints, and can be resumed here as there. Runs that exist here already are left unchanged. An active \
            run is skipped until it has ended. Whether a run on another machine is still active cannot be checked from \
            here: such a run is copied only if it is named.
            """)

    @Argument(help: ArgumentHelp("Folder, or HOST:FOLDER.", valueName: "home")) var home: String
    @Argument(help: ArgumentHelp("Run identifiers, prefixes of them, or names; default: all.", valueName: "runs"))
    var runs: [String] = []
    @Flag(help: "Print JSON, an array.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host()
            try StoragePaths.ensure(host.paths.cache)
            Self.removeLeftovers(in: host.paths.cache)
            let scratch = host.paths.cache.appendingPathComponent(
                "\(Self.scratchPrefix)\(getpid())-\(UUID().uuidString)", isDirectory: true)
            defer { try? FileManager.default.removeItem(at: scratch) }
            let remote = RemoteHome(home)
            let brought = try remote.map { try pull(from: $0, host, scratch) } ?? pullLocal(host, scratch)
            if json { try JSON.print(brought) } else { try print(brought, isElsewhere: remote != nil) }
            let failed = brought.count { $0.outcome == .failed }
            if failed > 0 { throw CommandFailure("\(failed) of \(brought.count) runs could not be copied") }
        }
    }

    private func print(_ brought: [BroughtRun], isElsewhere: Bool) throws {
        for run in brought {
            let text =
                switch run.outcome {
                case .brought: "brought"
                case .known: "exists here already"
                case .active:
                    isElsewhere
                        ? "was active when its home was read: name it to copy it anyway"
                        : "is active there: pull it once it has ended"
                case .failed: "could not be copied: \(run.problem ?? "")"
                }
            try Output.line("\(run.run)  \(run.name)  \(text)")
        }
        try Output.line("\(brought.count { $0.outcome == .brought }) of \(brought.count) runs copied from \(home)")
    }

    private static let scratchPrefix = ".pull-"

    /// What a pull has left that was killed.
    private static func removeLeftovers(in cache: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: cache.path)) ?? [] {
            guard name.hasPrefix(scratchPrefix),
                let process = Int32(name.dropFirst(scratchPrefix.count).prefix { $0.isNumber }), kill(process, 0) != 0,
                errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(at: cache.appendingPathComponent(name))
        }
    }

    private func pullLocal(_ host: Host, _ scratch: URL) throws -> [BroughtRun] {
        let folder = URL(fileURLWithPath: PathName(home).expandingTilde(), isDirectory: true).standardizedFileURL
        var other = StoragePaths(root: folder)
        if !FileManager.default.fileExists(atPath: other.runDatabase.path) { other.data = folder }
        guard other.runDatabase.standardizedFileURL != host.paths.runDatabase.standardizedFileURL else {
            throw CommandFailure("\(home) is this home: give another one", code: 64)
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
                try fetchWhole(place, to: target)
                return place
            } catch let failure as CommandFailure {
                problem = failure.description
            }
        }
        throw CommandFailure(
            "no history of runs in \(places.joined(separator: " or ")) on \(host): \(problem)")
    }

    /// A program there may be writing: SQLite moves what stands in its log into the file and begins the log again. File and
    /// log belong together if the log was not begun again while the file was copied.
    private func fetchWhole(_ place: String, to target: URL) throws {
        let log = target.appendingPathComponent("runs.sqlite-wal")
        for _ in 0..<5 {
            let before = fetchLog(place, to: target, log)
            try fetch("\(place)/runs.sqlite", to: target)
            guard fetchLog(place, to: target, log) == before else { continue }
            return
        }
        throw CommandFailure("the history in \(place) on \(host) is being written to constantly: try again later")
    }

    /// - Returns: what tells a log from the next one: its salts; `nil` where there is none.
    private func fetchLog(_ place: String, to target: URL, _ log: URL) -> Data? {
        try? FileManager.default.removeItem(at: log)
        try? fetch("\(place)/runs.sqlite-wal", to: target)
        return (try? Data(contentsOf: log)).flatMap { $0.count >= 32 ? $0.prefix(32) : nil }
    }

    func fetch(_ path: String, to target: URL) throws {
        let outcome = try ChildProcess.run(
            ["scp", "-r", "-p", "--", "\(host):\(path)", target.path], capturesErrors: true)
        guard outcome.status == 0 else {
            let text = outcome.errors.trimmingCharacters(in: .whitespacesAndNewlines)
            throw CommandFailure("scp cannot copy \(host):\(path): \(text.isEmpty ? "no further message" : text)")
        }
    }
}
