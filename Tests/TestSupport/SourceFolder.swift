import Foundation

/// The package's own source files, for tests that compare a folder with its catalogue.
public enum SourceFolder {
    /// Names of the Swift files in `Sources/<path>`, without ending.
    public static func files(_ path: String) throws -> Set<String> {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        let folder = package.appendingPathComponent("Sources/\(path)").path
        return Set(
            try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) })
    }
}
