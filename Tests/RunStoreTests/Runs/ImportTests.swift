import Configuration
import Foundation
import GRDB
import Messages
import Testing
import TestSupport

@testable import RunStore

/// Runs of another home.
@Suite struct ImportTests {
    let scratch: Scratch
    let there: RunStore
    let here: RunStore
    let run: String

    init() throws {
        let scratch = try Scratch()
        func store(_ name: String) throws -> RunStore {
            try RunStore(paths: StoragePaths(root: scratch.root.appendingPathComponent(name)), described: .shipped)
        }
        let (there, here) = (try store("there"), try store("here"))
        (self.scratch, self.there, self.here) = (scratch, there, here)
        // The numbers of rows and of series are others here.
        let own = try here.create(configuration: RunConfiguration(), name: "own", parent: nil)
        try here.append(
            metrics: [MetricPoint(series: .spikeRate, optimizerStep: 1, value: 0.5)], run: own)
        let run = try there.create(configuration: .unusual, name: "one", parent: nil, preset: "mine")
        self.run = run
        try there.append(
            metrics: (1...50).map { MetricPoint(series: .totalLoss, optimizerStep: $0, value: 1 / Double($0)) }
                + [
                    MetricPoint(series: .spikeRate, optimizerStep: 3, value: 0.25),
                    MetricPoint(series: .eventLoss, optimizerStep: 4, value: .nan),
                ], run: run)
        try there.tag(run: run, tags: ["a", "b"])
        try there.note(run: run, text: "a note")
        let folder = there.checkpointFolder(of: run).appendingPathComponent("00000020-edit", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("weights".utf8).write(to: folder.appendingPathComponent("model.safetensors"))
        try there.record(
            checkpoint: CheckpointRecord(run: run, optimizerStep: 20, epoch: 2, path: folder.path, reason: "edit"))
        var first = edit(run, 1, step: 20, exponent: 4)
        first.checkpoint = folder.path
        try there.record(edit: first)
        try there.record(state: state(run, .finished, step: 50, configuration: .unusual))
    }

    private func other(isElsewhere: Bool = false) throws -> OtherHome {
        let copy = StoragePaths(root: scratch.root.appendingPathComponent("copy-\(UUID().uuidString)"))
        try RunStore.copyHistory(of: there.paths, to: copy)
        return OtherHome(history: copy, runs: there.paths.runs, isElsewhere: isElsewhere)
    }

    /// Without the place where it lies.
    private func text(_ detail: RunDetail, _ store: RunStore) -> [String] {
        // Curves stand in the order in which a history has met their names.
        let metrics = detail.metrics.map { "\($0.series.rawValue) \($0.optimizerStep) \($0.value)" }.sorted()
        return [
            "\(detail.summary)", "\(detail.edits)", "\(detail.checkpoints)",
            "\(detail.notes)",
        ]
        .map { $0.replacingOccurrences(of: store.paths.data.path, with: "DATA") } + metrics
    }

    @Test func aRunComesWholeAndOnce() throws {
        #expect(try here.bring([], from: other()).map(\.outcome) == [.brought])
        let (mine, theirs) = (text(try here.run(run), here), text(try there.run(run), there))
        #expect(mine.count == theirs.count)
        #expect(try here.run(run).configuration == there.run(run).configuration)
        for (mine, theirs) in zip(mine, theirs) { #expect(mine == theirs) }
        #expect(try here.timeline(of: run).moments.map(\.kind) == there.timeline(of: run).moments.map(\.kind))
        let path = try #require(try here.run(run).presentCheckpoints.first?.path)
        #expect(path.hasPrefix(here.paths.runs.path))
        #expect(try String(contentsOfFile: path + "/model.safetensors", encoding: .utf8) == "weights")
        // What is here stays as it is.
        try here.rename(run: run, to: "mine now")
        #expect(try here.bring(["one"], from: other()).map(\.outcome) == [.known])
        #expect(try here.run(run).summary.name == "mine now")
        #expect(try here.run("own").metrics.map(\.value) == [0.5])
    }

    @Test func aFolderWithoutAnEntryIsSetAside() throws {
        let lost = here.paths.runs.appendingPathComponent(run, isDirectory: true)
        try FileManager.default.createDirectory(at: lost, withIntermediateDirectories: true)
        try Data("newer".utf8).write(to: lost.appendingPathComponent("weights"))
        #expect(try here.bring([], from: other()).map(\.outcome) == [.brought])
        let names = try FileManager.default.contentsOfDirectory(atPath: here.paths.runs.path)
        let aside = try #require(names.first { $0.hasPrefix(run + ".before-") })
        let kept = here.paths.runs.appendingPathComponent(aside).appendingPathComponent("weights")
        #expect(try String(contentsOf: kept, encoding: .utf8) == "newer")
        #expect(!names.contains { $0.contains(".coming") })
    }

    @Test func oneRunThatCannotComeLeavesTheOthers() throws {
        let second = try there.create(configuration: RunConfiguration(), name: "second", parent: nil)
        try there.record(state: state(second, .stopped, step: 1))
        let run = run
        let outcome = try here.bring([], from: other()) { wanted in
            if wanted == run { throw CocoaError(.fileReadNoSuchFile) }
        }
        #expect(outcome.map(\.run) == [run, second], "the earliest first")
        #expect(outcome.map(\.outcome) == [.failed, .brought])
    }

    @Test func whatIsWrittenLaterComesLaterInItsTimeline() throws {
        for number in 0..<20 { try there.record(note: RunNote(run: run, optimizerStep: 40, text: "\(number)")) }
        _ = try here.bring([], from: other())
        try here.record(note: RunNote(run: run, optimizerStep: 50, text: "last"))
        guard case .note("last")? = try here.timeline(of: run).moments.last?.kind else {
            Issue.record("expected the note at the end")
            return
        }
    }

    @Test func aRunThatGoesOnElsewhereComesWhenItIsNamed() throws {
        let going = try there.create(configuration: RunConfiguration(), name: "going", parent: nil)
        try there.record(state: state(going, .running, step: 5))
        #expect(try here.bring([], from: other()).first { $0.run == going }?.outcome == .active)
        #expect(try here.bring([], from: other(isElsewhere: true)).first { $0.run == going }?.outcome == .active)
        #expect(try here.bring(["going"], from: other(isElsewhere: true)).map(\.outcome) == [.brought])
        // Nobody here trains it.
        #expect(try here.run(going).summary.isInterrupted)
    }

    @Test func whatIsNotThereAndWhatLeadsElsewhereIsRefused() throws {
        #expect(throws: RunStoreError.self) { try here.bring(["none"], from: other()) }
        let home = try other()
        let history = try DatabaseQueue(path: home.history.runDatabase.path)
        try history.write { try $0.execute(sql: "UPDATE runs SET id = '../../escaped'") }
        try history.close()
        // What cannot be understood of it does not come, and is said.
        let outcome = try here.bring([], from: home)
        #expect(outcome.map(\.outcome) == [.failed] && outcome.first?.problem?.isEmpty == false)
        #expect(throws: RunStoreError.self) { try here.bring(["one"], from: home) }
        #expect(try here.runs().map(\.name) == ["own"])
        #expect(throws: RunStoreError.self) {
            try RunStore.copyHistory(
                of: StoragePaths(root: scratch.root.appendingPathComponent("none")),
                to: StoragePaths(root: scratch.root.appendingPathComponent("x")))
        }
    }
}
