import Configuration
import Foundation
import GRDB
import Messages
import Synchronization
import Testing
import TestSupport

@testable import RunStore

/// Commands that only look create nothing, and read what cannot be written.
@Suite struct ReadingTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private var files: [String] {
        (FileManager.default.enumerator(atPath: scratch.root.path)?.allObjects as? [String] ?? []).sorted()
    }

    @Test func aHomeThatIsNotThereStaysSo() throws {
        let paths = StoragePaths(root: scratch.root.appendingPathComponent("typo"))
        let store = try RunStore(paths: paths, access: .reading)
        #expect(try store.runs().isEmpty)
        #expect(try store.queue().isEmpty)
        #expect(throws: RunStoreError.unknownRun("r", near: [])) { try store.run("r") }
        #expect(paths.missingHome == scratch.root.appendingPathComponent("typo").path)
        #expect(throws: RunStoreError.readOnlyHistory(path: paths.runDatabase.path)) {
            try store.enqueue(.resume(run: "r"))
        }
        #expect(files.isEmpty)
        #expect(StoragePaths(environment: ["HOME": "/nowhere"]).missingHome == nil)
    }

    @Test func readingAHomeAtRestLeavesItAsItWas() throws {
        try makeRun().close()
        let before = files
        try RunStore(paths: scratch.paths, access: .reading).close()
        #expect(files == before)
    }

    /// A program that was stopped while it opened the history holds its lock for as long as it likes.
    @Test func aHistoryThatIsLockedIsRead() throws {
        try makeRun().close()
        let lock = open(scratch.paths.runDatabase.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        #expect(try RunStore(paths: scratch.paths, access: .reading).runs().map(\.name) == ["kept"])
    }

    private func makeRun() throws -> RunStore {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: .unusual, name: "kept", parent: nil)
        try store.record(note: RunNote(run: run, optimizerStep: 1, text: "noted"))
        return store
    }

    /// Root may write anywhere: others' folders (whose links could lead away) are read in the same way.
    private func forbidWriting() throws -> StoragePaths {
        for folder in ["data/runs", "data", "."] {
            let path = scratch.root.appendingPathComponent(folder).path
            // Somebody else's hand, as a stand-in for a disk that is mounted for reading, which takes root to make.
            #expect(chmod(path, geteuid() == 0 ? 0o777 : 0o555) == 0)
        }
        return scratch.paths
    }

    private func allowWriting() {
        for folder in [".", "data", "data/runs"] { chmod(scratch.root.appendingPathComponent(folder).path, 0o700) }
    }

    @Test func aHomeThatCannotBeWrittenIsRead() throws {
        try makeRun().close()
        let paths = try forbidWriting()
        defer { allowWriting() }
        let store = try RunStore(paths: paths, access: .reading)
        #expect(store.isReadOnly)
        #expect(try store.runs().map(\.name) == ["kept"])
        #expect(try store.run("kept").configuration == .unusual)
        #expect(try store.timeline(of: "kept").moments.map(\.kind) == [.note("noted")])
        #expect(throws: RunStoreError.readOnlyHistory(path: paths.runDatabase.path)) {
            try store.rename(run: "kept", to: "x")
        }
    }

    @Test func whatTheJournalHoldsBeyondTheFileIsReadToo() throws {
        let store = try makeRun()
        let other = try Scratch()
        // As a crash leaves it: the entries are in the journal still.
        try FileManager.default.removeItem(at: other.root)
        try FileManager.default.copyItem(at: scratch.root, to: other.root)
        try? FileManager.default.removeItem(atPath: other.paths.runDatabase.path + "-shm")
        try store.close()
        chmod(other.paths.data.path, geteuid() == 0 ? 0o777 : 0o555)
        defer { chmod(other.paths.data.path, 0o700) }
        #expect(try RunStore(paths: other.paths, access: .reading).runs().map(\.name) == ["kept"])
    }

    /// People back the file up alone.
    @Test func theFileAloneHoldsTheHistoryOnceTheLogIsEmptied() throws {
        let store = try makeRun()
        let other = try Scratch()
        try FileManager.default.createDirectory(at: other.paths.data, withIntermediateDirectories: true)
        func copiedNames() throws -> [String] {
            try? FileManager.default.removeItem(at: other.paths.runDatabase)
            try FileManager.default.copyItem(at: scratch.paths.runDatabase, to: other.paths.runDatabase)
            let raw = try DatabaseQueue(path: other.paths.runDatabase.path)
            defer { try? raw.close() }
            return try raw.read { db in
                try db.tableExists("runs") ? String.fetchAll(db, sql: "SELECT name FROM runs") : []
            }
        }
        #expect(try copiedNames().isEmpty, "it stands in the log alone")
        store.emptyWriteAheadLog()
        #expect(try copiedNames() == ["kept"])
        try store.close()
    }

    /// A dropout of 0 meant one half in these networks.
    @Test(arguments: [("nmnist", 0.5), ("nmnist-single", 0.5), ("mini", 0.0)])
    func theDropoutOfOlderRunsIsKept(model: String, dropout: Double) throws {
        var configuration = RunConfiguration()
        try configuration.assign("network.model=\(model)")
        var store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: configuration, name: "old", parent: nil)
        try store.enqueue(.start(configuration: configuration, name: nil))
        try store.close()
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try raw.inDatabase { db in
            try db.execute(sql: "ALTER TABLE results DROP COLUMN tested_step")
            try db.execute(sql: "PRAGMA user_version = \(Schema.version - 1)")
            // What is damaged does not keep the rest from being brought up to date.
            for text in ["no json", "[1, 2", "7", ""] {
                try db.execute(sql: "INSERT INTO queue (position, recorded, job) VALUES (9, 0, ?)", arguments: [text])
            }
        }
        try raw.close()
        store = try RunStore(paths: scratch.paths)
        let key = "network.dropout"
        #expect(try store.run(run).configuration.value(of: key) == .number(dropout))
        #expect(try store.lastState(run: run).configuration.value(of: key) == .number(dropout))
        guard case .start(let queued, _, _)? = try store.queue().first?.job else {
            Issue.record("nothing waits")
            return
        }
        #expect(try queued.value(of: key) == .number(dropout))
    }

    /// An older program's history is brought up to date in memory alone.
    @Test func anOlderHistoryThatCannotBeWrittenIsRead() throws {
        try makeRun().close()
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try raw.inDatabase { db in
            for table in ["states", "edits", "checkpoints", "notes", "failures"] {
                try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN sequence")
            }
            try db.execute(sql: "ALTER TABLE results DROP COLUMN tested_step")
            try db.execute(sql: "DROP TABLE journal; PRAGMA user_version = \(Schema.version - 2)")
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try raw.close()
        let bytes = try Data(contentsOf: scratch.paths.runDatabase)
        let paths = try forbidWriting()
        defer { allowWriting() }
        let store = try RunStore(paths: paths, access: .reading)
        #expect(try store.timeline(of: "kept").moments.map(\.kind) == [.note("noted")])
        #expect(try Data(contentsOf: scratch.paths.runDatabase) == bytes)
    }

    // MARK: Time and size

    @Test func aClockThatGoesBackReordersNothing() throws {
        let times = Mutex([1000.0, 2000, 500, 500, 3000, 10])
        let store = try RunStore(
            paths: scratch.paths,
            now: { Date(timeIntervalSince1970: times.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }) })
        let run = try store.create(configuration: RunConfiguration(), name: "first", parent: nil)
        try store.record(state: state(run, .running))
        for number in 1...3 { try store.record(note: RunNote(run: run, optimizerStep: number, text: "\(number)")) }
        let timeline = try store.timeline(of: run)
        #expect(timeline.moments.map(\.kind) == [.phase(.running), .note("1"), .note("2"), .note("3")])
        #expect(timeline.moments.map(\.seconds) == timeline.moments.map(\.seconds).sorted())
        _ = try store.create(configuration: RunConfiguration(), name: "second", parent: nil)
        #expect(try store.runs().map(\.name) == ["second", "first"])
    }

    @Test func notesHaveALimit() throws {
        let store = try makeRun()
        let run = try store.identifier(of: "kept")
        let long = String(repeating: "n", count: StoredText.limit + 1)
        #expect(throws: RunStoreError.longNote(bytes: long.utf8.count)) {
            try store.record(note: RunNote(run: run, optimizerStep: 1, text: long))
        }
        #expect(throws: RunStoreError.longNote(bytes: long.utf8.count)) { try store.note(run: run, text: long) }
        try store.note(run: run, text: String(long.dropLast()))
        #expect(throws: RunStoreError.self) {
            try store.rename(run: run, to: "a" + String(repeating: "\u{301}", count: 1000))
        }
        #expect(throws: RunStoreError.self) { try store.tag(run: run, tags: (0...64).map { "t\($0)" }) }
        // Older programs had no limit.
        try store.pool.write {
            try $0.execute(sql: "UPDATE notes SET text = ?", arguments: [String(repeating: "é", count: 1_000_000)])
        }
        let text = try #require(try store.run(run).notes.first?.text)
        #expect(text.utf8.count < StoredText.limit + 100 && text.hasSuffix("(cut: 2000000 bytes)"))
    }
}
