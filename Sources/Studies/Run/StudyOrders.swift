import FileFormats
import Files
import Foundation
import RunStore

/// What people have ordered of a study besides its file: in the workbench, for whoever trains it.
public struct StudyOrders: Sendable, Hashable, Codable {
    public enum Mode: String, Sendable, Hashable, Codable {
        case train
        /// Nothing is begun any more.
        case pause
        /// What goes on is stopped, too.
        case stop
    }

    public var mode = Mode.train
    /// Cells that are not trained until they are released.
    public var held: [String] = []
    /// Cells before all others, in this order.
    public var first: [String] = []
    /// Seeds besides those of the file. They are here because nobody but its author writes a study's file.
    public var seeds: [Int] = []

    public init() {}

    /// The cells in the order in which they are trained.
    func sorted(_ cells: [Cell]) -> [Cell] {
        guard !first.isEmpty else { return cells }
        var places = Dictionary(first.enumerated().map { ($1, $0) }) { first, _ in first }
        // Those whose weights a cell takes come with it, in front of it by their place in the plan; sources of sources, too.
        for cell in cells.reversed() {
            guard let place = places[cell.id] else { continue }
            for source in cell.takes.values { places[source] = min(place, places[source] ?? place) }
        }
        return cells.enumerated().sorted {
            (places[$0.element.id] ?? Int.max, $0.offset) < (places[$1.element.id] ?? Int.max, $1.offset)
        }.map(\.element)
    }
}

extension Study {
    /// With seeds besides those of the file; those that are in it are not trained twice.
    public func adding(seeds more: [Int]) -> Study {
        var study = self
        for seed in more where !study.seeds.contains(seed) { study.seeds.append(seed) }
        return study
    }
}

/// Keeps the orders of a study beside its locks, for several processes at a time.
public struct StudyOrderBook: Sendable {
    private let folder: URL
    private var file: URL { folder.appendingPathComponent("orders.json") }

    /// - Parameter study: its name.
    public init(study: String, _ paths: StoragePaths) { folder = paths.studyState(study) }

    /// Nothing is ordered of a study of which there is no such file, or none that can be understood.
    public func read() -> StudyOrders {
        guard let data = try? RegularFile.read(file.path, limit: 4 << 20) else { return StudyOrders() }
        return (try? JSONDecoder().decode(StudyOrders.self, from: data)) ?? StudyOrders()
    }

    /// Another value after each change; costs next to nothing.
    var version: [Int] {
        var status = stat()
        guard stat(file.path, &status) == 0 else { return [] }
        return [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// - Throws: `RunStoreError.storage` if it cannot be written.
    @discardableResult
    public func change(_ change: (inout StudyOrders) -> Void) throws(RunStoreError) -> StudyOrders {
        try Self.prepare(folder)
        let lock = try Self.open(folder.appendingPathComponent("orders.lock").path)
        defer { close(lock) }
        // For as long as a small file takes to be written.
        while flock(lock, LOCK_EX) != 0, errno == EINTR {}
        let before = read()
        var orders = before
        change(&orders)
        guard orders != before else { return orders }
        do {
            try AtomicFile.replace(file.path, with: Array(try JSONEncoder().encode(orders)))
        } catch {
            throw .storage(.unwritable(path: file.path, reason: "\(error)"))
        }
        return orders
    }

    // MARK: Who works

    /// Kept by a process for as long as it trains cells of the study; several may.
    public final class Sign: Sendable {
        private let descriptor: Int32

        fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    private var signFile: String { folder.appendingPathComponent("work.lock").path }

    func sign() throws(RunStoreError) -> Sign {
        try Self.prepare(folder)
        let descriptor = try Self.open(signFile)
        while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
        return Sign(descriptor)
    }

    /// Whether any process trains cells of the study.
    var isAtWork: Bool {
        let descriptor = Foundation.open(signFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    private static func prepare(_ folder: URL) throws(RunStoreError) {
        do throws(StorageError) { try StoragePaths.ensure(folder) } catch { throw .storage(error) }
    }

    static func open(_ path: String) throws(RunStoreError) -> Int32 {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .storage(.unwritable(path: path, reason: String(cString: strerror(errno))))
        }
        return descriptor
    }
}

extension StoragePaths {
    /// Holds the locks of a study's cells, what was ordered of it, and where its cells were handed out.
    public func studyState(_ name: String) -> URL {
        state.appendingPathComponent("studies", isDirectory: true).appendingPathComponent(name, isDirectory: true)
    }
}
