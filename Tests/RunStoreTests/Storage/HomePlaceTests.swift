import Configuration
import Files
import Foundation
import Messages
import Testing
import TestSupport

@testable import RunStore

/// What lies in place of the files and folders of a home is named; nothing is waited for, and nothing looks empty.
@Suite(.timeLimit(.minutes(2))) struct HomePlaceTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    enum Thing: String, CaseIterable, Sendable {
        case pipe = "a named pipe"
        case folder = "a folder"
        case device = "a device"

        func put(at path: String) throws {
            try FileManager.default.createDirectory(
                atPath: PathName(path).folder, withIntermediateDirectories: true)
            switch self {
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .device: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            }
        }
    }

    @Test(arguments: StoragePaths.databaseEndings, Thing.allCases)
    func aFileOfTheHistoryIsARegularOne(ending: String, thing: Thing) throws {
        let path = scratch.paths.runDatabase.path + ending
        try thing.put(at: path)
        for access in [RunStore.Access.changing, .existing, .reading] {
            let error = scratch.paths.refusal(access)
            #expect(error == .notAFile(path: path, kind: thing.rawValue))
            #expect(error?.description.contains("\(path) is \(thing.rawValue)") == true)
        }
    }

    @Test(arguments: Thing.allCases) func aPresetIsARegularFile(thing: Thing) throws {
        let presets = PresetStore(userFolder: scratch.paths.presets)
        let path = scratch.paths.presets.appendingPathComponent("p.yaml").path
        try thing.put(at: path)
        let reason = "it is \(thing.rawValue), not a regular file"
        #expect(throws: PresetError.storage(.unreadable(path: path, reason: reason))) { try presets.load("p") }
        #expect(try presets.list().first { $0.name == "p" }?.problem?.contains(thing.rawValue) == true)
    }

    @Test(arguments: Thing.allCases) func aSummaryIsARegularFile(thing: Thing) throws {
        let path = scratch.root.appendingPathComponent("summary.csv").path
        try thing.put(at: path)
        #expect(throws: StorageError.notAFile(path: path, kind: thing.rawValue)) {
            try SummaryFile(path: path).append(heading: ["epoch"]) { _ in ["1"] }
        }
        #expect(throws: StorageError.notAFile(path: path, kind: thing.rawValue)) {
            try SummaryFile(path: path).drop(after: 1)
        }
    }

    @Test(arguments: ["", "data", "data/runs"]) func aPlainFileIsNoHome(name: String) throws {
        let path = name.isEmpty ? scratch.root.path : scratch.root.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: PathName(path).folder, withIntermediateDirectories: true)
        if name.isEmpty { try FileManager.default.removeItem(atPath: path) }
        try Data().write(to: URL(fileURLWithPath: path))
        for access in [RunStore.Access.changing, .existing, .reading] {
            let error = scratch.paths.refusal(access)
            #expect(error == .notAFolder(path: path))
            #expect(error?.description.contains("is not a folder") == true)
        }
    }

    @Test(arguments: ["", "data", "data/runs", "data/runs.sqlite"]) func aLinkThatLeadsNowhereIsSaidToBeOne(
        name: String
    ) throws {
        let path = name.isEmpty ? scratch.root.path : scratch.root.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: PathName(path).folder, withIntermediateDirectories: true)
        if name.isEmpty { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/no/such/disk")
        for access in [RunStore.Access.changing, .existing, .reading] {
            let error = scratch.paths.refusal(access)
            #expect(error == .danglingLink(path: path, target: "/no/such/disk"))
            #expect(error?.description.contains("which does not exist") == true)
        }
        #expect(scratch.paths.missingHome == nil)
        if name.isEmpty { unlink(path) }
    }

    @Test func presetsBehindALinkThatLeadsNowhereAreNotSimplyNone() throws {
        let folder = scratch.paths.presets
        try FileManager.default.createDirectory(
            at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path, withDestinationPath: "/no/such/disk")
        let presets = PresetStore(paths: scratch.paths)
        let expected = PresetError.storage(.danglingLink(path: folder.path, target: "/no/such/disk"))
        #expect(throws: expected) { try presets.list() }
        #expect(throws: expected) {
            try presets.save(name: "p", configuration: RunConfiguration(), note: "", replacing: false)
        }
        // Those that ship are found.
        #expect(try presets.load("digits").isBuiltIn)
    }

    // MARK: What is not there

    @Test func whoChangesWhatExistsMakesNothing() throws {
        let paths = StoragePaths(root: scratch.root.appendingPathComponent("typo"))
        let store = try RunStore(paths: paths, access: .existing)
        #expect(throws: RunStoreError.unknownRun("r", near: [])) { try store.delete(run: "r") }
        #expect(throws: RunStoreError.unknownRun("r", near: [])) { try store.tag(run: "r", tags: ["t"]) }
        #expect(throws: RunStoreError.unknownRun("r", near: [])) { try store.claim(run: "r") }
        #expect(throws: RunStoreError.unknownEntry(1)) { try store.removeFromQueue(entry: 1) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.root.path).isEmpty)
    }

    @Test func whoChangesWhatExistsChangesIt() throws {
        let run = try RunStore(paths: scratch.paths)
            .create(configuration: RunConfiguration(), name: "kept", parent: nil)
        let store = try RunStore(paths: scratch.paths, access: .existing)
        try store.note(run: "kept", text: "noted")
        #expect(try RunStore(paths: scratch.paths, access: .reading).summary(of: run).note == "noted")
    }

    @Test func theWayToTheCheckpointsIsToldFromOnesThatWereSuperseded() throws {
        let store = try RunStore(paths: scratch.paths)
        let run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        #expect(store.checkpointProblem(of: run) == nil)
        let folder = store.folder(of: run)
        try FileManager.default.removeItem(at: folder)
        #expect(store.checkpointProblem(of: run)?.contains("does not exist") == true)
        try FileManager.default.createSymbolicLink(atPath: folder.path, withDestinationPath: "/no/such/disk")
        #expect(store.checkpointProblem(of: run)?.contains("link to /no/such/disk, which does not exist") == true)
    }
}
