import Foundation
import GRDB
import Messages

/// What people change about runs afterwards. All take an identifier, the beginning of one, or a name, and return the
/// identifier of the run that was meant.
extension RunStore {
    @discardableResult
    public func rename(run reference: String, to name: String) throws(RunStoreError) -> String {
        let name = try RunLabel.checked(name: name)
        return try write { db in
            let row = try Self.find(reference, in: db)
            try db.execute(sql: "UPDATE runs SET name = ? WHERE number = ?", arguments: [name, row.number])
            return row.id
        }
    }

    /// Puts these tags in place of those that are there. A tag is at most 40 characters without spaces or commas.
    @discardableResult
    public func tag(run reference: String, tags: [String]) throws(RunStoreError) -> String {
        let tags = try RunLabel.checked(tags: tags)
        return try write { db in
            let row = try Self.find(reference, in: db)
            try db.execute(sql: "DELETE FROM tags WHERE run = ?", arguments: [row.number])
            for (position, tag) in tags.enumerated() {
                try db.execute(
                    sql: "INSERT INTO tags (run, position, tag) VALUES (?, ?, ?)",
                    arguments: [row.number, position, tag])
            }
            return row.id
        }
    }

    /// Puts this note about the run as a whole in place of the one that is there; an empty one removes it.
    ///
    /// - Throws: `longNote` for one of more than 64 KiB.
    @discardableResult
    public func note(run reference: String, text: String) throws(RunStoreError) -> String {
        let text = try RunLabel.checked(note: text)
        return try write { db in
            let row = try Self.find(reference, in: db)
            try db.execute(sql: "UPDATE runs SET note = ? WHERE number = ?", arguments: [text, row.number])
            return row.id
        }
    }

    /// Deletes a run with its folder, checkpoints included; also one that is damaged in the history.
    ///
    /// - Returns: the identifier, or what else the run is known by.
    /// - Throws: `live` for a run that a process is running, this one included; `folderRemains` if the entry is gone
    ///   but the folder could not be removed, or is none of ours.
    @discardableResult
    public func delete(run reference: String) throws(RunStoreError) -> String {
        let place: RunPlace = try write { db in
            let place = try Self.locate(reference, in: db)
            let isReleased = place.id.map { id in released.withLock { $0.contains(id) } } ?? false
            if let owner = place.liveOwner, !(isReleased && owner == identity) {
                throw RunStoreError.live(run: place.label, by: OtherProcess(owner))
            }
            if let row = try? Self.find(reference, in: db) { try refuseForeign(row) }
            try db.execute(sql: "DELETE FROM runs WHERE number = ?", arguments: [place.number])
            return place
        }
        // Without an identifier nobody knows which folder it was: none is touched.
        guard let identifier = place.id else { return place.label }
        try remove(folder: folder(of: identifier))
        return identifier
    }

    private func remove(folder: URL) throws(RunStoreError) {
        var status = stat()
        guard lstat(folder.path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .folderRemains(path: folder.path, reason: "it is a link or a file, not the run's folder")
        }
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            throw .folderRemains(path: folder.path, reason: "\(error.localizedDescription)")
        }
    }
}
