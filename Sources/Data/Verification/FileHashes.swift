import FileFormats
import Synchronization

/// Sizes and SHA-256 of files; each file is read once, however many recordings it holds.
final class FileHashes: Sendable {
    private let known = Mutex<[String: (bytes: Int, hash: String)]>([:])

    /// - Throws: `DataSetError.file`.
    func of(_ path: String) throws(DataSetError) -> (bytes: Int, hash: String) {
        if let known = known.withLock({ $0[path] }) { return known }
        do throws(FileFormatError) {
            let file = try OpenFile(path: path)
            var hash = Sha256()
            // In pieces: some files are larger than the memory.
            let piece = 1 << 22
            for offset in stride(from: 0, to: file.size, by: piece) {
                hash.update(try file.read(count: min(piece, file.size - offset), at: offset))
            }
            let found = (file.size, hash.finish())
            known.withLock { $0[path] = found }
            return found
        } catch {
            throw .file(error)
        }
    }
}
