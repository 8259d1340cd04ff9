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
    @discardableResult
    public func note(run reference: String, text: String) throws(RunStoreError) -> String {
        try write { db in
            let row = try Self.find(reference, in: db)
            try db.execute(sql: "UPDATE runs SET note = ? WHERE number = ?", arguments: [text, row.number])
            return row.id
        }
    }

    /// Deletes a run with its folder, checkpoints included.
    ///
    /// - Throws: `live` for a run that a process is running, this one included; `folderRemains` if the entry is gone
    ///   but the folder could not be removed.
    @discardableResult
    public func delete(run reference: String) throws(RunStoreError) -> String {
        let identifier: String = try write { db in
            let row = try Self.find(reference, in: db)
            if let owner = row.liveOwner {
                throw RunStoreError.live(run: row.id, processIdentifier: owner.processIdentifier)
            }
            try db.execute(sql: "DELETE FROM runs WHERE number = ?", arguments: [row.number])
            return row.id
        }
        let folder = folder(of: identifier)
        guard access(folder.path, F_OK) == 0 else { return identifier }
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            throw .folderRemains(path: folder.path, reason: "\(error.localizedDescription)")
        }
        return identifier
    }
}
