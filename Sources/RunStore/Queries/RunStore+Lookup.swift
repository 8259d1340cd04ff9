import Configuration
import GRDB
import Messages

/// Finding the run that is meant.
extension RunStore {
    /// The identifier of the run that a person means.
    ///
    /// - Parameter reference: an identifier; or a name that only one run has; or the beginning of one identifier.
    /// - Throws: `unknownRun` with what comes near, `ambiguousRun` with all that match.
    public func identifier(of reference: String) throws(RunStoreError) -> String {
        try read { try Self.find(reference, in: $0).id }
    }

    /// The run with exactly this identifier.
    static func row(_ identifier: String, in db: Database) throws -> RunRow {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM runs WHERE id = ?"), arguments: [identifier])
        else { throw RunStoreError.unknownRun(identifier, near: []) }
        return try RunRow(row)
    }

    static func find(_ reference: String, in db: Database) throws -> RunRow {
        let place = try locate(reference, in: db)
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE number = ?", arguments: [place.number])
        else { throw RunStoreError.unknownRun(reference, near: []) }
        return try RunRow(row)
    }

    /// Where the run is that is meant, also if what is stored of it is damaged.
    static func locate(_ reference: String, in db: Database) throws -> RunPlace {
        func matches(_ condition: String) throws -> [RunPlace] {
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, id, name, owner_process, owner_start, owner_boot FROM runs
                    WHERE \(condition) ORDER BY number DESC LIMIT 8
                    """,
                arguments: [reference]
            ).map { RunPlace($0) }
        }
        if let exact = try matches("id = ?").first { return exact }
        // As `RunPlace` calls one that has neither identifier nor name any more.
        if let damaged = try matches("'number ' || number = ? AND typeof(id) <> 'text'").first { return damaged }
        let named = try matches("name = ?")
        if named.count == 1 { return named[0] }
        if named.count > 1 { throw RunStoreError.ambiguousRun(reference, matches: named.map(\.label)) }
        let begun = reference.isEmpty ? [] : try matches("substr(id, 1, length(?1)) = ?1")
        if begun.count == 1 { return begun[0] }
        if begun.count > 1 { throw RunStoreError.ambiguousRun(reference, matches: begun.map(\.label)) }
        throw RunStoreError.unknownRun(reference, near: try near(reference, in: db))
    }

    /// At most three identifiers or names that hold the reference, or differ from it by a slip of the finger.
    private static func near(_ reference: String, in db: Database) throws -> [String] {
        guard !reference.isEmpty else { return [] }
        let known = try Row.fetchAll(db, sql: "SELECT id, name FROM runs ORDER BY number DESC LIMIT 500")
            .compactMap { row -> (id: String, name: String)? in
                let values = StoredRow(row, table: "runs", run: "")
                guard let id = try? values.text("id"), let name = try? values.text("name") else { return nil }
                return (id, name)
            }
        let wanted = reference.lowercased()
        var found = known.filter { $0.id.contains(wanted) || $0.name.lowercased().contains(wanted) }.map(\.id)
        let labels = known.flatMap { [$0.name, $0.id] }
        if found.isEmpty, let nearest = NearestWord.nearest(to: reference, among: labels) { found = [nearest] }
        return Array(found.prefix(3))
    }
}
