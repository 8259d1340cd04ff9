import Configuration
import Files
import Foundation
import GRDB
import Messages

/// Runs that wait. Several processes may share the queue: each entry begins once.
extension RunStore {
    /// What waits, in order. Entries that another process is just beginning are not among them.
    public func queue() throws(RunStoreError) -> [QueueEntry] {
        try read { try queue(in: $0).filter { !$0.isTaken(by: identity) }.map(\.entry) }
    }

    /// Puts a job at the end, or at the head.
    ///
    /// - Returns: the entry's number and its position from 1.
    @discardableResult
    public func enqueue(_ job: QueuedJob, first: Bool = false) throws(RunStoreError) -> (number: Int, position: Int) {
        if let label = job.label { _ = try RunLabel.checked(name: label) }
        let text = try StoredJSON.text(job, run: "queue", description)
        return try write { db in
            let waiting = try queue(in: db).filter { !$0.isTaken(by: identity) }
            let positions = try queue(in: db).compactMap(\.position)
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
            let rows = try queue(in: db)
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
            let waiting = try queue(in: db).filter { !$0.isTaken(by: identity) }
            let first = waiting.first {
                entry == nil ? $0.damage == nil && !passed.contains($0.entry.number) : $0.entry.number == entry
            }
            if let damage = first?.damage { throw damage }
            guard let taken = first?.entry else {
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
                try queue(in: db).compactMap { row in
                    // Where a job cannot be read nobody knows what is still needed.
                    if let damage = row.damage { throw damage }
                    guard case .fork(run, let checkpoint?, _, _) = row.entry.job else { return nil }
                    return PathName(checkpoint).name
                })
        }
    }

    struct QueueRow {
        var entry: QueueEntry
        /// `nil` if what is stored of it cannot be read.
        var position: Int?
        var owner: ProcessIdentity?
        /// It cannot begin: `entry` only shows that it is there.
        var damage: RunStoreError?

        /// Another process that is alive begins it.
        func isTaken(by own: ProcessIdentity) -> Bool {
            guard let owner, owner != own else { return false }
            return owner.isAlive
        }
    }

    func queue(in db: Database) throws -> [QueueRow] {
        try Row.fetchAll(db, sql: "SELECT * FROM queue ORDER BY position, number").map { row in
            // The row's own key: SQLite keeps nothing but integers there.
            let number = Int((row["number"] as DatabaseValue).storage.value as? Int64 ?? 0)
            let values = StoredRow(row, table: "queue", run: "entry \(number) of the queue")
            let positions = -1_000_000_000...1_000_000_000
            do throws(RunStoreError) {
                let job = try StoredJSON.value(
                    QueuedJob.self, try values.wholeText("job"), run: "entry \(number) of the queue",
                    column: "queue.job", what: "the queued run", description)
                return QueueRow(
                    entry: QueueEntry(
                        number: number, job: job, title: title(of: job, in: db),
                        created: try values.number("recorded", in: StoredRow.times),
                        problem: try values.optionalText("problem")),
                    position: try values.integer("position", in: positions), owner: try values.owner())
            } catch {
                return QueueRow(
                    entry: QueueEntry(
                        number: number, job: .resume(run: ""), title: "damaged, cannot start", created: 0,
                        problem: error.description),
                    position: (try? values.optionalInteger("position", in: positions)) ?? nil, damage: error)
            }
        }
    }

    /// The optimizer step of a checkpoint. Its folder may have been moved with all others.
    private static func step(of checkpoint: String, _ run: String, in db: Database) -> Int? {
        let row = try? Row.fetchOne(
            db,
            sql: """
                SELECT optimizer_step FROM checkpoints
                WHERE run = (SELECT number FROM runs WHERE id = ?1) AND substr(path, -length(?2)) = ?2
                """,
            arguments: [run, "/" + PathName(checkpoint).name])
        return row.flatMap { try? StoredRow($0, table: "checkpoints", run: run).integer("optimizer_step") }
    }

    /// What it is about; names and steps that cannot be read are left out.
    private func title(of job: QueuedJob, in db: Database) -> String {
        func name(_ run: String) -> String {
            let row = try? Row.fetchOne(db, sql: "SELECT name FROM runs WHERE id = ?", arguments: [run])
            return row.flatMap { try? StoredRow($0, table: "runs", run: run).text("name", limit: RunLabel.nameBytes) }
                ?? run
        }
        switch job {
        case .start(let configuration, let label, _):
            let subject =
                "\(description.text(of: KnownKnob.dataSet, in: configuration)), seed "
                + description.text(of: KnownKnob.seed, in: configuration)
            return label.map { "\($0): new run of \(subject)" } ?? "new run of \(subject)"
        case .resume(let run): return "\(name(run)), to resume"
        case .fork(let run, let checkpoint, let changes, let label):
            let text = changes.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            let step = checkpoint.flatMap { Self.step(of: $0, run, in: db) }
            return (label.map { "\($0): " } ?? "") + "fork of \(name(run))" + (step.map { "@\($0)" } ?? "")
                + (text.isEmpty ? "" : ": \(text)")
        case .reproduce(let run, let label): return (label.map { "\($0): " } ?? "") + "\(name(run)) reproduced"
        }
    }
}
