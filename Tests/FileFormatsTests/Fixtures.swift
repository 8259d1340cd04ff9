import Foundation
import Testing

/// Files that other programs wrote, beside the checkout or where an environment variable points.
enum Fixtures {
    static let folder = locate("SACCADE_FIXTURES", beside: "fixtures")
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence = "no fixtures: set SACCADE_FIXTURES, or put them into ../shared/fixtures beside the checkout"

    /// A reader's test case: `<name>.expected.json` beside the file, or for a family of files.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let file: URL
        let expectation: [String: JSONNumber]
        /// Why the file is malformed, if it is.
        let malformed: String?
        let sha256: String?

        var testDescription: String { name }
    }

    static func file(_ path: String) -> URL { folder.appendingPathComponent(path) }

    /// Cases in a folder whose expectation has the keys of an event recording or of a malformed file.
    static func cases(in path: String, suffix: String = "") -> [Case] {
        let folder = file(path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            guard name.hasSuffix(suffix + ".expected.json"), !name.hasSuffix(".frames.expected.json"),
                let data = try? Data(contentsOf: folder.appendingPathComponent(name)),
                let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            else { return nil }
            let fileName = String(name.dropLast(".expected.json".count))
            var numbers: [String: JSONNumber] = [:]
            for (key, value) in object {
                if let number = value as? Int { numbers[key] = .one(number) }
                if let list = value as? [Int] { numbers[key] = .many(list) }
            }
            return Case(
                name: fileName, file: folder.appendingPathComponent(fileName), expectation: numbers,
                malformed: object["malformed"] as? String,
                sha256: object["canonical_sha256"] as? String ?? object["sha256_pixels"] as? String)
        }
    }

    enum JSONNumber: Sendable, Hashable {
        case one(Int)
        case many([Int])
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
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> URL {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file
    }
}
