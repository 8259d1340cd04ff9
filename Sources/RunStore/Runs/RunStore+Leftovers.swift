import FileFormats
import Foundation
import GRDB

/// What processes that died have left lying among the runs.
extension RunStore {
    /// Removes folders of runs that were begun but never entered, and checkpoints that were never finished, where no
    /// process is at work. What cannot be removed costs space, nothing else.
    func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.runs.path)) ?? []
        for name in names where RunIdentifier.isSafe(name) {
            let folder = folder(of: name)
            // Nothing is taken away where others could have redirected us.
            guard (try? paths.checkTrust(run: folder)) != nil else { continue }
            if AtomicFolder.hasLeftovers(in: checkpointFolder(of: name).path) { putRight(name) }
            if Self.isEmpty(folder) { removeNeverEntered(name) }
        }
    }

    /// Within a write transaction nobody can claim the run.
    private func putRight(_ run: String) {
        try? write { db in
            guard let row = try? Self.row(run, in: db), row.liveOwner == nil else { return }
            AtomicFolder.putRight(checkpointFolder(of: run).path)
        }
    }

    /// Whoever is beginning a run holds the lock of its folder until it is entered.
    private func removeNeverEntered(_ run: String) {
        guard let lock = FolderLock(folder(of: run).path) else { return }
        withExtendedLifetime(lock) {
            let count = try? read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM runs WHERE id = ?", arguments: [run])
            }
            guard count == 0, Self.isEmpty(folder(of: run)) else { return }
            try? FileManager.default.removeItem(at: folder(of: run))
        }
    }

    /// Nothing but what every run has from its beginning: no checkpoint, no line of its summary.
    private static func isEmpty(_ folder: URL) -> Bool {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: folder.path) else { return false }
        let checkpoints = folder.appendingPathComponent(RunFolder.checkpoints).path
        return names.allSatisfy { name in
            switch name {
            case RunFolder.configuration: true
            case RunFolder.checkpoints: (try? manager.contentsOfDirectory(atPath: checkpoints))?.isEmpty == true
            case RunFolder.summary:
                // The heading, of whatever columns, and no row.
                (try? WholeFile.read(folder.appendingPathComponent(name))).map { summary in
                    summary.starts(with: Data("epoch,".utf8)) && summary.firstIndex(of: 10) == summary.count - 1
                } ?? false
            // A file that was being written beside its name.
            default: name.hasPrefix("." + RunFolder.configuration) || name.hasPrefix("." + RunFolder.summary)
            }
        }
    }
}

/// A lock on a folder that goes with the process.
final class FolderLock {
    private let descriptor: Int32

    /// `nil` if another has it, or the folder is not there.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var (held, named) = (stat(), stat())
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &held) == 0, lstat(path, &named) == 0,
            held.st_ino == named.st_ino
        else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
