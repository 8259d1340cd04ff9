import Foundation

/// Files that other programs wrote and real recordings, beside the checkout or where environment variables point.
enum Fixtures {
    static let folder = locate("SACCADE_FIXTURES", beside: "fixtures")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence = "no fixtures: set SACCADE_FIXTURES, or put them into ../shared/fixtures beside the checkout"

    static let data = locate("SACCADE_DATA", beside: "data")
    static let hasData = FileManager.default.fileExists(atPath: data.appendingPathComponent("N-MNIST/Train").path)
    static let dataAbsence = "no real data: set SACCADE_DATA, or put it into ../shared/data beside the checkout"

    static func file(_ path: String) -> URL { folder.appendingPathComponent(path) }

    /// Files in a folder of the fixtures whose names end so, sorted.
    static func names(in path: String, suffix: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: file(path).path)) ?? [])
            .filter { $0.hasSuffix(suffix) }.sorted()
    }

    static func json(_ path: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(contentsOf: file(path))) as? [String: Any] ?? [:]
    }

    private static func locate(_ variable: String, beside name: String) -> URL {
        if let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty {
            return URL(fileURLWithPath: path)
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/\(name)")
    }
}

/// A folder that disappears with the test.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    /// An environment in which nothing is found outside this folder.
    var environment: [String: String] {
        ["HOME": path, "XDG_CACHE_HOME": path + "/cache", "XDG_DATA_HOME": path + "/data"]
    }
}
