import Configuration
import Files
import Foundation
import Messages
import Synchronization

/// Homes whose runs are listed beside those of this one: their histories are read where they lie, and never changed.
///
/// Which they are stands in a text file `homes` beside the presets, a folder a line; lines that begin with # are comments.
public final class OtherHomes: Sendable {
    /// What a home is called in lists: as it is written in the file.
    public struct Home: Sendable, Hashable {
        public var title: String
        public var paths: StoragePaths
    }

    public let homes: [Home]
    private let description: EngineDescription
    private let opened = Mutex<[Home: Opened]>([:])

    private struct Opened {
        var stamp: Stamp
        var store: RunStore
    }

    public init(_ homes: [Home] = [], described description: EngineDescription) {
        (self.homes, self.description) = (homes, description)
    }

    /// - Parameter own: of the home whose file names the others; itself is left out.
    public convenience init(of own: StoragePaths, described description: EngineDescription) {
        let homes = Self.folders(of: own).map { Home(title: $0, paths: Self.paths(of: $0, beside: own)) }
        self.init(
            homes.filter { $0.paths.runDatabase.standardizedFileURL != own.runDatabase.standardizedFileURL },
            described: description)
    }

    // MARK: Which they are

    static func file(of own: StoragePaths) -> URL { own.config.appendingPathComponent("homes") }

    /// As written in the file, each once.
    public static func folders(of own: StoragePaths) -> [String] {
        let text = (try? String(contentsOf: file(of: own), encoding: .utf8)) ?? ""
        var seen: Set<String> = []
        return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") && seen.insert($0).inserted }
    }

    /// Writes the file anew, with its comments.
    ///
    /// - Throws: `StorageError`.
    public static func write(adding added: [String], removing removed: Set<String>, of own: StoragePaths) throws {
        let old = (try? String(contentsOf: file(of: own), encoding: .utf8)) ?? ""
        let kept = old.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init).filter {
            !removed.contains($0.trimmingCharacters(in: .whitespaces))
        }
        let lines = kept.reversed().drop { $0.isEmpty }.reversed() + added
        try StoragePaths.ensure(own.config)
        try WholeFile.write(lines.map { $0 + "\n" }.joined(), to: file(of: own), replacing: true)
    }

    /// What `SACCADE_HOME` would name, or a folder with the history in it.
    public static func paths(of folder: String, beside own: StoragePaths) -> StoragePaths {
        let path = PathName(folder).expandingTilde()
        let root = URL(
            fileURLWithPath: path.hasPrefix("/") ? path : own.config.appendingPathComponent(path).path,
            isDirectory: true
        ).standardizedFileURL
        var paths = StoragePaths(root: root)
        if !FileManager.default.fileExists(atPath: paths.runDatabase.path),
            FileManager.default.fileExists(atPath: root.appendingPathComponent("runs.sqlite").path)
        {
            paths.data = root
        }
        return paths
    }

    // MARK: Their histories

    /// All runs of all of them, each home's latest first; a home that cannot be read is listed as a damaged run.
    public func runs() -> [RunSummary] {
        homes.flatMap { home -> [RunSummary] in
            do throws(RunStoreError) {
                return try store(of: home).runs().map { run in
                    var run = run
                    run.home = home.title
                    return run
                }
            } catch {
                var problem = RunSummary(damaged: home.title, problem: error.description)
                problem.home = home.title
                return [problem]
            }
        }
    }

    /// The home that has a run of this identifier, beginning or name; `nil` if none has.
    func home(of reference: String) -> (home: Home, store: RunStore, run: String)? {
        for home in homes {
            guard let store = try? store(of: home), let run = try? store.summary(of: reference).id else { continue }
            return (home, store, run)
        }
        return nil
    }

    /// Why a run is not changed that one of them has; `nil` if none has it.
    public func refusal(of reference: String) -> RunStoreError? {
        home(of: reference).map { .ofAnotherHome(run: $0.run, home: $0.home.title) }
    }

    /// What the home of a history is called; `nil` for one that is none of these.
    func title(of store: RunStore) -> String? {
        homes.first { $0.paths.runDatabase == store.paths.runDatabase }?.title
    }

    /// Of these runs those that any of the homes has.
    func outcomes(of runs: [String]) -> [RunOutcome] {
        guard !runs.isEmpty else { return [] }
        return homes.flatMap { home in
            ((try? store(of: home).outcomes(of: runs)) ?? []).map { outcome in
                var outcome = outcome
                outcome.summary.home = home.title
                return outcome
            }
        }
    }

    /// Another number once any of them has changed; each minute, too, for a process of another machine may have died.
    public var version: Int {
        guard !homes.isEmpty else { return 0 }
        var hasher = Hasher()
        hasher.combine(time(nil) / 60)
        for home in homes { hasher.combine(Stamp(of: home.paths)) }
        return hasher.finalize()
    }

    private func store(of home: Home) throws(RunStoreError) -> RunStore {
        let stamp = Stamp(of: home.paths)
        if let known = opened.withLock({ $0[home] }), known.stamp == stamp { return known.store }
        guard FileManager.default.fileExists(atPath: home.paths.runDatabase.path) else {
            throw .unreadableDatabase(path: home.paths.runDatabase.path, detail: "there is no such file")
        }
        // What cannot be read where it lies was copied: so it is opened anew whenever it has changed.
        let store = try RunStore(paths: home.paths, access: .viewing, described: description)
        opened.withLock { $0[home] = Opened(stamp: stamp, store: store) }
        return store
    }

    /// When the history and what stands beside it were last written to.
    private struct Stamp: Hashable {
        private var parts: [Int] = []

        init(of paths: StoragePaths) {
            for ending in ["", "-wal"] {
                var status = stat()
                guard stat(paths.runDatabase.path + ending, &status) == 0 else {
                    parts.append(-1)
                    continue
                }
                parts += [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino)]
            }
        }
    }
}
