import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

/// What would have come of other values: an edit is gone back to and tried again.
@Suite struct ForkValuesTests {
    /// A run with an edit at step 250, the cursor on it.
    private func onEdit() -> WorkbenchState {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        var edit = Samples.edit(2, at: 250)
        edit.checkpoint = "/ck/250"
        batch.lossless = [
            .checkpoint(CheckpointRecord(run: "r9", optimizerStep: 250, epoch: 3, path: "/ck/250", reason: "edit")),
            .edit(edit),
        ]
        state.receive([.reports(batch)])
        state.train.focus = .init("edits")
        _ = state.press(.character("G"))
        return state
    }

    private func detail() -> RunDetail {
        var detail = Samples.detail("r9")
        detail.edits = [Samples.edit(1, at: 120, run: "r9"), Samples.edit(2, at: 200, run: "r9")]
        for index in detail.edits.indices {
            let step = detail.edits[index].optimizerStep
            detail.edits[index].checkpoint = "/ck/\(step)"
            detail.checkpoints.append(
                CheckpointRecord(run: "r9", optimizerStep: step, epoch: 1, path: "/ck/\(step)", reason: "edit"))
        }
        return detail
    }

    @Test func theSettingsAtACheckpointAreThoseBeforeItsEdit() {
        let detail = detail()
        func value(_ path: String?) -> KnobValue? {
            guard let key = detail.edits.first?.differences.first?.key else { return nil }
            return detail.configuration(at: path, described: .shipped)?.stored(key)
                ?? EngineDescription.shipped.knownKnob(key)?.value(in: RunConfiguration())
        }
        let (first, second) = (detail.edits[0].differences[0], detail.edits[1].differences[0])
        #expect(first.key == second.key)
        #expect(value("/ck/120") == EngineDescription.shipped.knownKnob(first.key)?.value(in: detail.configuration))
        #expect(value("/ck/200") == first.new)
        #expect(value("/runs/r9") == second.new)
        #expect(value(nil) == first.new, "the latest that was written is the one before the second edit")
        #expect(detail.configuration(at: "/of/a/parent", described: .shipped) == nil)
    }

    @Test func whatElseAnEditCouldHaveBeenIsTriedInOneGesture() throws {
        var state = onEdit()
        let path = try #require(state.train.events.last?.checkpoint)
        let edit = try #require(state.train.edits.first { $0.checkpoint == path })
        #expect(state.press(.character("f")) == [.ask(.run("r9"))])
        var detail = Samples.detail("r9")
        detail.edits = [edit]
        detail.checkpoints.append(
            CheckpointRecord(run: "r9", optimizerStep: edit.optimizerStep, epoch: 1, path: path, reason: "edit"))
        state.receive([.reply(.run(detail))])
        let tuning = state.train.tuning
        #expect(tuning.stagedLive == edit.differences.map { KnobChange(key: $0.key, value: $0.new) })
        #expect(tuning.chosen?.key == edit.differences.first?.key)
        #expect(state.drawn().plainText.contains("at step \(edit.optimizerStep)"))
        // Something else goes on: the question is which of both.
        _ = state.press(.right, .enter)
        let text = state.drawn().plainText
        #expect(text.contains("Fork ") && text.contains("queue"))
        _ = state.press(.escape, .escape, .escape)
        #expect(state.train.tuning.fork == nil)
    }

    @Test func whatIsStagedForTheRunStaysWhileAForkIsMadeReady() throws {
        var state = WorkbenchState.running()
        state.train.focus = .init("tuning")
        _ = state.press(.down, .right)
        let staged = state.train.tuning.stagedLive
        #expect(staged.count == 1)
        let point = ForkPoint(run: "r9", runName: "demo", checkpoint: "/ck", optimizerStep: 10, changes: [])
        state.train.tuning.begin(point, base: RunConfiguration(), state.shared.run)
        #expect(state.train.tuning.stagedLive.isEmpty)
        // What the run answers meanwhile is about the run.
        state.train.tuning.takeBack([KnobChange(key: "optimizer.clip_norm", value: .number(3))])
        #expect(state.train.tuning.stagedLive.isEmpty)
        _ = state.press(.escape)
        #expect(state.train.tuning.fork == nil && state.train.tuning.stagedLive.contains(staged[0]))
        #expect(state.train.tuning.stagedLive.contains { $0.key == "optimizer.clip_norm" })
    }

    @Test func valuesOfOneForkAreNotThoseOfAnother() throws {
        var state = WorkbenchState.answered()
        let change = KnobChange(key: "loss.domain_coefficient", value: .number(0.25))
        let point = ForkPoint(run: "r1", runName: "one", checkpoint: "/ck", optimizerStep: 10, changes: [change])
        state.train.tuning.begin(point, base: RunConfiguration(), state.shared.run)
        let other = ForkPoint(run: "r2", runName: "two", checkpoint: "/other", optimizerStep: 10)
        _ = state.forkQuestion(other)
        let fork = TuningCommand.fork(run: "r2", checkpoint: "/other", changes: [], name: nil)
        #expect(state.drawn().plainText.contains("Fork of one") || state.screen != .train)
        guard case .dialog(.question(let question))? = state.forkQuestion(other).first else {
            Issue.record("expected a question")
            return
        }
        #expect(question.choices.contains { $0.intent == .command(fork) })
        _ = state.update(.answer(fork, .tookEffect(run: "r3", optimizerStep: 10)))
        #expect(state.train.tuning.editedFork?.changes == [change])
    }

    @Test func settingsOfAForkAreNoPresets() {
        var state = WorkbenchState.answered()
        state.train.tuning.load(RunConfiguration(), from: "preset mine", preset: "mine", state.shared.run)
        let point = ForkPoint(run: "r1", runName: "one", checkpoint: "/ck", optimizerStep: 10, changes: [])
        state.train.tuning.begin(point, base: RunConfiguration(), state.shared.run)
        _ = state.press(.character("2"), .character("b"))
        #expect(state.drawn().plainText.contains("from the fork of one"))
        guard case .send(.start(_, _, let preset))? = state.press(.enter).first else {
            Issue.record("expected a run to begin")
            return
        }
        #expect(preset == nil)
    }

    @Test func whatNeedsANewRunIsNotOfferedToAFork() throws {
        var state = WorkbenchState.answered()
        let point = ForkPoint(run: "r9", runName: "demo", checkpoint: "/ck", optimizerStep: 10, changes: [])
        state.train.tuning.begin(point, base: RunConfiguration(), state.shared.run)
        let seed = try EngineDescription.shipped.knob("training.seed")
        state.train.tuning.cursor.select(try #require(state.train.tuning.shown.firstIndex(of: seed)))
        _ = state.press(.right)
        #expect(state.train.tuning.staged.isEmpty && state.shared.status?.text.contains("needs a new run") == true)
        #expect(state.press(.character("=")).isEmpty && state.dialogs.isEmpty)
    }
}
