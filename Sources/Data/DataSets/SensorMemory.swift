import FileFormats
import Foundation

/// What was found of the sensors of files, a file a data set's folder in the cache. It may be deleted at any time; what is
/// damaged counts as nothing, and what cannot be written is found again.
public struct SensorMemory: Sendable {
    /// Tells whether a file is still the one that was looked at.
    struct Stamp: Hashable, Codable {
        var bytes: Int
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            bytes = Int(status.st_size)
            (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
        }
    }

    struct Figure: Hashable, Codable {
        var stamp: Stamp
        var width: Int
        var height: Int
        /// By the file itself, rather than what its events reach.
        var isDeclared: Bool

        var size: SensorSize { SensorSize(width: width, height: height) }

        init(stamp: Stamp, size: SensorSize, isDeclared: Bool) {
            (self.stamp, width, height, self.isDeclared) = (stamp, size.width, size.height, isDeclared)
        }
    }

    private struct Content: Codable {
        var format = 1
        var folder: String
        var files: [String: Figure]
    }

    private let place: String

    /// - Parameter cache: folder of files that can be made again.
    public init(cache: String) { place = cache + "/sensors" }

    private static func absolute(_ folder: String) -> String {
        folder.withCString { realpath($0, nil) }.map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        } ?? folder
    }

    private func file(of folder: String) -> String {
        place + "/" + Sha256.hash(Array(folder.utf8)).prefix(24) + ".json"
    }

    /// By the files' paths below the folder.
    func recall(_ folder: String) -> [String: Figure] {
        let folder = Self.absolute(folder)
        guard let bytes = try? FileBytes.read(file(of: folder)),
            let content = try? JSONDecoder().decode(Content.self, from: Foundation.Data(bytes)), content.format == 1,
            content.folder == folder
        else { return [:] }
        return content.files
    }

    func remember(_ files: [String: Figure], _ folder: String) {
        let folder = Self.absolute(folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            var target = try AtomicFile(path: file(of: folder))
            try target.append(Array(try encoder.encode(Content(folder: folder, files: files))))
            try target.commit()
        } catch {
            // It is found again next time.
        }
    }

    /// The size of the data set that a file was last read as a part of; `nil` if it never was, or has changed since.
    public func sensor(ofSetAround path: String) -> (size: SensorSize, folder: String)? {
        let path = Self.absolute(path)
        var parts = path.split(separator: "/").map(String.init)
        var below: [String] = []
        for _ in 0..<5 {
            guard let last = parts.popLast() else { return nil }
            below.insert(last, at: 0)
            let folder = "/" + parts.joined(separator: "/")
            let files = recall(folder)
            guard let own = files[below.joined(separator: "/")] else { continue }
            guard Stamp(path) == own.stamp else { return nil }
            let size = SensorSize(
                width: files.values.map(\.width).max() ?? own.width,
                height: files.values.map(\.height).max() ?? own.height)
            return (size, folder)
        }
        return nil
    }
}
