import FileFormats
import Files
import Foundation
import Messages
import RunStore

/// Where the files of studies are: of those that come with the program, and of those that were opened or trained before.
public struct StudyShelf: Sendable {
    private let shipped: URL
    private let file: URL
    /// Latest first; so many are remembered.
    private static let limit = 30

    struct Place: Sendable, Hashable, Codable {
        var name: String
        var path: String
    }

    /// - Parameter shipped: folder of the studies that come with the program.
    public init(shipped: URL, _ paths: StoragePaths) {
        (self.shipped, file) = (shipped, paths.state.appendingPathComponent("studies.json"))
    }

    /// The studies that come with the program, by name.
    public var shippedNames: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: shipped.path)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// The file that is meant: one that was opened before, one that comes with the program, or a path.
    ///
    /// - Parameters:
    ///   - reference: a name; or, with a `/` in it or ending in `.yaml` or `.yml`, the path of a file.
    ///   - folder: what the path counts from.
    /// - Throws: `StudyError.unknown` with the nearest name.
    public func path(
        of reference: String, from folder: String = FileManager.default.currentDirectoryPath
    ) throws(StudyError) -> String {
        let typed = PathName(reference).expandingTilde()
        let path = typed.hasPrefix("/") ? typed : folder + "/" + typed
        if reference.contains("/") || reference.hasSuffix(".yaml") || reference.hasSuffix(".yml") {
            return URL(fileURLWithPath: path).standardizedFileURL.path
        }
        let places = remembered
        if FileManager.default.fileExists(atPath: path), !isFolder(path) { return path }
        if shippedNames.contains(reference) { return shipped.appendingPathComponent(reference + ".yaml").path }
        if let place = places.first(where: { $0.name == reference }) { return place.path }
        throw .unknown(reference, known: shippedNames + places.map(\.name))
    }

    /// - Parameter runs: of the history; their tags say of which studies there are runs.
    public func list(_ runs: [RunSummary]) -> [StudySummary] {
        var counts: [String: Int] = [:]
        for tag in runs.flatMap(\.tags) where tag.hasPrefix(Cell.tag(ofStudy: "")) {
            counts[String(tag.dropFirst(Cell.tag(ofStudy: "").count)), default: 0] += 1
        }
        func summary(_ name: String, _ path: String?, isShipped: Bool = false) -> StudySummary {
            StudySummary(name: name, path: path, isShipped: isShipped, runCount: counts[name] ?? 0)
        }
        let places = remembered.filter { !isShipped($0.path) && FileManager.default.fileExists(atPath: $0.path) }
        let own = places.map { summary($0.name, $0.path) }
        let shipped = shippedNames.map {
            summary($0, self.shipped.appendingPathComponent($0 + ".yaml").path, isShipped: true)
        }
        let known = Set((own + shipped).map(\.name))
        let others = counts.keys.filter { !known.contains($0) }.sorted().map { summary($0, nil) }
        return own + shipped + others
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private func isShipped(_ path: String) -> Bool { path.hasPrefix(shipped.path + "/") }

    /// Of what cannot be read nothing is remembered.
    private var remembered: [Place] {
        guard let data = try? RegularFile.read(file.path, limit: 1 << 20) else { return [] }
        return (try? JSONDecoder().decode([Place].self, from: data)) ?? []
    }

    /// Puts a study before the others. That it could not be remembered harms nothing.
    public func remember(_ study: String, path: String) {
        let place = Place(name: study, path: URL(fileURLWithPath: path).standardizedFileURL.path)
        let before = remembered
        guard before.first != place else { return }
        let places = ([place] + before.filter { $0.path != place.path }).prefix(Self.limit)
        guard let data = try? JSONEncoder().encode(Array(places)) else { return }
        try? StoragePaths.ensure(file.deletingLastPathComponent())
        try? AtomicFile.replace(file.path, with: Array(data))
    }
}
