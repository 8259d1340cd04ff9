import FileFormats
import Files
import Foundation

/// Puts what a data set is published as where the program looks for it: fetched, checked, unpacked beside its place, and then
/// moved there at once.
///
///     address ──► ROOT/downloads/NAME.part ── MD5 ──► ROOT/downloads/.unpacking-… ── holds it? ──► ROOT/FOLDER/HOLDS
public struct Acquisition: Sendable {
    /// The folder of data sets.
    public let root: String
    /// Whether a file with another checksum than the known one is taken.
    public var takesAnyVersion = false
    /// Whether archives stay after they were unpacked.
    public var keepsArchives = false

    public init(root: String) { self.root = root }

    private var downloads: String { root + "/downloads" }

    /// Whether the content of an archive is in its place.
    public func isThere(_ archive: PublishedArchive) -> Bool { DataFolders.exists(archive.place(in: root)) }

    // MARK: By address

    /// - Parameter address: in place of the archive's own.
    /// - Throws: `AcquisitionError` or `FileFormatError`; what arrived so far is kept.
    public func fetch(
        _ archive: PublishedArchive, from address: String, progress: (Int) -> Void
    ) throws {
        try makeFolder(downloads)
        let path = downloads + "/" + archive.name
        let part = path + ".part"
        let isWhole = try archive.checksum.map { try DataFolders.exists(part) && Md5.hash(file: part) == $0 } ?? false
        if !isWhole { try Download(address: address, part: part).run(progress: progress) }
        do {
            try check(part, archive, named: path)
        } catch {
            if case AcquisitionError.checksum = error { _ = rename(part, path + ".mismatch") }
            throw error
        }
        guard rename(part, path) == 0 else {
            throw FileFormatError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        try install(path, as: [archive], isOwn: true)
    }

    // MARK: By hand

    /// Takes a file that was downloaded by hand.
    ///
    /// - Returns: what it was.
    /// - Throws: `AcquisitionError` or `FileFormatError`.
    public func take(_ path: String, for archives: [PublishedArchive]) throws -> PublishedArchive {
        let name = PathName(path).name.lowercased()
        let checksum = try Md5.hash(file: path)
        // By its checksum, by its name, or by what it holds.
        let known = archives.filter { $0.checksum == checksum }
        let named = archives.filter { $0.name.lowercased() == name }
        let candidates = known.isEmpty ? (named.isEmpty ? archives.filter { !$0.isFileItself } : named) : known
        try makeFolder(downloads)
        return try install(path, as: candidates, isOwn: false) { archive throws in
            guard !takesAnyVersion, let expected = archive.checksum, checksum != expected else { return }
            throw AcquisitionError.checksum(path: path, found: checksum, expected: expected, kept: path)
        }
    }

    // MARK: Both

    private func check(_ path: String, _ archive: PublishedArchive, named name: String) throws {
        guard !takesAnyVersion, let expected = archive.checksum else { return }
        let found = try Md5.hash(file: path)
        guard found == expected else {
            throw AcquisitionError.checksum(path: name, found: found, expected: expected, kept: name + ".mismatch")
        }
    }

    @discardableResult
    private func install(
        _ path: String, as candidates: [PublishedArchive], isOwn: Bool,
        check: (PublishedArchive) throws -> Void = { _ in }
    ) throws -> PublishedArchive {
        if candidates.count == 1, candidates[0].isFileItself {
            try check(candidates[0])
            _ = try ArchiveUnpacking.Kind(path)
            try place(path, as: candidates[0], isMoved: isOwn && !keepsArchives)
            return candidates[0]
        }
        let folder = "\(downloads)/.unpacking-\(UUID().uuidString.prefix(8))"
        try makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ArchiveUnpacking.unpack(path, into: folder)
        guard let (archive, found) = try find(candidates, in: folder) else {
            throw AcquisitionError.otherContent(
                path: path,
                found: Array(FolderListing(folder).folders + FolderListing(folder).files).prefix(6).map { $0 },
                expected: candidates.map(\.holds))
        }
        try check(archive)
        try place(found, as: archive, isMoved: true)
        if isOwn, !keepsArchives { try? FileManager.default.removeItem(atPath: path) }
        return archive
    }

    /// What one of the archives holds, at most two folders deep, also in an archive within this one.
    private func find(
        _ candidates: [PublishedArchive], in folder: String
    ) throws -> (archive: PublishedArchive, path: String)? {
        if let found = look(for: candidates, in: folder, depth: 0) { return found }
        for inner in files(in: folder, depth: 0) where inner.hasSuffix(".zip") || inner.hasSuffix(".tar.gz") {
            let below = inner + ".unpacked"
            try makeFolder(below)
            try ArchiveUnpacking.unpack(inner, into: below)
            if let found = look(for: candidates, in: below, depth: 0) { return found }
        }
        return nil
    }

    private func look(
        for candidates: [PublishedArchive], in folder: String, depth: Int
    ) -> (archive: PublishedArchive, path: String)? {
        let listing = FolderListing(folder)
        for archive in candidates {
            // People's archives write train or TRAIN for Train.
            let name = (listing.folders + listing.files).first { $0.lowercased() == archive.holds.lowercased() }
            if let name { return (archive, folder + "/" + name) }
        }
        guard depth < 2 else { return nil }
        return listing.folders.lazy.compactMap { look(for: candidates, in: folder + "/" + $0, depth: depth + 1) }.first
    }

    private func files(in folder: String, depth: Int) -> [String] {
        let listing = FolderListing(folder)
        return listing.files.map { folder + "/" + $0 }
            + (depth < 2 ? listing.folders.flatMap { files(in: folder + "/" + $0, depth: depth + 1) } : [])
    }

    private func place(_ found: String, as archive: PublishedArchive, isMoved: Bool) throws {
        let target = archive.place(in: root)
        guard !DataFolders.exists(target) else { throw AcquisitionError.alreadyThere(path: target) }
        try makeFolder(PathName(target).folder)
        if isMoved {
            guard rename(found, target) == 0 else {
                throw FileFormatError.unwritable(path: target, reason: String(cString: strerror(errno)))
            }
        } else {
            // Copied under another name first: nobody sees a part of it.
            let copy = target + ".part"
            do {
                try? FileManager.default.removeItem(atPath: copy)
                try FileManager.default.copyItem(atPath: found, toPath: copy)
                try FileManager.default.moveItem(atPath: copy, toPath: target)
            } catch {
                try? FileManager.default.removeItem(atPath: copy)
                throw FileFormatError.unwritable(path: target, reason: error.localizedDescription)
            }
        }
    }

    private func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileFormatError.unwritable(path: path, reason: error.localizedDescription)
        }
    }
}
