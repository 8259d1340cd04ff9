import Configuration
import Foundation
import Messages
import Testing
import TestSupport

@testable import RunStore

/// Runs of other homes in the lists of this one.
@Suite struct OtherHomesTests {
    let scratch: Scratch
    let own: RunStore
    let other: RunStore
    let ownRun: String
    let otherRun: String

    init() throws {
        let scratch = try Scratch()
        func store(_ name: String) throws -> RunStore {
            try RunStore(paths: StoragePaths(root: scratch.root.appendingPathComponent(name)), described: .shipped)
        }
        let (own, other) = (try store("own"), try store("other"))
        (self.scratch, self.own, self.other) = (scratch, own, other)
        ownRun = try own.create(configuration: RunConfiguration(), name: "here", parent: nil)
        otherRun = try other.create(configuration: .unusual, name: "there", parent: nil)
        try other.append(metrics: [MetricPoint(series: .totalLoss, optimizerStep: 1, value: 2)], run: otherRun)
        try other.record(state: state(otherRun, .finished, step: 50, configuration: .unusual))
    }

    private func library() throws -> StoredLibrary {
        StoredLibrary(
            runs: own, presets: PresetStore(paths: own.paths, described: .shipped),
            others: OtherHomes(of: own.paths, described: .shipped))
    }

    private func list(_ folder: String) throws { try OtherHomes.write(adding: [folder], removing: [], of: own.paths) }

    @Test func areListedShownAndCompared() throws {
        #expect(try library().listRuns().map(\.id) == [ownRun])
        let folder = other.paths.home?.path ?? ""
        try list(folder)
        let library = try library()
        let listed = try library.listRuns()
        #expect(listed.map(\.id) == [ownRun, otherRun] && listed.map(\.home) == [nil, folder])
        let detail = try library.detail(of: "there")
        #expect(detail.summary.id == otherRun && detail.summary.home == folder)
        #expect(try library.curves(of: [ownRun, otherRun], series: []).map(\.run) == [ownRun, otherRun])
        #expect(try library.outcomes(of: [otherRun, "gone", ownRun]).map(\.summary.id) == [otherRun, ownRun])
        #expect(try library.timeline(of: otherRun).detail.summary.id == otherRun)
        #expect(try library.configuration(of: .run(otherRun)) == .unusual)
    }

    @Test(
        arguments: [
            HistoryChange.renameRun("there", name: "x"), .tagRun("there", tags: ["x"]), .noteRun("there", note: "x"),
            .deleteRun("there"),
        ])
    func areNotChanged(change: HistoryChange) throws {
        try list(other.paths.home?.path ?? "")
        let library = try library()
        let before = try Data(contentsOf: other.paths.runDatabase)
        let failure = #expect(throws: LibraryFailure.self) { try library.change(change) }
        #expect(failure?.description.contains("saccade runs pull") == true)
        #expect(try other.run(otherRun).summary.name == "there")
        #expect(try Data(contentsOf: other.paths.runDatabase) == before)
    }

    /// What is written there later shows here.
    @Test func areReadAnewWhenTheyChange() throws {
        try list(other.paths.home?.path ?? "")
        let library = try library()
        #expect(try library.listRuns().count == 2)
        let version = library.others.version
        _ = try other.create(configuration: RunConfiguration(), name: "later", parent: nil)
        #expect(library.others.version != version)
        #expect(try library.listRuns().contains { $0.name == "later" })
    }

    @Test func aHomeThatIsNotThereIsSaidAndHidesNothing() throws {
        try list("/nonexistent/home")
        try list(other.paths.home?.path ?? "")
        let listed = try library().listRuns()
        #expect(listed.map(\.id) == [ownRun, "/nonexistent/home", otherRun])
        #expect(listed[1].problem?.contains("/nonexistent/home") == true)
    }

    /// As after `runs pull`: the one here counts.
    @Test func aRunThatIsHereTooIsListedOnce() throws {
        try list(other.paths.home?.path ?? "")
        let copy = StoragePaths(root: scratch.root.appendingPathComponent("copy"))
        try RunStore.copyHistory(of: other.paths, to: copy)
        _ = try own.bring([], from: OtherHome(history: copy, runs: other.paths.runs, isElsewhere: false))
        let listed = try library().listRuns()
        #expect(listed.map(\.id).sorted() == [ownRun, otherRun].sorted() && listed.allSatisfy { $0.home == nil })
    }

