import Foundation

/// Whether others may have a hand in what the program writes: they could plant links, put other files in place of ours, or
/// take ours away.
///
/// Folders must belong to the user, or to root, whom everybody has to trust; and nobody else may write to them. A folder that
/// everybody may write to but take nothing from, as `/tmp`, can hold a home. A link counts as what it leads to if the user
/// made it: a home may lie on another disk.
enum HomeTrust {
    /// - Parameter user: who must own it, beside root.
    static func check(folder path: String, user: uid_t = geteuid()) throws(StorageError) {
        guard try checkLink(path, user: user), let status = status(of: path, following: true) else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: path) }
        guard status.st_uid == user || status.st_uid == 0 else {
            throw .foreignFolder(path: path, owner: name(of: status.st_uid))
        }
        let isSticky = status.st_mode & S_ISVTX != 0
        let isOpen = status.st_mode & 0o002 != 0 || (status.st_mode & 0o020 != 0 && !isPrivate(group: status.st_gid))
        if isOpen, !isSticky {
            throw .openFolder(path: path, mode: String(status.st_mode & 0o7777, radix: 8))
        }
    }

    /// A file that is written in place: it must not be a link of somebody else.
    static func check(file path: String, user: uid_t = geteuid()) throws(StorageError) {
        _ = try checkLink(path, user: user)
    }

    /// - Returns: whether something is there.
    private static func checkLink(_ path: String, user: uid_t) throws(StorageError) -> Bool {
        guard let status = status(of: path, following: false) else { return false }
        guard status.st_mode & S_IFMT == S_IFLNK else { return true }
        guard status.st_uid == user || status.st_uid == 0 else {
            throw .foreignLink(path: path, owner: name(of: status.st_uid))
        }
        return true
    }

    private static func status(of path: String, following: Bool) -> stat? {
        var status = stat()
        let code = following ? stat(path, &status) : lstat(path, &status)
        return code == 0 ? status : nil
    }

    /// A group of the user alone, as most systems make one for each; or root's, as containers with free user numbers have it.
    private static func isPrivate(group: gid_t) -> Bool {
        group == 0 || (group == getegid() && group == geteuid())
    }

    private static func name(of user: uid_t) -> String {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return "uid \(user)" }
        return "\(String(cString: name)) (uid \(user))"
    }
}

extension StoragePaths {
    /// Makes sure that nobody else has a hand in the folders that the program writes to.
    ///
    /// - Throws: `foreignFolder`, `openFolder` or `foreignLink`, each with the path; `notAFolder`.
    public func checkTrust() throws(StorageError) {
        guard !trustsOthers else { return }
        for folder in [home, config, data, state, cache].compactMap(\.self) + [
            presets, runs, logs, sockets, frameCache,
        ] {
            try HomeTrust.check(folder: folder.path)
        }
        for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
            try HomeTrust.check(file: runDatabase.path + ending)
        }
    }

    /// As `checkTrust`, for the folders of one run.
    func checkTrust(run folder: URL) throws(StorageError) {
        guard !trustsOthers else { return }
        try HomeTrust.check(folder: folder.path)
        try HomeTrust.check(folder: folder.appendingPathComponent(RunFolder.checkpoints).path)
    }
}
