import Files
import Foundation

/// Looks for the folders of a data set in the usual places.
struct FolderSearch: Sendable {
    /// As people call it.
    let dataSet: String
    let what: String
    /// Names of the folder, or paths below one of the usual places.
    let names: [String]
    /// What the folder looks like, and how large it is.
    let layout: String
    /// Where it is found.
    let source: String
    /// Whether a folder is the one.
    let isRight: @Sendable (String) -> Bool

    /// - Throws: `DataSetError.missing` with every place that was looked at.
    func recordings(_ folders: DataFolders) throws(DataSetError) -> String {
        if !folders.recordings.isEmpty { return try first(of: below(folders.recordings)) }
        return try first(of: usual(folders))
    }

    /// - Parameter recordings: where the recordings lie; images are looked for beside them and in them.
    /// - Throws: `DataSetError.missing` with every place that was looked at.
    func images(_ folders: DataFolders, recordings: String) throws(DataSetError) -> String {
        if !folders.images.isEmpty { return try first(of: below(folders.images)) }
        var places: [String] = []
        if !folders.recordings.isEmpty {
            let parent = PathName(recordings).folder
            for place in [folders.recordings, recordings, parent, PathName(parent).folder] {
                places += names.map { place + "/" + $0 }
            }
        }
        return try first(of: places + usual(folders))
    }

    private func below(_ folder: String) -> [String] { [folder] + names.map { folder + "/" + $0 } }

    private func usual(_ folders: DataFolders) -> [String] {
        (folders.shared.map { shared in names.map { shared + "/" + $0 } + [shared] } ?? [])
            + names.map { folders.installed + "/" + $0 }
    }

    private func first(of places: [String]) throws(DataSetError) -> String {
        var unique: [String] = []
        for place in places where !unique.contains(place) { unique.append(place) }
        guard let found = unique.first(where: isRight) else {
            throw .missing(dataSet: dataSet, what: what, lookedIn: unique, layout: layout, source: source)
        }
        return found
    }

    /// For a list: where the recordings are and whether images were found, or what is missing.
    static func presence(
        of recordings: FolderSearch, images: FolderSearch?, in folders: DataFolders
    ) -> DataSetPresence {
        do throws(DataSetError) {
            let place = try recordings.recordings(folders)
            guard let images else { return DataSetPresence(isPresent: true, location: "\(place); events only") }
            let pool = (try? images.images(folders, recordings: place)).map { "images in \($0)" }
            return DataSetPresence(isPresent: true, location: "\(place); \(pool ?? "no images found")")
        } catch {
            return DataSetPresence(isPresent: false, location: error.description)
        }
    }
}
