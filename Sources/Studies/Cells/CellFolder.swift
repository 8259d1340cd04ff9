import Configuration
import FileFormats
import Files
import Foundation
import RunStore

/// A folder in which cells of a study are trained one by one, each in a home of its own: several machines may share the
/// folder over a network, where they could not share a history.
///
///     DIR/cells.json          the list, for the program
///     DIR/cells.txt           the same for people
///     DIR/job.sbatch, logs/   where it was made for Slurm
///     DIR/cache/              prepared recordings, of all cells
///     DIR/homes/ID/           the home of a cell
///     DIR/homes/ID/cell.json        what is trained there
///     DIR/homes/ID/progress.json    how far it is
public struct CellFolder: Sendable {
    public let root: URL
    private let trustsOthers: Bool

    /// - Parameter own: the user's own folders; who trusts others there does so here.
    public init(_ path: String, beside own: StoragePaths) {
        root = URL(fileURLWithPath: PathName(path).expandingTilde(), isDirectory: true).standardizedFileURL
        trustsOthers = own.trustsOthers
    }

    public var path: String { root.path }
    public var logs: URL { root.appendingPathComponent("logs", isDirectory: true) }
    private var cache: URL { root.appendingPathComponent("cache", isDirectory: true) }
    private var listFile: URL { root.appendingPathComponent("cells.json") }
    private var table: URL { root.appendingPathComponent("cells.txt") }

    /// Whether cells lie there.
    public var isThere: Bool { FileManager.default.fileExists(atPath: listFile.path) }

    private func home(of cell: String) -> URL {
        root.appendingPathComponent("homes", isDirectory: true).appendingPathComponent(cell, isDirectory: true)
    }

    /// The home in which a cell is trained.
    public func paths(of cell: String) -> StoragePaths {
        var paths = StoragePaths(root: home(of: cell))
        paths.trustsOthers = trustsOthers
        return paths
    }

    // MARK: Reading

    /// - Throws: `CellFolderError`.
    public func list() throws(CellFolderError) -> CellList {
        guard isThere else { throw .missing(path: path) }
        return try read(CellList.self, listFile, JSONDecoder())
    }

    /// What is trained in a cell's home.
    func cell(_ id: String, described description: EngineDescription) throws(CellFolderError) -> Cell {
        try read(Cell.self, home(of: id).appendingPathComponent("cell.json"), description.decoder)
    }

    /// `nil` where nobody has begun.
    public func progress(of cell: String) -> CellProgress? {
        guard let data = try? RegularFile.read(progressFile(of: cell).path, limit: 1 << 16) else { return nil }
        return try? JSONDecoder().decode(CellProgress.self, from: data)
    }

    private func progressFile(of cell: String) -> URL { home(of: cell).appendingPathComponent("progress.json") }

    private func read<Value: Decodable>(
        _ type: Value.Type, _ file: URL, _ decoder: JSONDecoder
    ) throws(CellFolderError) -> Value {
        do {
            return try decoder.decode(type, from: try RegularFile.read(file.path, limit: 64 << 20))
        } catch let refusal as RegularFile.Refusal {
            throw .unreadable(path: file.path, reason: refusal.reason)
        } catch let error as ConfigurationError {
            throw .unreadable(path: file.path, reason: error.description)
        } catch {
            throw .unreadable(path: file.path, reason: "it is not what this version of the program writes")
        }
    }

    // MARK: Writing

    /// Says how far a cell is.
    ///
    /// - Throws: `RunStoreError.storage`.
    func record(_ progress: CellProgress, of cell: String, now: Date = Date()) throws(RunStoreError) {
        var progress = progress
        progress.written = now.timeIntervalSince1970
        try ensure(home(of: cell))
        try write(progress, to: progressFile(of: cell), JSONEncoder())
    }

    /// Puts cells there: list, and of every cell that is to be trained a home with what it is trained with. What has been
    /// trained there stays.
    ///
    /// - Throws: `CellFolderError.foreign`, `otherStudy`; `RunStoreError.storage`, also where others have a hand in the folder.
    public func write(_ list: CellList, _ cells: [Cell], described description: EngineDescription) throws {
        if isThere {
            let found = try self.list().study
            guard found == list.study else {
                throw CellFolderError.otherStudy(path: path, found: found, expected: list.study)
            }
        } else if let names = try? FileManager.default.contentsOfDirectory(atPath: path), !names.isEmpty {
            throw CellFolderError.foreign(path: path)
        }
        for folder in [root, logs, cache] { try ensure(folder) }
        let finished = Set(list.cells.filter(\.wasFinished).map(\.id))
        for cell in cells where !finished.contains(cell.id) { try prepare(cell, description) }
        try write(list, to: listFile, JSONEncoder())
        try write(Array(list.text.utf8), to: table)
    }

    /// Makes the home of a cell, with the prepared recordings of all.
    func prepare(_ cell: Cell, _ description: EngineDescription) throws(RunStoreError) {
        let paths = paths(of: cell.id)
        try ensure(home(of: cell.id))
        var status = stat()
        if lstat(paths.cache.path, &status) != 0, symlink("../../cache", paths.cache.path) != 0, errno != EEXIST {
            throw .storage(.unwritable(path: paths.cache.path, reason: String(cString: strerror(errno))))
        }
        do throws(StorageError) { try paths.checkTrust() } catch { throw .storage(error) }
        try write(cell, to: home(of: cell.id).appendingPathComponent("cell.json"), description.encoder)
    }

    /// Writes a text beside the list.
    public func write(script text: String, to name: String) throws(RunStoreError) {
        try write(Array(text.utf8), to: root.appendingPathComponent(name))
    }

    /// Takes away scripts of an earlier list.
    public func removeScripts() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where name.hasPrefix("job") && name.hasSuffix(".sbatch") {
            unlink(root.appendingPathComponent(name).path)
        }
    }

    private func ensure(_ folder: URL) throws(RunStoreError) {
        do throws(StorageError) { try StoragePaths.ensure(folder) } catch { throw .storage(error) }
    }

    private func write(_ value: some Encodable, to file: URL, _ encoder: JSONEncoder) throws(RunStoreError) {
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            try write(Array(try encoder.encode(value)) + Array("\n".utf8), to: file)
        } catch let error as RunStoreError {
            throw error
        } catch {
            throw .storage(.unwritable(path: file.path, reason: "\(error)"))
        }
    }

    private func write(_ bytes: [UInt8], to file: URL) throws(RunStoreError) {
        do {
            try AtomicFile.replace(file.path, with: bytes)
        } catch {
            throw .storage(.unwritable(path: file.path, reason: "\(error)"))
        }
    }
}
