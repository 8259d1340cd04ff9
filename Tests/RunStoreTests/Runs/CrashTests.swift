import Configuration
import Foundation
import GRDB
import Messages
import RunStore
import Testing
import TestSupport
import Training

@Suite struct CrashTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// A child writes to the history and is killed in the middle of a transaction; nothing it wrote down is missing.
    @Test func killLosesNothingThatWasWrittenDown() async throws {
        let root = scratch.root.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
            let paths = StoragePaths(root: URL(fileURLWithPath: root))
            let store = try RunStore(paths: paths)
            let run = try store.create(configuration: RunConfiguration(), name: "killed", parent: nil)
            try store.record(state: state(run, .running))
            for number in 1...20 {
                try store.record(edit: edit(run, number, step: number, exponent: Double(number)))
                try store.append(
                    metrics: [MetricPoint(series: .totalLoss, optimizerStep: number, value: 1)], run: run)
            }
            let raw = try DatabaseQueue(path: paths.runDatabase.path)
            try raw.inDatabase { db in
                try db.execute(sql: "BEGIN IMMEDIATE; DELETE FROM edits; DELETE FROM metrics;")
                kill(getpid(), SIGKILL)
            }
        }
        let store = try RunStore(paths: scratch.paths)
        let run = try #require(try store.interruptedRuns().first)
        let detail = try store.run("killed")
        #expect(detail.summary == run)
        #expect(detail.edits == (1...20).map { edit(run.id, $0, step: $0, exponent: Double($0)) })
        #expect(detail.metrics.map(\.optimizerStep) == Array(1...20))
        #expect(try store.lastState(run: run.id).configuration[Sliding.exponent] == 20)
        try store.claim(run: run.id)
        try store.record(edit: edit(run.id, 21, step: 21, exponent: 1))
    }

    @Test func aBatchIsEnteredWholeOrNotAtAll() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try raw.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER stop BEFORE INSERT ON metrics WHEN NEW.optimizer_step = 5
                    BEGIN SELECT RAISE(ABORT, 'stopped'); END
                    """)
        }
        let points = (0..<10).map { MetricPoint(series: .totalLoss, optimizerStep: $0, value: 0) }
        #expect(throws: RunStoreError.database(path: scratch.paths.runDatabase.path, detail: "stopped")) {
            try store.append(metrics: points, run: run)
        }
        #expect(try store.metrics(run: run).isEmpty)
    }

    /// As a program leaves it that is suspended (Ctrl-Z) while it writes.
    @Test func anOpenTransactionOfAnotherHoldsNoReaderUp() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: "seen", parent: nil)
        let raw = try DatabaseQueue(path: scratch.paths.runDatabase.path)
        try raw.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE; DELETE FROM runs;")
            #expect(try RunStore(paths: scratch.paths).run("seen").summary.id == run)
            try db.execute(sql: "ROLLBACK")
        }
    }

    @Test func twoProcessesMayBeginTheHistoryAtOnce() throws {
        let paths = scratch.paths
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                let store = try RunStore(paths: paths)
                _ = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
            } catch {
                Issue.record(error)
            }
        }
        #expect(try RunStore(paths: paths).runs().count == 8)
    }

    // MARK: Files that are not what they should be

    private var database: URL { scratch.paths.runDatabase }

    private func expectUntouched(_ bytes: Data, _ isExpected: (RunStoreError) -> Bool) throws {
        try StoragePaths.ensure(scratch.paths.data)
        try bytes.write(to: database)
        let error = #expect(throws: RunStoreError.self) { try RunStore(paths: scratch.paths) }
        #expect(error.map(isExpected) == true, "\(String(describing: error))")
        #expect(error?.description.contains(database.path) == true)
        #expect(try Data(contentsOf: database) == bytes)
    }

    @Test func textInPlaceOfADatabaseIsCalledDamaged() throws {
        try expectUntouched(Data(String(repeating: "no database at all\n", count: 100).utf8)) {
            if case .damagedDatabase = $0 { true } else { false }
        }
    }

    @Test(arguments: [0.02, 0.5])
    func aDatabaseWithOverwrittenPagesIsCalledDamaged(from share: Double) throws {
        let store = try RunStore(paths: scratch.paths)
        _ = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        try store.close()
        var bytes = try Data(contentsOf: database)
        let start = max(100, Int(Double(bytes.count) * share))
        bytes.replaceSubrange(start..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - start))
        try bytes.write(to: database)
        let error = #expect(throws: RunStoreError.self) { try RunStore(paths: scratch.paths).runs() }
        guard case .damagedDatabase = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(error?.description.contains("mv ") == true)
        #expect(try Data(contentsOf: database) == bytes)
    }

    @Test func aLaterProgramsHistoryIsRefused() throws {
        try RunStore(paths: scratch.paths).close()
        let raw = try DatabaseQueue(path: database.path)
        try raw.inDatabase { try $0.execute(sql: "PRAGMA user_version = 99; PRAGMA journal_mode = DELETE") }
        try raw.close()
        try expectUntouched(try Data(contentsOf: database)) {
            if case .newerDatabase(_, 99, let known) = $0 { known < 99 } else { false }
        }
    }

    @Test func anotherProgramsDatabaseIsRefused() throws {
        let other = try Scratch()
        let file = other.root.appendingPathComponent("x")
        let raw = try DatabaseQueue(path: file.path)
        try raw.write { try $0.execute(sql: "CREATE TABLE bookmarks (url TEXT)") }
        try raw.close()
        try expectUntouched(try Data(contentsOf: file)) { $0 == .foreignDatabase(path: database.path) }
    }

    @Test func anEmptyFileIsAHistoryYetToBegin() throws {
        try StoragePaths.ensure(scratch.paths.data)
        try Data().write(to: database)
        #expect(try RunStore(paths: scratch.paths).runs().isEmpty)
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let file = try scratch.write("", to: "data")
        #expect(throws: RunStoreError.storage(.notAFolder(path: file.path))) { try RunStore(paths: scratch.paths) }
    }
}
