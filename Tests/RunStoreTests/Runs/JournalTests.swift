import Configuration
import Data
import Foundation
import Messages
import RunStore
import Testing
import TestSupport
import Training

@Suite struct JournalTests {
    let scratch: Scratch
    let store: RunStore
    let run: String

    init() throws {
        scratch = try Scratch()
        store = try RunStore(paths: scratch.paths)
        run = try store.create(configuration: RunConfiguration(), name: "first", parent: nil)
    }

    @Test func aNewRunIsThereWithItsFolder() throws {
        #expect(run.wholeMatch(of: /\d{8}-\d{6}-first-[a-z0-9]{4}/) != nil)
        let summary = try #require(try store.runs().first)
        #expect(summary.id == run)
        #expect(summary.name == "first")
        #expect(summary.phase == .preparing)
        #expect(!summary.isInterrupted)
        #expect((summary.epochs, summary.seed, summary.dataSet) == (20, 42, "digits"))
        #expect(abs(summary.created - Date().timeIntervalSince1970) < 60)
        var isFolder = ObjCBool(false)
        #expect(
            FileManager.default.fileExists(atPath: store.checkpointFolder(of: run).path, isDirectory: &isFolder)
                && isFolder.boolValue)
    }

    @Test func configurationIsWrittenOutAndReadsBack() throws {
        let run = try store.create(configuration: .unusual, name: nil, parent: "somebody")
        let file = store.folder(of: run).appendingPathComponent("configuration.yaml")
        let preset = try PresetStore(userFolder: scratch.paths.presets).load(file.path)
        #expect(preset.configuration == .unusual)
        let text = try scratch.text(of: file)
        for knob in EngineDescription.shipped.knobs where knob.kind != .edits {
            #expect(text.contains("\n  \(knob.name): "))
        }
        #expect(text.contains("\nedits:\n  - at: 0.25\n    sliding.exponent: 4\n"))
        let detail = try store.run(run)
        #expect(detail.configuration == .unusual)
        #expect(detail.summary.parent == "somebody")
        #expect(run.hasSuffix(detail.summary.name))
    }

    @Test func everyRecordComesBack() throws {
        let checkpointFolder = store.checkpointFolder(of: run).appendingPathComponent("step-20").path
        let away = CheckpointRecord(run: run, optimizerStep: 10, epoch: 1, path: "/elsewhere/x", reason: "epoch")
        let here = CheckpointRecord(run: run, optimizerStep: 20, epoch: 2, path: checkpointFolder, reason: "edit")
        let edits = [
            AppliedEdit(
                number: 1, run: run, optimizerStep: 20,
                differences: [
                    KnobDifference(key: "loss.domain_coefficient", old: .number(0.5), new: .number(2)),
                    KnobDifference(key: "loss.time_step_weights", old: .text("learnable"), new: .text("off")),
                    KnobDifference(key: "data.crop", old: .flag(true), new: .flag(false)),
                    KnobDifference(key: "training.epochs", old: .integer(20), new: .integer(30)),
                ], origin: .user, checkpoint: checkpointFolder),
            AppliedEdit(
                number: 2, run: run, optimizerStep: 21,
                differences: [KnobDifference(key: "loss.domain_coefficient", old: .number(2), new: .number(0.5))],
                origin: .undo(of: 1), checkpoint: nil),
            AppliedEdit(
                number: 3, run: run, optimizerStep: 22,
                differences: [KnobDifference(key: "loss.domain_coefficient", old: .number(0.5), new: .number(2))],
                origin: .redo(of: 1), checkpoint: "/a name"),
        ]
        let notes = [
            RunNote(run: run, optimizerStep: 5, text: "ä\n'\""), RunNote(run: run, optimizerStep: 3, text: ""),
        ]
        let failure = EngineFailure(
            run: run, optimizerStep: 30, message: "loss is not a number", advice: "lower the rate")
        let result = RunResult(
            run: run, optimizerSteps: 30, validationAccuracy: 0.75, testAccuracy: 0.7, selection: "validation",
            testedEpoch: 2, seconds: 12.5)
        try store.record(checkpoint: away)
        try store.record(checkpoint: here)
        for edit in edits { try store.record(edit: edit) }
        for note in notes { try store.record(note: note) }
        try store.record(failure: failure)
        try store.record(result: result)
        let detail = try store.run(run)
        #expect(detail.edits == edits)
        #expect(detail.checkpoints == [away, here])
        #expect(detail.notes == notes)
        #expect(detail.failure == failure)
        #expect(try store.result(run: run) == result)
        #expect(detail.summary.testAccuracy == 0.7)
        #expect(detail.summary.validationAccuracy == 0.75)
        #expect(detail.summary.editCount == 3)
        #expect(detail.configuration == RunConfiguration())
        let edited = try store.lastState(run: run).configuration
        #expect(edited[DomainAlignment.coefficient] == 2)
        #expect(edited.loss.timeStepWeights == "off")
        #expect(!edited[RandomCrop.isOn])
        #expect(edited.training.epochs == 30)
    }

    @Test func anEditIsNeverRewritten() throws {
        try store.record(edit: edit(run, 1, step: 5, exponent: 4))
        try store.record(edit: edit(run, 1, step: 5, exponent: 4))
        #expect(throws: RunStoreError.editConflict(run: run, number: 1)) {
            try store.record(edit: edit(run, 1, step: 5, exponent: 5))
        }
        #expect(try store.run(run).edits == [edit(run, 1, step: 5, exponent: 4)])
    }

    @Test func theStateIsTheLastOneWrittenDown() throws {
        try store.record(state: state(run, .running, step: 50, configuration: .unusual))
        var expected = state(run, .running, step: 50, configuration: .unusual)
        expected.name = "first"
        #expect(try store.lastState(run: run) == expected)
        try store.record(state: .idle)
        #expect(try store.lastState(run: run) == expected)
    }

    @Test func checkpointsThatAreGoneAreNotOffered() throws {
        func make(_ name: String, step: Int, _ reason: String) throws -> CheckpointRecord {
            let folder = store.checkpointFolder(of: run).appendingPathComponent(name)
            try StoragePaths.ensure(folder)
            let record = CheckpointRecord(run: run, optimizerStep: step, epoch: 0, path: folder.path, reason: reason)
            try store.record(checkpoint: record)
            return record
        }
        #expect(try store.latestCheckpoint(run: run) == nil)
        #expect(try store.bestCheckpoint(run: run) == nil)
        let first = try make("a", step: 10, "epoch")
        let best = try make("best", step: 10, "best")
        let last = try make("b", step: 30, "epoch")
        #expect(try store.latestCheckpoint(run: run) == last)
        #expect(try store.bestCheckpoint(run: run) == best)
        try FileManager.default.removeItem(atPath: last.path)
        #expect(try store.latestCheckpoint(run: run) == best)
        // Written over in place: the record follows.
        let better = try make("best", step: 20, "best")
        #expect(try store.bestCheckpoint(run: run) == better)
        #expect(try store.run(run).checkpoints == [first, last, better])
    }

    @Test func theDataFolderMayBeMoved() throws {
        let folder = store.checkpointFolder(of: run).appendingPathComponent("a")
        try StoragePaths.ensure(folder)
        try store.record(
            checkpoint: CheckpointRecord(run: run, optimizerStep: 1, epoch: 0, path: folder.path, reason: "user"))
        try store.close()
        let moved = try Scratch()
        try FileManager.default.removeItem(at: moved.root)
        try FileManager.default.moveItem(at: scratch.root, to: moved.root)
        let store = try RunStore(paths: moved.paths)
        #expect(try store.latestCheckpoint(run: run)?.path == moved.paths.runs.path + "/\(run)/checkpoints/a")
    }

    @Test func whatIsSaidOfAnUnknownRunIsRefused() {
        let nobody = RunStoreError.unknownRun("nobody", near: [])
        #expect(throws: nobody) { try store.record(state: state("nobody", .running)) }
        #expect(throws: nobody) { try store.record(edit: edit("nobody", 1, step: 1, exponent: 1)) }
        #expect(throws: nobody) { try store.record(note: RunNote(run: "nobody", optimizerStep: 0, text: "")) }
        #expect(throws: nobody) {
            try store.append(
                metrics: [MetricPoint(series: .totalLoss, optimizerStep: 0, value: 0)], run: "nobody")
        }
        #expect(throws: nobody) { try store.append(summary: [EpochSummary(epoch: 0, optimizerStep: 0)], run: "nobody") }
    }
}
