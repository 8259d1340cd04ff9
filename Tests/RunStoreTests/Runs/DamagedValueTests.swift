import Configuration
import Foundation
import GRDB
import Messages
import Testing
import TestSupport

@testable import RunStore

/// One damaged byte in a record makes a value of another type: nothing that is read may end the process.
@Suite struct DamagedValueTests {
    private static let values: [(name: String, sql: String)] = [
        ("text", "'x'"), ("nothing", "NULL"), ("bytes", "x'ff00fe'"), ("greatest", "9223372036854775807"),
        ("least", "(-9223372036854775807 - 1)"), ("zero byte, not UTF-8", "CAST(x'ff41004100' AS TEXT)"),
    ]

    /// A history with something in every table: `whole` is never touched, `struck` is.
    private static func history(_ scratch: Scratch) throws -> RunStore {
        let store = try RunStore(paths: scratch.paths)
        _ = try store.create(configuration: RunConfiguration(), name: "whole", parent: nil)
        let run = try store.create(configuration: RunConfiguration(), name: "struck", parent: nil, preset: "digits")
        try store.record(state: state(run, .running, step: 3))
        try store.record(edit: edit(run, 1, step: 3, exponent: 2))
        try store.record(
            checkpoint: CheckpointRecord(
                run: run, optimizerStep: 3, epoch: 0,
                path: store.checkpointFolder(of: run).appendingPathComponent("00000003-user").path, reason: "user"))
        try store.record(note: RunNote(run: run, optimizerStep: 4, text: "a note"))
        try store.tag(run: run, tags: ["tagged"])
        try store.record(failure: EngineFailure(run: run, optimizerStep: 4, message: "m", advice: "a"))
        try store.record(
            result: RunResult(
                run: run, optimizerSteps: 5, validationAccuracy: 0.5, testAccuracy: 0.5, selection: "last",
                testedEpoch: 1, seconds: 3))
        try store.append(
            metrics: [
                MetricPoint(series: .totalLoss, optimizerStep: 1, value: 2),
                MetricPoint(series: .validationAccuracy, optimizerStep: 2, value: 0.5),
            ], run: run)
        try store.record(
            spikes: SpikeGrid(
                optimizerStep: 3, layers: [.init(name: "l", rates: [0.1], deadShare: 0, saturatedShare: 0)]),
            alignment: AlignmentSnapshot(optimizerStep: 3, linearCKA: [0.5], timeStepWeights: [0.5]), run: run)
        try store.enqueue(.reproduce(run: run, name: nil))
        try store.enqueue(.fork(run: run, checkpoint: nil, changes: [], name: nil))
        // Nobody runs it any more: it can be deleted.
        try store.record(state: state(run, .stopped, step: 5))
        return store
    }

