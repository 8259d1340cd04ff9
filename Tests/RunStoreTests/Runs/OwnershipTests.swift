import Configuration
import Foundation
import GRDB
import Messages
import Testing
import TestSupport

@testable import RunStore

@Suite struct OwnershipTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func aRunWhoseProcessIsGoneWasInterrupted() throws {
        let dead = try RunStore(paths: scratch.paths, identity: try deadProcess())
        let run = try dead.create(configuration: RunConfiguration(), name: nil, parent: nil)
        try dead.record(state: state(run, .paused, step: 5))
        let store = try RunStore(paths: scratch.paths)
        #expect(try store.interruptedRuns().map(\.id) == [run])
        try store.claim(run: run)
        #expect(try store.interruptedRuns().isEmpty)
        try store.record(state: state(run, .running, step: 5))
        try store.record(state: state(run, .finished, step: 9))
        #expect(try store.interruptedRuns().isEmpty)
        #expect(try store.delete(run: run) == run)
    }

    @Test func aRunOfAnotherLiveProcessIsLeftAlone() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        let other = try RunStore(paths: scratch.paths, identity: ProcessIdentity(of: process.processIdentifier))
        let run = try other.create(configuration: RunConfiguration(), name: nil, parent: nil)
        let store = try RunStore(paths: scratch.paths)
        let owned = RunStoreError.ownedElsewhere(
            run: run, by: OtherProcess(process.processIdentifier, isSuspended: false))
        #expect(try store.interruptedRuns().isEmpty)
        #expect(throws: owned) { try store.claim(run: run) }
        #expect(throws: owned) { try store.record(state: state(run, .running)) }
        #expect(throws: RunStoreError.live(run: run, by: OtherProcess(process.processIdentifier, isSuspended: false))) {
            try store.delete(run: run)
        }
        // Killed and not yet collected, or collected: either way it is gone.
        kill(process.processIdentifier, SIGKILL)
        try await eventually("its end") { !ProcessIdentity(of: process.processIdentifier).isAlive }
        #expect(try store.interruptedRuns().map(\.id) == [run])
        try store.claim(run: run)
    }

    @Test func theVersionChangesWhenOthersWriteOrDieAndOnlyThen() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        let store = try RunStore(paths: scratch.paths)
        var last = try store.version()
        func hasChanged() throws -> Bool {
            let version = try store.version()
            defer { last = version }
            return version != last
        }
        #expect(try !hasChanged())
        let other = try RunStore(paths: scratch.paths, identity: ProcessIdentity(of: process.processIdentifier))
        let run = try other.create(configuration: RunConfiguration(), name: nil, parent: nil)
        #expect(try hasChanged() && !hasChanged())
        try other.append(metrics: [MetricPoint(series: .totalLoss, optimizerStep: 1, value: 1)], run: run)
        #expect(try hasChanged() && !hasChanged())
        _ = try store.runs()
        #expect(try !hasChanged())
        try store.tag(run: run, tags: ["slide"])
        #expect(try hasChanged() && !hasChanged())
        // It writes nothing any more, and yet its run is another than before: interrupted.
        kill(process.processIdentifier, SIGKILL)
        try await eventually("its end") { !ProcessIdentity(of: process.processIdentifier).isAlive }
        #expect(try hasChanged() && !hasChanged())
        try store.close()
    }

    @Test func aRunThatMadeAllItsStepsMadeAllItsEpochs() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        var last = state(run, .running, step: 55)
        try store.record(state: last)
        #expect(try store.run(run).summary.epoch == 5)
        // The engine counts epochs from 0 and never beyond the last.
        (last.phase, last.optimizerStep, last.epoch) = (.finished, 100, 9)
        try store.record(state: last)
        #expect(try store.runs().map(\.epoch) == [10])
    }

    @Test func aProcessNumberGivenToAnotherIsNobody() {
        var identity = ProcessIdentity.current
        #expect(identity.isAlive)
        identity.startTicks -= 1
        #expect(!identity.isAlive)
        identity = .current
        identity.boot = "another boot"
        #expect(!identity.isAlive)
    }

    @Test func deletingTakesTheFolderAndAllRows() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        try store.append(metrics: [MetricPoint(series: .totalLoss, optimizerStep: 1, value: 1)], run: run)
        try store.record(edit: edit(run, 1, step: 1, exponent: 2))
        #expect(throws: RunStoreError.live(run: run, by: OtherProcess(getpid(), isSuspended: false))) {
            try store.delete(run: run)
        }
        try store.record(state: state(run, .stopped))
        try store.delete(run: run)
        #expect(try store.runs().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: store.folder(of: run).path))
        #expect(throws: RunStoreError.self) { try store.metrics(run: run) }
    }

    // MARK: A process that is stopped

    @Test func aTrainerThatIsStoppedIsNamedWithWhatLetsItGoOn() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let number = process.processIdentifier
        defer { kill(number, SIGKILL) }
        let identity = ProcessIdentity(of: number)
        let other = try RunStore(paths: scratch.paths, identity: identity)
        let run = try other.create(configuration: RunConfiguration(), name: nil, parent: nil)
        kill(number, SIGSTOP)
        try await eventually("its stop") { identity.isSuspended }
        let store = try RunStore(paths: scratch.paths)
        let stopped = OtherProcess(number, isSuspended: true)
        #expect(throws: RunStoreError.ownedElsewhere(run: run, by: stopped)) { try store.claim(run: run) }
        let error = #expect(throws: RunStoreError.live(run: run, by: stopped)) { try store.delete(run: run) }
        #expect(error?.description.contains("process \(number), which is suspended (`kill -CONT \(number)`") == true)
        kill(number, SIGCONT)
        try await eventually("its going on") { !identity.isSuspended }
    }

    /// SQLite says only that somebody has the history locked.
    @Test func whoHoldsTheLockIsNamed() throws {
        let store = try RunStore(paths: scratch.paths)
        let path = scratch.paths.runDatabase.path
        #expect(DatabaseDiagnosis.holder(of: path) == nil)
        try store.write { db in
            try db.execute(sql: "DELETE FROM queue")
            #expect(
                DatabaseDiagnosis.error(for: DatabaseError(resultCode: .SQLITE_BUSY), path: path)
                    == .busyDatabase(path: path, holder: OtherProcess(getpid(), isSuspended: false)))
        }
        let error = RunStoreError.busyDatabase(path: path, holder: OtherProcess(71, isSuspended: true))
        #expect(error.description.contains("locked by process 71, which is suspended (`kill -CONT 71` continues it)"))
    }
}
