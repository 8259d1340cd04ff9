import Files
import Foundation
import RunStore
import ShippedFiles
import Studies

/// Remembers in which folder the cells of a study were handed out last.
struct CellShelf {
    private let paths: StoragePaths

    init(_ paths: StoragePaths) { self.paths = paths }

    private func file(_ study: String) -> URL {
        paths.studyState(study).appendingPathComponent("cells")
    }

    /// That it could not be remembered harms nothing: the folder can be named.
    func remember(_ folder: CellFolder, study: String) {
        try? StoragePaths.ensure(paths.studyState(study))
        try? Data((folder.path + "\n").utf8).write(to: file(study), options: .atomic)
    }

    /// The folder that is meant by its path, or by the study.
    ///
    /// - Throws: `CellFolderError.missing`; `StudyError` for a study that cannot be read.
    func folder(_ reference: String) throws -> CellFolder {
        let named = CellFolder(reference, beside: paths)
        if named.isThere { return named }
        // Names of studies have no slash, and their files an ending.
        let isStudy = !reference.contains("/") || reference.hasSuffix(".yaml") || reference.hasSuffix(".yml")
        guard isStudy else { throw CellFolderError.missing(path: named.path) }
        let path = try StudyShelf.checked(reference, paths)
        let study = try StudyReader(PresetStore(paths: paths, described: .shipped)).read(path: path).name
        if let data = try? RegularFile.read(file(study).path, limit: 1 << 16) {
            let known = CellFolder(
                String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines), beside: paths)
            if known.isThere { return known }
        }
        let usual = CellFolder("\(study)-cells", beside: paths)
        guard usual.isThere else { throw CellFolderError.missing(path: usual.path) }
        return usual
    }
}
