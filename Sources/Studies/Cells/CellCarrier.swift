import Foundation
import RunStore

/// Carries runs between the homes of cells and the history of their user.
enum CellCarrier {
    /// Copies a finished run with its files, unless it is there.
    ///
    /// - Throws: `RunStoreError`, also with what `bring` says.
    @discardableResult
    static func bring(_ run: String, from home: StoragePaths, to store: RunStore) throws -> BroughtRun.Outcome {
        let scratch = store.paths.cache.appendingPathComponent(".cells-\(UUID().uuidString)", isDirectory: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let copy = StoragePaths(root: scratch)
        try RunStore.copyHistory(of: home, to: copy)
        let brought = try store.bring([run], from: OtherHome(history: copy, runs: home.runs, isElsewhere: false))
        if let problem = brought.first?.problem {
            throw RunStoreError.unreadableRun(run: run, detail: problem)
        }
        return brought.first?.outcome ?? .known
    }
}

extension CellFolder {
    /// Puts finished runs of the history into the homes of cells, where others take weights of them.
    ///
    /// - Parameter states: what the history knows of cells.
    /// - Throws: `RunStoreError`.
    public func supply(_ list: CellList, _ cells: [Cell], _ states: [String: CellState], from store: RunStore) throws {
        let wanted = Set(list.cells.filter { !$0.wasFinished }.flatMap(\.takes))
        for (entry, cell) in zip(list.cells, cells) where entry.wasFinished && wanted.contains(entry.id) {
            guard progress(of: entry.id)?.phase != .finished, let result = states[entry.id]?.result else { continue }
            try prepare(cell, store.description)
            let home = try RunStore(paths: paths(of: entry.id), described: store.description)
            try CellCarrier.bring(result.run, from: store.paths, to: home)
            var progress = CellProgress(.finished, of: entry, host: "", job: nil)
            progress.take(result)
            try record(progress, of: entry.id)
        }
    }
}

/// What came of a cell when its run was to be brought into the history.
public struct GatheredCell: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        case brought
        /// It was in the history.
        case known
        /// There is nothing to bring yet.
        case unfinished
        /// It could not be brought, for the reason in `problem`.
        case failed
    }

    public var number: Int
    public var id: String
    public var name: String
    public var outcome: Outcome
    public var run: String?
    public var problem: String?
}

extension CellFolder {
    /// Brings the runs of finished cells into a history; those that are there stay as they are.
    ///
    /// - Throws: `CellFolderError`, `RunStoreError`.
    public func gather(into store: RunStore) throws -> [GatheredCell] {
        let known = Set(try store.runs().map(\.id))
        return try list().cells.map { entry in
            let progress = progress(of: entry.id)
            var gathered = GatheredCell(
                number: entry.number, id: entry.id, name: entry.name,
                outcome: entry.wasFinished ? .known : .unfinished, run: progress?.run)
            guard progress?.phase == .finished, let run = progress?.run else { return gathered }
            guard !known.contains(run) else {
                gathered.outcome = .known
                return gathered
            }
            do {
                gathered.outcome =
                    try CellCarrier.bring(run, from: paths(of: entry.id), to: store) == .brought ? .brought : .known
            } catch {
                (gathered.outcome, gathered.problem) = (.failed, "\(error)")
            }
            return gathered
        }
    }
}
