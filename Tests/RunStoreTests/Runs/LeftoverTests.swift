import Configuration
import FileFormats
import Foundation
import GRDB
import Messages
import Testing
import TestSupport

@testable import RunStore

/// What is answered is on the disk, and what was never finished goes.
@Suite struct LeftoverTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    @Test func foldersOfRunsThatWereNeverEnteredGo() throws {
        let store = try RunStore(paths: scratch.paths)
        let kept = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        let empty = store.folder(of: "20200101-000000-digits-aaaa")
        try StoragePaths.ensure(empty.appendingPathComponent("checkpoints"))
        try Data("x".utf8).write(to: empty.appendingPathComponent("configuration.yaml"))
        // Not in this history, but with something in it: the history may have been begun anew.
        let full = store.folder(of: "20200101-000000-digits-bbbb")
        try StoragePaths.ensure(full.appendingPathComponent("checkpoints/00000001-user"))
        // Somebody is beginning it just now.
        let begun = store.folder(of: "20200101-000000-digits-cccc")
        try StoragePaths.ensure(begun)
        let lock = try #require(FolderLock(begun.path))
        _ = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        withExtendedLifetime(lock) {}
        #expect(!exists(empty))
        #expect(exists(full) && exists(begun) && exists(store.folder(of: kept)))
    }

    @Test func unfinishedCheckpointsGoUnlessSomebodyWritesThem() throws {
        let store = try RunStore(paths: scratch.paths, identity: try deadProcess())
        let dead = try store.create(configuration: RunConfiguration(), name: "dead", parent: nil)
        try store.record(state: state(dead, .running))
        let left = store.checkpointFolder(of: dead)
        try StoragePaths.ensure(left.appendingPathComponent(".00000001-user.new"))
        try StoragePaths.ensure(left.appendingPathComponent(".00000002-best.old/inside"))
        let own = try RunStore(paths: scratch.paths)
        let live = try own.create(configuration: RunConfiguration(), name: "live", parent: nil)
        // What is there again was there before.
        #expect(try FileManager.default.contentsOfDirectory(atPath: left.path) == ["00000002-best"])
        let writing = own.checkpointFolder(of: live).appendingPathComponent(".00000001-user.new")
        try StoragePaths.ensure(writing)
        _ = try own.create(configuration: RunConfiguration(), name: "next", parent: nil)
        #expect(exists(writing))
        try own.claim(run: live)
        #expect(!exists(writing))
    }

    // MARK: Durability

    /// The last thing that was done about a name is a flush of the folder that holds it.
    private func expectFlushed(_ path: String, _ events: [Disk.Event]) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let last = events.lastIndex {
            switch $0 {
            case .renamed(_, to: path), .removed(path), .madeFolder(path): true
            default: false
            }
        }
        let flush = events.lastIndex(of: .flushedFolder(folder))
        #expect(flush != nil && flush! >= last ?? 0, "\(path): \(events)")
    }

    @Test func presetsAreOnTheDiskWhenTheyAreSaidToBe() throws {
        let presets = PresetStore(paths: scratch.paths)
        func file(_ name: String) -> String { presets.userFolder.appendingPathComponent(name + ".yaml").path }
        func record(_ body: () throws -> Void) throws -> [Disk.Event] {
            let record = Disk.Record()
            try Disk.$record.withValue(record) { try body() }
            return record.events
        }
        let first = try record { try presets.save(name: "a", configuration: .unusual, note: "", replacing: false) }
        expectFlushed(file("a"), first)
        #expect(first.contains { if case .flushedFile = $0 { true } else { false } })
        // The folders above are new as well.
        for folder in [scratch.paths.config, presets.userFolder] { expectFlushed(folder.path, first) }
        expectFlushed(
            file("a"), try record { try presets.save(name: "a", configuration: .unusual, note: "n", replacing: true) })
        expectFlushed(file("b"), try record { try presets.rename("a", to: "b") })
        expectFlushed(file("b"), try record { try presets.delete("b") })
    }

    @Test func aRunIsOnTheDiskWhenItIsEntered() throws {
        let store = try RunStore(paths: scratch.paths)
        let record = Disk.Record()
        let run = try Disk.$record.withValue(record) {
            try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        }
        expectFlushed(store.folder(of: run).path, record.events)
        for name in ["configuration.yaml", "summary.csv", "checkpoints"] {
            expectFlushed(store.folder(of: run).appendingPathComponent(name).path, record.events)
        }
        #expect(try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }
}
