import Files
import Foundation
import GRDB
import Messages

/// Runs that wait. Several processes may share the queue: each entry begins once.
extension RunStore {
    /// What waits, in order. Entries that another process is just beginning are not among them.
    public func queue() throws(RunStoreError) -> [QueueEntry] {
        try read { try Self.queue(in: $0).filter { !$0.isTaken(by: identity) }.map(\.entry) }
    }

    /// Puts a job at the end, or at the head.
    ///
    /// - Returns: the entry's number and its position from 1.
    @discardableResult
    public func enqueue(_ job: QueuedJob, first: Bool = false) throws(RunStoreError) -> (number: Int, position: Int) {
        let text = try StoredJSON.text(job, run: "queue")
        return try write { db in
            let waiting = try Self.queue(in: db).filter { !$0.isTaken(by: identity) }
            let positions = try Self.queue(in: db).map(\.position)
            let position = first ? (positions.min() ?? 1) - 1 : (positions.max() ?? 0) + 1
            try db.execute(
                sql: "INSERT INTO queue (position, recorded, job) VALUES (?, ?, ?)",
                arguments: [position, now().timeIntervalSince1970, text])
            return (Int(db.lastInsertedRowID), first ? 1 : waiting.count + 1)
        }
    }

    /// Puts an entry at a position from 1; beyond the end is the end.
    public func moveInQueue(entry: Int, position: Int) throws(RunStoreError) {
        try write { db in
            let rows = try Self.queue(in: db)
            guard let moved = rows.first(where: { $0.entry.number == entry }) else {
                throw RunStoreError.unknownEntry(entry)
            }
            var order = rows.filter { $0.entry.number != entry }
            order.insert(moved, at: min(max(0, position - 1), order.count))
            for (index, row) in order.enumerated() {
                try db.execute(
                    sql: "UPDATE queue SET position = ? WHERE number = ?", arguments: [index + 1, row.entry.number])
            }
        }
    }

    /// - Throws: `unknownEntry` if it is not there any more.
    public func removeFromQueue(entry: Int) throws(RunStoreError) {
        try write { db in
            try db.execute(sql: "DELETE FROM queue WHERE number = ?", arguments: [entry])
            if db.changesCount == 0 { throw RunStoreError.unknownEntry(entry) }
        }
    }

    /// Takes an entry for this process, so that no other begins it; it stays until the run is entered (`create`) or
    /// `removeFromQueue`. If this process dies before, the entry waits again.
    ///
    /// - Parameters:
    ///   - entry: which; `nil`: the first that waits.
    ///   - except: entries to be passed over; `entry` goes before.
    /// - Returns: `nil` if nothing waits.
    public func takeFromQueue(entry: Int? = nil, except passed: Set<Int> = []) throws(RunStoreError) -> QueueEntry? {
        try write { db in
            let waiting = try Self.queue(in: db).filter { !$0.isTaken(by: identity) }.map(\.entry)
            let first = waiting.first { entry == nil ? !passed.contains($0.number) : $0.number == entry }
            guard let taken = first else {
                if let entry { throw RunStoreError.unknownEntry(entry) }
                return nil
            }
            try db.execute(
                sql: """
                    UPDATE queue SET owner_process = ?, owner_start = ?, owner_boot = ?, problem = NULL WHERE number = ?
                    """,
                arguments: [identity.processIdentifier, identity.startTicks, identity.boot, taken.number])
            return taken
        }
    }

    /// Lets an entry wait again that could not begin.
    ///
    /// - Parameter problem: why; stays with the entry until somebody takes it again.
    public func putBackInQueue(entry: Int, problem: String? = nil) throws(RunStoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE queue SET owner_process = NULL, owner_start = NULL, owner_boot = NULL, problem = ?
                    WHERE number = ?
                    """,
                arguments: [problem, entry])
        }
    }

    /// The checkpoints of a run that jobs of the queue go on from, also those that are just being begun: names of folders.
    public func queuedCheckpoints(of run: String) throws(RunStoreError) -> Set<String> {
        try read { db in
            Set(
                try Self.queue(in: db).compactMap { row in
                    guard case .fork(run, let checkpoint?, _, _) = row.entry.job else { return nil }
                    return PathName(checkpoint).name
                })
        }
    }

    private struct QueueRow {
        var entry: QueueEntry
        var position: Int
        var owner: ProcessIdentity?

        /// Another process that is alive begins it.
        func isTaken(by own: ProcessIdentity) -> Bool {
            guard let owner, owner != own else { return false }
            return owner.isAlive
        }
    }

    private static func queue(in db: Database) throws -> [QueueRow] {
        try Row.fetchAll(db, sql: "SELECT * FROM queue ORDER BY position, number").map { row in
            let job = try StoredJSON.value(QueuedJob.self, row["job"], run: "queue")
            var owner: ProcessIdentity?
            if let process: Int32 = row["owner_process"], let start: Int64 = row["owner_start"],
                let boot: String = row["owner_boot"]
            {
                owner = ProcessIdentity(processIdentifier: process, startTicks: start, boot: boot)
            }
            return QueueRow(
                entry: QueueEntry(
                    number: row["number"], job: job, title: try title(of: job, in: db), created: row["recorded"],
                    problem: row["problem"]),
                position: row["position"], owner: owner)
        }
    }

    /// The optimizer step of a checkpoint. Its folder may have been moved with all others.
    private static func step(of checkpoint: String, _ run: String, in db: Database) throws -> Int? {
        try Int.fetchOne(
            db,
            sql: """
                SELECT optimizer_step FROM checkpoints
                WHERE run = (SELECT number FROM runs WHERE id = ?1) AND substr(path, -length(?2)) = ?2
                """,
            arguments: [run, "/" + PathName(checkpoint).name])
    }

    private static func title(of job: QueuedJob, in db: Database) throws -> String {
        func name(_ run: String) throws -> String {
            try String.fetchOne(db, sql: "SELECT name FROM runs WHERE id = ?", arguments: [run]) ?? run
        }
        switch job {
        case .start(let configuration, let label, _):
            let subject = "\(configuration.data.set), seed \(configuration.training.seed)"
            return label.map { "\($0): new run of \(subject)" } ?? "new run of \(subject)"
        case .resume(let run): return "\(try name(run)), to go on"
        case .fork(let run, let checkpoint, let changes, let label):
            let text = changes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            let step = try checkpoint.flatMap { try self.step(of: $0, run, in: db) }
            return (label.map { "\($0): " } ?? "") + "fork of \(try name(run))" + (step.map { "@\($0)" } ?? "")
                + (text.isEmpty ? "" : ": \(text)")
        case .replay(let run, let label): return (label.map { "\($0): " } ?? "") + "\(try name(run)) once more"
        }
    }
}
