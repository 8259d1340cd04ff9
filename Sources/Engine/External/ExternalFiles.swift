import FileFormats
import Foundation

/// What an external trainer has written for a checkpoint: its files are hashed when they are written and looked at again
/// before anybody goes on from them.
enum ExternalFiles {
    /// Within a checkpoint.
    static let folder = "trainer"
    /// Under which the hashes stand in the checkpoint's own file.
    static let key = "saccade.trainer_files"

    /// Puts the files on the disk and takes their hashes.
    ///
    /// - Parameter names: that the trainer says it has written.
    /// - Returns: a JSON object of paths and hashes.
    static func seal(_ folder: URL, named names: [String]) throws -> String {
        let found = try hashes(in: folder)
        if let missing = names.first(where: { found[$0] == nil }) {
            throw ExternalError.badCheckpoint(
                folder: folder.path, problem: "the trainer says that it wrote '\(missing)', but there is no such file")
        }
        guard !found.isEmpty else {
            throw ExternalError.badCheckpoint(folder: folder.path, problem: "the trainer has written no file into it")
        }
        return String(decoding: try JSONEncoder().encode(found), as: UTF8.self)
    }

    /// - Throws: `ExternalError.badCheckpoint` for a file that is missing or not as it was.
    static func verify(_ folder: URL, _ files: [String: String]) throws(ExternalError) {
        let found: [String: String]
        do { found = try hashes(in: folder) } catch {
            throw .badCheckpoint(folder: folder.path, problem: "\(error)")
        }
        for (name, hash) in files.sorted(by: { $0.key < $1.key }) where found[name] != hash {
            throw .badCheckpoint(
                folder: folder.path,
                problem: found[name] == nil ? "'\(name)' is missing" : "'\(name)' is not as it was written")
        }
    }

    private static func hashes(in folder: URL) throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
            let path = folder.appendingPathComponent(name).path
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.synchronize()
            var hash = Sha256()
            while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
                part.withUnsafeBytes { hash.update($0) }
            }
            found[name] = hash.finish()
        }
        return found
    }
}
