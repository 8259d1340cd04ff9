import Foundation
import Testing

@testable import FileFormats

@Suite struct AtomicFolderTests {
    private let root: URL
    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("saccade-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    private var path: String { root.appendingPathComponent("made/folder").path }
    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path + "/made")) ?? []).sorted()
    }

    private func write(_ text: String) throws {
        try AtomicFolder.replace(path) { try AtomicFile.replace($0 + "/file", with: Array(text.utf8)) }
    }

    @Test func aFolderComesWholeAndIsOnTheDisk() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        let record = Disk.Record()
        try Disk.$record.withValue(record) {
            try write("one")
            try write("two")
        }
        #expect(try FileBytes.read(path + "/file") == Array("two".utf8))
        #expect(names == ["folder"])
        // File, the folder that holds it, and last the folder above: each after what it makes durable.
        let above = root.path + "/made"
        let events = record.events
        let renamed = events.lastIndex(of: .renamed(above + "/.folder.new", to: path))
        #expect(events.lastIndex(of: .flushedFolder(above + "/.folder.new"))! < renamed!)
        #expect(events.lastIndex(of: .flushedFolder(above))! > renamed!)
        #expect(events.contains(.flushedFile(above + "/.folder.new/file")))
        #expect(events.contains(.flushedFolder(root.path)))
    }

    @Test func whatFailsLeavesTheOldOne() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        try write("one")
        #expect(throws: CancellationError.self) {
            try AtomicFolder.replace(path) { folder in
                try AtomicFile.replace(folder + "/file", with: [1])
                throw CancellationError()
            }
        }
        #expect(try FileBytes.read(path + "/file") == Array("one".utf8))
        #expect(names == ["folder"])
    }

    @Test func whatAProcessThatDiedLeftIsPutRight() throws {
        defer { try? FileManager.default.removeItem(at: root) }
        try write("one")
        let above = root.path + "/made"
        // Between the two names: the old one has stepped aside, the new one has not come.
        #expect(rename(path, above + "/.folder.old") == 0)
        try FileManager.default.createDirectory(atPath: above + "/.folder.new", withIntermediateDirectories: true)
        #expect(AtomicFolder.hasLeftovers(in: above))
        AtomicFolder.putRight(above)
        #expect(names == ["folder"])
        #expect(try FileBytes.read(path + "/file") == Array("one".utf8))
        #expect(!AtomicFolder.hasLeftovers(in: above))
    }

    @Test(arguments: [
        ("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b/", "a"), (".", ".."), ("/", "/"), ("a//b", "a"),
    ])
    func thePlaceOfANameIsFound(path: String, folder: String) {
        #expect(Disk.folder(of: path) == folder)
    }
}
