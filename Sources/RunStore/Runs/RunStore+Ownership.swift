import FileFormats
import GRDB
import Messages

/// Who runs what. A run that is active in the table while its process is gone was interrupted and can be resumed.
extension RunStore {
    /// Enters this process as the one that runs the run: the first thing to do when resuming.
    ///
    /// - Throws: `ownedElsewhere` if another process that is alive runs it. Of two processes that try at the same time
    ///   exactly one succeeds.
    ///   `storage` if others have a hand in its folder.
    public func claim(run reference: String) throws(RunStoreError) {
        let run: String = try write { db in
            let row = try Self.find(reference, in: db)
            try refuseForeign(row)
            try translatingStorage { () throws(StorageError) in try paths.checkTrust(run: folder(of: row.id)) }
            try db.execute(
                sql: "UPDATE runs SET owner_process = ?, owner_start = ?, owner_boot = ? WHERE number = ?",
                arguments: [identity.processIdentifier, identity.startTicks, identity.boot, row.number])
            return row.id
        }
        released.withLock { _ = $0.remove(run) }
        // Nobody else writes there now.
        AtomicFolder.putRight(checkpointFolder(of: run).path)
    }

    /// Gives a run up whose end the history could not take: it counts as interrupted from now on.
    public func release(run: String) { released.withLock { _ = $0.insert(run) } }

    /// As the history says, but for what this process knows better.
    func corrected(_ summary: RunSummary) -> RunSummary {
        if summary.isInterrupted, let sign = SignOfLife(in: folder(of: summary.id)), sign.isOfAnotherMachine,
            sign.isFresh
        {
            var summary = summary
            (summary.isInterrupted, summary.host) = (false, sign.host)
            return summary
        }
        guard summary.processIdentifier == identity.processIdentifier,
            released.withLock({ $0.contains(summary.id) })
        else { return summary }
        var summary = summary
        (summary.processIdentifier, summary.isInterrupted) = (nil, true)
        return summary
    }

    func refuseForeign(_ row: RunRow) throws(RunStoreError) {
        if row.isInterrupted, let sign = SignOfLife(in: folder(of: row.id)), sign.isOfAnotherMachine, sign.isFresh {
            throw .trainedOnAnotherMachine(run: row.id, host: sign.host)
        }
        if let owner = row.liveOwner, owner != identity {
            throw .ownedElsewhere(run: row.id, by: OtherProcess(owner))
        }
    }
}
