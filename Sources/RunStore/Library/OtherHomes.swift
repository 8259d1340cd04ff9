import Configuration
import Files
import Foundation
import Messages
import Synchronization

/// Homes whose runs are listed beside those of this one: their histories are read where they lie, and their runs are never
/// changed.
public final class OtherHomes: Sendable {
    /// What a home is called in lists: as it is written in the file.
    public struct Home: Sendable, Hashable {
        public var title: String
        public var paths: StoragePaths
    }

    public let homes: [Home]
    /// Why nobody knows which they are; `nil` if it is known.
    private let problem: RunSummary?
    private let description: EngineDescription
    private let opened = Mutex<[Home: Opened]>([:])

    private struct Opened {
        var stamp: HistoryStamp
        var store: RunStore
        var seconds: Int
    }

    /// A copy of a history that cannot be read where it lies is made again after so many seconds at the earliest.
    private static let secondsBetweenCopies = 60

    public init(_ homes: [Home] = [], described description: EngineDescription) {
        (self.homes, self.description, problem) = (homes, description, nil)
    }

    /// - Parameter own: of the home whose file names the others; itself is left out, whatever it is called.
    public init(of own: StoragePaths, described description: EngineDescription) {
        self.description = description
        do throws(StorageError) {
            var seen = Set([HistoryStamp.File(own)].compactMap(\.self))
            homes = try Self.folders(of: own).map { Home(title: $0, paths: Self.paths(of: $0, beside: own)) }.filter {
                // One that is not there is listed with what is wrong.
                HistoryStamp.File($0.paths).map { seen.insert($0).inserted } ?? true
            }
            problem = nil
        } catch {
            homes = []
            var run = RunSummary(damaged: Self.file(of: own).path, problem: error.description)
            run.home = Self.file(of: own).path
            problem = run
        }
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
        } + [problem].compactMap(\.self)
    }

    /// The home that has a run of this identifier, beginning or name; `nil` if none has.
    ///
    /// - Throws: `ambiguousRun` if it may be several.
    func home(of reference: String) throws(RunStoreError) -> (home: Home, store: RunStore, run: String)? {
        var found: [(home: Home, store: RunStore, run: String)] = []
        for home in homes {
            // What is wrong with a home is said in the list.
            guard let store = try? store(of: home) else { continue }
            do {
                found.append((home, store, try store.summary(of: reference).id))
            } catch {
                if case .ambiguousRun = error { throw error }
            }
        }
        guard Set(found.map(\.run)).count < 2 else {
            throw .ambiguousRun(reference, matches: found.map { "\($0.run) in \($0.home.title)" })
        }
        return found.first
    }

    /// Why a run is not changed that one of them has; `nil` if none has it.
    public func refusal(of reference: String) -> RunStoreError? {
        (try? home(of: reference)).flatMap { $0 }.map { .ofAnotherHome(run: $0.run, home: $0.home.paths.place) }
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
        hasher.combine(Self.now / 60)
        for home in homes {
            let known = opened.withLock { $0[home] }
            // Between two copies nothing can be seen to change.
            let isFresh = known.map { $0.store.isCopy && Self.now - $0.seconds < Self.secondsBetweenCopies } ?? false
            hasher.combine(isFresh ? known?.stamp : HistoryStamp(home.paths))
        }
        return hasher.finalize()
    }

    private static var now: Int { Int(Date().timeIntervalSince1970) }

    private func store(of home: Home) throws(RunStoreError) -> RunStore {
        let stamp = HistoryStamp(home.paths)
        if let known = opened.withLock({ $0[home] }), let file = stamp.file, known.stamp.file == file {
            // What is read where it lies is always that of now.
            let isOld = known.store.isCopy && known.stamp != stamp
            if !isOld || Self.now - known.seconds < Self.secondsBetweenCopies { return known.store }
        }
        guard stamp.file != nil else {
            throw .unreadableDatabase(path: home.paths.runDatabase.path, detail: "there is no such file")
        }
        let store = try RunStore(paths: home.paths, access: .viewing, described: description)
        opened.withLock { $0[home] = Opened(stamp: stamp, store: store, seconds: Self.now) }
        return store
    }
}

/// Which file a history is, and when it and what stands beside it were last written to.
struct HistoryStamp: Hashable {
    struct File: Hashable {
        private var device: UInt
        private var number: UInt

        /// - Returns: `nil` where no file is.
        init?(_ paths: StoragePaths) {
            var status = stat()
            guard stat(paths.runDatabase.path, &status) == 0 else { return nil }
            (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
        }
    }

    let file: File?
    private var parts: [Int] = []

    init(_ paths: StoragePaths) {
        file = File(paths)
        for ending in ["", "-wal"] {
            var status = stat()
            guard stat(paths.runDatabase.path + ending, &status) == 0 else {
                parts.append(-1)
                continue
            }
            parts += [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        }
    }
}

extension StoragePaths {
    /// As a command takes it.
    fileprivate var place: String {
        // A folder with the history in it is one, too.
        let path = home.map { data.path.hasPrefix($0.path + "/") ? $0.path : data.path } ?? data.path
        return path.contains { !$0.isLetter && !$0.isNumber && !"/-_.~".contains($0) } ? "'\(path)'" : path
    }
}
