import Files
import Foundation

/// Whether others may have a hand in what the program writes: they could plant links, put other files in place of ours, or
/// take ours away.
///
/// Folders must belong to the user, or to root, whom everybody has to trust; and nobody else may write to them. A folder that
/// everybody may write to but take nothing from, as `/tmp`, can hold a home.
///
/// A link that the user, or root, has made is followed: runs may lie on another disk. What it leads to is looked at as if it
/// lay in the home, and so are the folders above it: who may write to one of those can put something else in its place.
enum HomeTrust {
    /// - Parameter user: who must own it, beside root.
    static func check(folder path: String, user: uid_t = geteuid()) throws(StorageError) {
        guard let isLink = try checkLink(path, user: user), let status = status(of: path, following: true) else {
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: path) }
        guard isLink else { return try check(status, path, user: user) }
        try checkTarget(of: path, user: user)
    }

    /// A file that is written in place.
    static func check(file path: String, user: uid_t = geteuid()) throws(StorageError) {
        guard try checkLink(path, user: user) == true else { return }
        try HomePlace.check(file: path)
        try checkTarget(of: path, user: user)
    }

    /// - Returns: whether it is a link; `nil` if nothing is there.
    private static func checkLink(_ path: String, user: uid_t) throws(StorageError) -> Bool? {
        guard let status = status(of: path, following: false) else { return nil }
        guard status.st_mode & S_IFMT == S_IFLNK else { return false }
        guard status.st_uid == user || status.st_uid == 0 else {
            throw .foreignLink(path: path, owner: name(of: status.st_uid))
        }
        return true
    }

    /// What a link leads to, and every folder above that.
    private static func checkTarget(of link: String, user: uid_t) throws(StorageError) {
        guard let resolved = realpath(link, nil) else { return }
        defer { free(resolved) }
        var path = String(cString: resolved)
        do throws(StorageError) {
            while let status = status(of: path, following: false) {
                try check(status, path, user: user)
                guard path != "/" else { return }
                path = PathName(path).folder
            }
        } catch {
            throw .throughLink(path: link, error)
        }
    }

    /// Who owns it and who may write to it.
    private static func check(_ status: stat, _ path: String, user: uid_t) throws(StorageError) {
        guard status.st_uid == user || status.st_uid == 0 else {
            throw .foreignFolder(path: path, owner: name(of: status.st_uid))
        }
        let isSticky = status.st_mode & S_ISVTX != 0
        let isOpen = status.st_mode & 0o002 != 0 || (status.st_mode & 0o020 != 0 && !isPrivate(group: status.st_gid))
        if isOpen, !isSticky {
            throw .openFolder(path: path, mode: String(status.st_mode & 0o7777, radix: 8))
        }
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
    /// - Throws: `foreignFolder`, `openFolder` or `foreignLink`, each with the path; `throughLink` with one of these of what a
    ///   link leads to; `notAFolder`.
    public func checkTrust() throws(StorageError) {
        guard !trustsOthers else { return }
        for folder in [home, config, data, state, cache].compactMap(\.self) + [
            presets, themes, runs, logs, sockets, frameCache, sensors,
        ] {
            try HomeTrust.check(folder: folder.path)
        }
        for file in Self.databaseEndings.map({ runDatabase.path + $0 }) + [layout.path, simulatedRecordings.path] {
            try HomeTrust.check(file: file)
        }
    }

    /// Whether what is read may also be kept: the home is there, and nobody else has a hand in it.
    public var mayBeKept: Bool { missingHome == nil && (try? checkTrust()) != nil }

    /// As `checkTrust`, for the folders of one run.
    func checkTrust(run folder: URL) throws(StorageError) {
        guard !trustsOthers else { return }
        try HomeTrust.check(folder: folder.path)
        try HomeTrust.check(folder: folder.appendingPathComponent(RunFolder.checkpoints).path)
    }
}