    @Test func aHomeIsListedOnceWhateverItIsCalled() throws {
        let link = scratch.root.appendingPathComponent("link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: try #require(other.paths.home))
        let ownLink = scratch.root.appendingPathComponent("own-link")
        try FileManager.default.createSymbolicLink(at: ownLink, withDestinationURL: try #require(own.paths.home))
        for folder in [link.path, other.paths.home?.path ?? "", ownLink.path] { try list(folder) }
        #expect(try library().listRuns().map(\.id) == [ownRun, otherRun])
    }

    @Test func aNameThatSeveralRunsHaveIsSaidToBeAmbiguous() throws {
        try list(other.paths.home?.path ?? "")
        _ = try other.create(configuration: RunConfiguration(), name: "there", parent: nil)
        let failure = #expect(throws: LibraryFailure.self) { try library().detail(of: "there") }
        #expect(failure?.description.contains(otherRun) == true)
    }

    /// Nothing of it is lost.
    @Test func aFileThatCannotBeReadIsSaidAndLeftAlone() throws {
        let file = own.paths.config.appendingPathComponent("homes")
        try FileManager.default.createDirectory(at: own.paths.config, withIntermediateDirectories: true)
        let bytes = Data([0x2F, 0xE9, 0x0A])
        try bytes.write(to: file)
        #expect(throws: (any Error).self) { try OtherHomes.write(adding: ["/x"], removing: [], of: own.paths) }
        #expect(try Data(contentsOf: file) == bytes)
        let listed = try library().listRuns()
        #expect(listed.count == 2 && listed[1].problem?.contains(file.path) == true)
    }

    @Test func theFileKeepsItsComments() throws {
        let file = own.paths.config.appendingPathComponent("homes")
        try FileManager.default.createDirectory(at: own.paths.config, withIntermediateDirectories: true)
        try "# of the cluster\n/one\n\n/two\n".write(to: file, atomically: true, encoding: .utf8)
        try OtherHomes.write(adding: ["/three"], removing: ["/one"], of: own.paths)
        #expect(try String(contentsOf: file, encoding: .utf8) == "# of the cluster\n\n/two\n/three\n")
        #expect(try OtherHomes.folders(of: own.paths) == ["/two", "/three"])
    }
}

/// A run that another machine trains, and one whose process died there.
@Suite struct SignOfLifeTests {
    let scratch: Scratch
    let store: RunStore
    let run: String

    init() throws {
        let scratch = try Scratch()
        // The process of another boot: nobody here can ask for it.
        let identity = ProcessIdentity(processIdentifier: 1, startTicks: 1, boot: "another")
        self.scratch = scratch
        store = try RunStore(paths: scratch.paths, described: .shipped, identity: identity)
        run = try store.create(configuration: RunConfiguration(), name: "far", parent: nil)
        try store.record(state: state(run, .running, step: 3, configuration: RunConfiguration()))
    }

    private func sign(boot: String, host: String, age: Double) throws {
        let file = store.folder(of: run).appendingPathComponent(SignOfLife.fileName)
        let machine = host == RunOrigin.currentHost ? SignOfLife.machine : "0123"
        try "\(boot)\n\(host)\n\(machine)\n".write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
    }

    @Test func withoutOneItWasInterrupted() throws {
        #expect(try store.run(run).summary.stateName == "interrupted")
    }

    @Test func aFreshOneOfAnotherMachineMeansThatItGoesOn() throws {
        try sign(boot: "another", host: "elsewhere", age: 5)
        let summary = try store.run(run).summary
        #expect(!summary.isInterrupted && summary.host == "elsewhere" && summary.stateName == "running on elsewhere")
        #expect(throws: RunStoreError.trainedOnAnotherMachine(run: run, host: "elsewhere")) {
            try store.claim(run: run)
        }
        #expect(throws: RunStoreError.trainedOnAnotherMachine(run: run, host: "elsewhere")) {
            try store.delete(run: run)
        }
    }

    @Test func anOldOneMeansThatItDied() throws {
        try sign(boot: "another", host: "elsewhere", age: 90)
        #expect(try store.run(run).summary.isInterrupted)
        try store.claim(run: run)
    }

    /// The machine was started again since.
    @Test func oneOfThisMachineSaysNothing() throws {
        try sign(boot: "another", host: RunOrigin.currentHost, age: 1)
        #expect(try store.run(run).summary.isInterrupted)
    }

    @Test func isGivenAsLongAsSomebodyHoldsIt() async throws {
        let folder = store.folder(of: run)
        do {
            let heartbeat = store.heartbeat(run: run)
            try await eventually("a sign of life") { SignOfLife(in: folder) != nil }
            let sign = try #require(SignOfLife(in: folder))
            #expect(sign.isFresh && !sign.isOfAnotherMachine && sign.host == RunOrigin.currentHost)
            withExtendedLifetime(heartbeat) {}
        }
        try await eventually("that it is taken away") { SignOfLife(in: folder) == nil }
    }
}