    @Test func everyValueOfEveryColumnIsSurvived() throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        let columns = try store.pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            .sorted().flatMap { table in try db.columns(in: table).map { (table, $0.name) } }
        }
        #expect(columns.count > 60)
        var tried = 0
        for (table, column) in columns where column != "run" {
            for value in Self.values {
                let place = "\(table).\(column) = \(value.name)"
                try store.pool.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
                    try db.execute(sql: "SAVEPOINT strike")
                    defer { try? db.execute(sql: "ROLLBACK TO strike; RELEASE strike") }
                    // The last row of a table is one of the struck run's.
                    let row = "(SELECT max(number) FROM runs)"
                    let condition = table == "runs" ? " WHERE number = \(row)" : ""
                    do {
                        try db.execute(sql: "UPDATE \(table) SET \(column) = \(value.sql)\(condition)")
                    } catch is DatabaseError {
                        // The table itself keeps it out; but a damaged page may hold nothing where there must be something.
                        guard value.sql == "NULL", try Self.strikeNull(table, column, db) else { return }
                    }
                    tried += 1
                    Self.readEverything(store, db, place)
                }
            }
        }
        #expect(tried > 200)
    }

    /// What a damaged page may hold although the table forbids it.
    private static func strikeNull(_ table: String, _ column: String, _ db: Database) throws -> Bool {
        guard column != "number", column != "id" else { return false }
        let struck = table == "runs" ? "number = (SELECT max(number) FROM main.runs)" : "1"
        let others = try db.columns(in: table).map(\.name).map {
            $0 == column ? "CASE WHEN NOT \(struck) THEN \($0) END AS \($0)" : $0
        }
        try db.execute(sql: "CREATE TEMP VIEW \(table) AS SELECT \(others.joined(separator: ", ")) FROM main.\(table)")
        return true
    }

    /// As the commands read it; each throws what says where, or gives something.
    private static func readEverything(_ store: RunStore, _ db: Database, _ place: String) {
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch let error as RunStoreError {
                #expect(!error.description.isEmpty)
            } catch is RowDecodingError {
            } catch is DatabaseError {
            } catch { Issue.record("\(place): \(error)") }
        }
        attempt {
            let rows = try store.summaries(in: db)
            #expect(rows.contains { $0.name == "whole" && $0.problem == nil }, "\(place)")
            #expect(rows.count == 2, "\(place)")
        }
        attempt { _ = try store.timeline("struck", in: db) }
        attempt { _ = try store.queue(in: db) }
        attempt { _ = try RunStore.find("strick", in: db) }
        attempt { _ = try RunStore.locate("struck", in: db) }
    }

    @Test(arguments: [
        ("runs", "epochs", "'x'", "runs.epochs"), ("runs", "created", "'late'", "runs.created"),
        ("runs", "seed", "0.5", "runs.seed"), ("runs", "phase", "'nonsense'", "runs.phase"),
        ("checkpoints", "optimizer_step", "'x'", "checkpoints.optimizer_step"),
        ("checkpoints", "path", "'<run>/../../x'", "checkpoints.path"), ("metrics", "value", "'x'", "metrics.value"),
        ("edits", "origin", "x'00'", "edits.origin"),
    ])
    func whatIsDamagedIsNamedAndOthersAreListed(table: String, column: String, value: String, named: String) throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        try store.pool.write {
            let condition = table == "runs" ? " WHERE name = 'struck'" : ""
            try $0.execute(sql: "UPDATE \(table) SET \(column) = \(value)\(condition)")
        }
        let error = #expect(throws: RunStoreError.self) { try store.run("struck") }
        guard case .damagedValue(let run, let place, _, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(place == named)
        #expect(try store.runs().contains { $0.id == run })
        #expect(try store.run("whole").summary.name == "whole")
        #expect(error?.description.contains(run) == true)
        // It can be given up.
        try store.delete(run: run)
        #expect(try store.runs().map(\.name) == ["whole"])
    }

    private static let shapes = [
        "no json", "[1, 2", "[]", "{}", "7", "\"text\"", "null", "{\"data.size\": {\"a\": 1}}", "[{\"key\": 3}]",
        "[null]",
        "{\"start\": 5}", "{\"resume\": {\"run\": []}}", "",
    ]

    /// Each column of JSON, struck in each way: what is said names run and column, in words.
    @Test(arguments: [
        ("runs", "configuration"), ("runs", "edited_configuration"), ("edits", "differences"), ("snapshots", "content"),
        ("queue", "job"),
    ])
    func jsonOfAnotherShapeIsNamed(table: String, column: String) throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        let run = try store.identifier(of: "struck")
        for json in Self.shapes {
            try store.pool.write {
                try $0.execute(
                    sql: "UPDATE \(table) SET \(column) = ?" + (table == "runs" ? " WHERE name = 'struck'" : ""),
                    arguments: [json])
            }
            var told: [String] = []
            func attempt(_ body: () throws -> Void) {
                do { try body() } catch let error as RunStoreError { told.append(error.description) } catch {
                    Issue.record(error)
                }
            }
            attempt { _ = try store.timeline(of: run) }
            attempt { _ = try store.lastState(run: run) }
            attempt { told += try store.queue().compactMap(\.problem) }
            // Settings without a value are those by default, a key of another version is kept, and a list may be empty.
            let isFine =
                (table == "runs" && ["{}", "{\"start\": 5}"].contains(json))
                || (column == "differences" && json == "[]")
            #expect(told.isEmpty == isFine, "\(json): \(told)")
            for text in told {
                #expect(text.contains("\(table).\(column)"), "\(text)")
                #expect(table == "queue" || text.contains(run), "\(text)")
                for word in ["DecodingError", "CodingKeys", "debugDescription", "Swift.", "Optional("] {
                    #expect(!text.contains(word), "\(text)")
                }
            }
            #expect(try store.runs().map(\.name) == ["struck", "whole"])
        }
        #expect(try store.run("whole").summary.problem == nil)
    }

    @Test(arguments: ["../../../precious", "..", ".", "a/b", "", "/etc", "x\u{1b}"])
    func anIdentifierLeadsNowhereElse(identifier: String) throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        let precious = try scratch.write("x", to: "precious/x")
        let own = try store.identifier(of: "struck")
        try store.pool.write {
            try $0.execute(sql: "UPDATE runs SET id = ? WHERE name = 'struck'", arguments: [identifier])
        }
        let listed = try store.runs().first { $0.problem != nil }
        #expect(listed?.problem?.contains("runs.id") == true)
        #expect(throws: RunStoreError.self) { try store.run("struck") }
        try store.delete(run: "struck")
        #expect(try scratch.text(of: precious) == "x")
        #expect(FileManager.default.fileExists(atPath: store.folder(of: own).path))
        #expect(FileManager.default.fileExists(atPath: store.paths.runs.path))
        #expect(try store.runs().count == 1)
    }

    @Test func aLinkInPlaceOfARunsFolderIsLeftAlone() throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        let precious = try scratch.write("x", to: "precious/x")
        let folder = store.folder(of: try store.identifier(of: "struck"))
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.createSymbolicLink(at: folder, withDestinationURL: precious.deletingLastPathComponent())
        let error = #expect(throws: RunStoreError.self) { try store.delete(run: "struck") }
        guard case .folderRemains = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(try scratch.text(of: precious) == "x")
    }

    @Test func aDamagedEntryOfTheQueueIsShownAndPassedOver() throws {
        let scratch = try Scratch()
        let store = try Self.history(scratch)
        try store.pool.write { try $0.execute(sql: "UPDATE queue SET job = x'ff' WHERE number = 1") }
        #expect(try store.queue().map(\.number) == [1, 2])
        #expect(try store.queue()[0].problem?.contains("queue.job") == true)
        #expect(throws: RunStoreError.self) { try store.takeFromQueue(entry: 1) }
        #expect(try store.takeFromQueue()?.number == 2)
        try store.removeFromQueue(entry: 1)
    }
}
