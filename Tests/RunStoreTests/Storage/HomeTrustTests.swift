import Foundation
import RunStore
import Testing
import TestSupport

/// Others may not have a hand in what the program writes. What needs another user's files can be made by root alone.
@Suite struct HomeTrustTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private static var isRoot: Bool { geteuid() == 0 }
    private let other: uid_t = 54_321

    private func folder(_ name: String, mode: mode_t = 0o700, owner: uid_t? = nil) throws -> URL {
        let url = scratch.root.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        #expect(chmod(url.path, mode) == 0)
        if let owner { #expect(chown(url.path, owner, owner) == 0) }
        return url
    }

    @Test(.enabled(if: isRoot)) func aHomeOfAnotherUserIsRefused() throws {
        let home = try folder("home", mode: 0o777, owner: other)
        let error = StoragePaths(root: home).refusal()
        guard case .foreignFolder(home.path, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(error?.description.contains("SACCADE_TRUST_HOME") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).isEmpty)
        var trusting = StoragePaths(root: home)
        trusting.trustsOthers = true
        #expect(trusting.refusal() == nil)
    }

    @Test(
        .enabled(if: isRoot),
        arguments: ["data", "config", "state", "cache", "data/runs", "config/presets", "state/logs"])
    func aFolderInsideOfAnotherUserIsRefused(name: String) throws {
        let home = try folder("home")
        let inner = try folder("home/" + name, mode: 0o755, owner: other)
        guard case .foreignFolder(inner.path, _) = StoragePaths(root: home).refusal() else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: [0o777, 0o757, 0o702] as [mode_t]) func aFolderThatOthersWriteToIsRefused(mode: mode_t) throws {
        let home = try folder("home", mode: mode)
        let error = StoragePaths(root: home).refusal()
        #expect(error == .openFolder(path: home.path, mode: String(mode, radix: 8)))
        #expect(error?.description.contains("chmod go-w") == true)
    }

    @Test(arguments: [0o700, 0o755, 0o1777, 0o750] as [mode_t]) func otherFoldersAreFine(mode: mode_t) throws {
        let home = try folder("home", mode: mode)
        #expect(StoragePaths(root: home).refusal() == nil)
    }

    @Test func aLinkOfOnesOwnIsFollowed() throws {
        let disk = try folder("disk")
        let home = scratch.root.appendingPathComponent("home")
        try FileManager.default.createSymbolicLink(at: home, withDestinationURL: disk)
        #expect(StoragePaths(root: home).refusal() == nil)
        #expect(FileManager.default.fileExists(atPath: disk.appendingPathComponent("data/runs.sqlite").path))
    }

    private static let linked = [
        "data", "config", "state", "cache", "data/runs", "config/presets", "config/themes", "state/logs",
        "state/sockets",
        "cache/sensors",
    ]

    private func link(_ name: String, in home: URL, to target: URL) throws -> URL {
        let link = home.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
        return link
    }

    @Test(arguments: linked) func aLinkOfOnesOwnInsideIsFollowed(name: String) throws {
        let home = try folder("home")
        _ = try link(name, in: home, to: try folder("disk"))
        #expect(StoragePaths(root: home).refusal() == nil)
    }

    @Test(arguments: linked) func aLinkToWhereOthersWriteIsRefused(name: String) throws {
        let home = try folder("home")
        let target = try folder("shared", mode: 0o777)
        let link = try link(name, in: home, to: target)
        let expected = StorageError.throughLink(path: link.path, .openFolder(path: target.path, mode: "777"))
        #expect(StoragePaths(root: home).refusal() == expected)
        #expect(expected.description.hasPrefix("\(link.path) is a symbolic link: other users may write to"))
        var trusting = StoragePaths(root: home)
        trusting.trustsOthers = true
        #expect(trusting.refusal() == nil)
    }

    /// Who may write to a folder above it can put something else in its place.
    @Test(arguments: linked + ["data/runs.sqlite", "state/layout.json", "cache/digits-recordings.bin"])
    func aLinkToBelowWhereOthersWriteIsRefused(name: String) throws {
        let home = try folder("home")
        let above = try folder("shared", mode: 0o777)
        let target = try folder("shared/mine")
        let isFile = !Self.linked.contains(name)
        if isFile { try Data().write(to: target.appendingPathComponent("file")) }
        let link = try link(name, in: home, to: isFile ? target.appendingPathComponent("file") : target)
        #expect(
            StoragePaths(root: home).refusal()
                == .throughLink(path: link.path, .openFolder(path: above.path, mode: "777")))
    }

    @Test(.enabled(if: isRoot), arguments: linked) func aLinkToAFolderOfAnotherUserIsRefused(name: String) throws {
        let home = try folder("home")
        let target = try folder("theirs", mode: 0o755, owner: other)
        let link = try link(name, in: home, to: target)
        guard case .throughLink(link.path, .foreignFolder(target.path, _)) = StoragePaths(root: home).refusal() else {
            return #expect(Bool(false))
        }
    }

    /// What is cleared up is never where others could have led us.
    @Test func leftoversBehindALinkToWhereOthersWriteStay() throws {
        let home = try folder("home")
        let shared = try folder("shared/checkpoints/.x.new", mode: 0o777)
        #expect(chmod(scratch.root.appendingPathComponent("shared").path, 0o777) == 0)
        _ = try link(
            "data/runs/20260101-000000-digits-aaaa", in: home, to: scratch.root.appendingPathComponent("shared"))
        let store = try RunStore(paths: StoragePaths(root: home))
        _ = try store.create(configuration: .unusual, name: nil, parent: nil)
        #expect(FileManager.default.fileExists(atPath: shared.path))
    }

    @Test(
        .enabled(if: isRoot),
        arguments: ["data/runs", "data/runs.sqlite", "data/runs.sqlite-wal", "data", "config/presets"])
    func aLinkThatAnotherUserMadeIsRefused(name: String) throws {
        let home = try folder("home")
        let target = try folder("secret")
        let link = home.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
        #expect(lchown(link.path, other, other) == 0)
        guard case .foreignLink(link.path, _) = StoragePaths(root: home).refusal() else { return #expect(Bool(false)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
    }

    @Test func theLockIsNeverALink() throws {
        let victim = try scratch.write("keep", to: "victim")
        let home = try folder("home")
        let lock = try folder("home/data").appendingPathComponent("runs.sqlite.lock")
        try FileManager.default.createSymbolicLink(at: lock, withDestinationURL: victim)
        #expect(StoragePaths(root: home).refusal() == .link(path: lock.path))
        #expect(try scratch.text(of: victim) == "keep")
    }

    /// A received home may hold links that seem to be the user's own.
    @Test func aPresetIsNotWrittenThroughALinkToAFileOfAnotherKind() throws {
        let victim = try scratch.write("precious", to: "victim.sh")
        let presets = PresetStore(userFolder: try folder("presets"))
        let link = presets.userFolder.appendingPathComponent("p.yaml")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: victim)
        #expect(throws: PresetError.self) {
            try presets.save(name: "p", configuration: .unusual, note: "", replacing: true)
        }
        #expect(try scratch.text(of: victim) == "precious")
    }
}
