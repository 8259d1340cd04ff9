import Foundation
import Synchronization
import Testing
import TestSupport

@testable import Terminal

@Suite struct FolderWatchTests {
    @Test(.endsSomeTime) func writingAFileIsTold() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("themes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (changes, teller) = AsyncStream.makeStream(of: Void.self)
        let watch = FolderWatch([folder, folder.appendingPathComponent("missing")]) { teller.yield() }
        #expect(watch != nil)
        var iterator = changes.makeAsyncIterator()
        try Data("x".utf8).write(to: folder.appendingPathComponent("a.yaml"))
        #expect(await iterator.next() != nil)
        try Data("y".utf8).write(to: folder.appendingPathComponent("a.yaml"), options: .atomic)
        #expect(await iterator.next() != nil)
        withExtendedLifetime(watch) {}
    }

    @Test func nothingToWatchIsNoWatch() {
        #expect(FolderWatch([URL(fileURLWithPath: "/nowhere")]) {} == nil)
    }
}
