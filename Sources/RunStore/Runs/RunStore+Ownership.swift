import GRDB
import Messages

/// Who runs what. A run that is active in the table while its process is gone was interrupted and can be resumed.
extension RunStore {
    /// Enters this process as the one that runs the run: the first thing to do when resuming.
    ///
    /// - Throws: `ownedElsewhere` if another process that is alive runs it. Of two processes that try at the same time
    ///   exactly one succeeds.
    public func claim(run reference: String) throws(RunStoreError) {
        try write { db in
            let row = try Self.find(reference, in: db)
            try refuseForeign(row)
            try db.execute(
                sql: "UPDATE runs SET owner_process = ?, owner_start = ?, owner_boot = ? WHERE number = ?",
                arguments: [identity.processIdentifier, identity.startTicks, identity.boot, row.number])
        }
    }

    /// Runs that were going on when their process died, latest first.
    public func interruptedRuns() throws(RunStoreError) -> [RunSummary] {
        try runs().filter(\.isInterrupted)
    }

    func refuseForeign(_ row: RunRow) throws(RunStoreError) {
        if let owner = row.liveOwner, owner != identity {
            throw .ownedElsewhere(run: row.id, processIdentifier: owner.processIdentifier)
        }
    }
}
