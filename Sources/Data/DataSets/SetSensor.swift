import FileFormats
import Foundation
import Synchronization

/// The size of a data set's sensor, and where it comes from.
public struct SensorFinding: Sendable, Hashable, Codable {
    public var width: Int
    public var height: Int
    /// For people, after a colon.
    public var origin: String

    public var size: SensorSize { SensorSize(width: width, height: height) }

    public init(size: SensorSize, origin: String) {
        (width, height, self.origin) = (size.width, size.height, origin)
    }
}

/// The one sensor of a set of files, so that a place means the same in every recording: as somebody says, as the files' headers
/// say, or the largest extent of all. To know it, every file is looked at once; the cache remembers what was found until a file
/// changes.
final class SetSensor: Sendable {
    private let folder: String
    private let paths: [String]
    private let given: SensorSize?
    private let tables: TableAgreement
    /// `nil` where the user says how tables are read: another word would give other sizes.
    private let memory: SensorMemory?
    private let found = Mutex<SensorFinding?>(nil)

    /// - Parameters:
    ///   - folder: below which the files lie.
    ///   - given: by the user; goes before everything.
    ///   - tables: reads files as their recordings are read.
    ///   - cache: `nil`: nothing is remembered.
    init(folder: String, paths: [String], given: SensorSize?, tables: TableAgreement, cache: String?) {
        (self.folder, self.paths, self.given, self.tables) = (folder, paths, given, tables)
        memory = tables.isLeftToFiles ? cache.map { SensorMemory(cache: $0) } : nil
    }

    /// As far as it is known already.
    var known: SensorFinding? {
        if let given { return SensorFinding(size: given, origin: "set by data.sensor") }
        return found.withLock { $0 }
    }

    /// The calling thread waits while files are read on all processors.
    func find() throws(DataSetError) -> SensorFinding {
        if let known { return known }
        return try found.withLock { found throws(DataSetError) in
            if let found { return found }
            let finding = Self.largest(try figures())
            found = finding
            return finding
        }
    }

    private func figures() throws(DataSetError) -> [(path: String, figure: SensorMemory.Figure)] {
        let remembered = memory?.recall(folder) ?? [:]
        let unique = Array(Set(paths)).sortedByBytes
        let (folder, prefix) = (folder, folder.count + 1)
        let all = try mapInParallel("finding the size of the sensor", unique, { () }) {
            (path, _) throws(DataSetError) -> (String, SensorMemory.Figure)? in
            let name = path.hasPrefix(folder + "/") ? String(path.dropFirst(prefix)) : path
            guard let stamp = SensorMemory.Stamp(path) else { return nil }
            if let known = remembered[name], known.stamp == stamp { return (name, known) }
            return self.look(at: path).map {
                (name, SensorMemory.Figure(stamp: stamp, size: $0.size, isDeclared: $0.isDeclared))
            }
        }.compactMap { $0 }
        let now = Dictionary(all, uniquingKeysWith: { first, _ in first })
        if now != remembered { memory?.remember(now, folder) }
        return all.map { (path: $0.0, figure: $0.1) }
    }

    /// `nil` for a file that cannot be read: whoever needs it is told what is wrong with it.
    private func look(at path: String) -> (size: SensorSize, isDeclared: Bool)? {
        // A header is enough.
        if let size = ClassFolders.size(path), size > 1 << 18, let start = try? FileBytes.prefix(path, count: 1 << 16),
            let file = try? EventFormatCatalogue.decode(
                start, path: path, options: EventReadingOptions(isTolerant: true)),
            let declared = file.declaredSensor
        {
            return (declared, true)
        }
        guard let file = try? tables.read(path) else { return nil }
        if let declared = file.declaredSensor { return (declared, true) }
        let extent = EventRecording.extent(of: file.events)
        return extent.width > 0 ? (extent, false) : nil
    }

    private static func largest(_ figures: [(path: String, figure: SensorMemory.Figure)]) -> SensorFinding {
        let sizes = figures.map(\.figure.size)
        let size = SensorSize(width: sizes.map(\.width).max() ?? 1, height: sizes.map(\.height).max() ?? 1)
        let declared = Set(figures.filter(\.figure.isDeclared).map(\.figure.size))
        let count = figures.count
        func origin() -> String {
            if declared.count == 1, figures.allSatisfy(\.figure.isDeclared) { return "as the files say" }
            if declared.count == 1, declared.contains(size) {
                return "as some of the files say; no other file exceeds it"
            }
            let widest = figures.first { $0.figure.size.width == size.width || $0.figure.size.height == size.height }
            let example = widest.map { ", such as that of \($0.path)" } ?? ""
            if declared.count > 1 {
                return
                    "the largest of the \(declared.count) sizes that the files say or reach\(example); set data.sensor to be certain"
            }
            return "the largest extent of \(count) recordings\(example); set data.sensor to be certain"
        }
        return SensorFinding(size: size, origin: origin() + (outlier(figures).map { ". " + $0 } ?? ""))
    }

    /// One recording that reaches far beyond all others.
    private static func outlier(_ figures: [(path: String, figure: SensorMemory.Figure)]) -> String? {
        for side in [\SensorSize.width, \SensorSize.height] {
            let order = figures.sorted { $0.figure.size[keyPath: side] > $1.figure.size[keyPath: side] }
            guard order.count > 2 else { continue }
            let (first, second) = (order[0].figure.size[keyPath: side], order[1].figure.size[keyPath: side])
            if first > 2 * second {
                return
                    "\(order[0].path) alone reaches \(order[0].figure.size), every other at most \(second) in that direction: "
                    + "a stray event?"
            }
        }
        return nil
    }
}
