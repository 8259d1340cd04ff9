import Messages
import Terminal
import Testing

@testable import Screens

/// What came of a run is read whole on the training screen, whatever its size.
@Suite struct OutcomeTests {
    private static let result = RunResult(
        run: "r9", optimizerSteps: 408, validationAccuracy: 0.983, testAccuracy: 0.972, selection: "validation",
        testedEpoch: 4, testedStep: 340, seconds: 12)

    private func finished(_ size: Size, _ report: EngineReport, _ phase: RunState.Phase) -> WorkbenchState {
        var state = WorkbenchState.running(size: size)
        var batch = ReportSubscription.Batch()
        batch.lossless = [report, .state(Samples.state(phase, step: 408))]
        state.receive([.reports(batch), .tick(60)])
        return state
    }

    private func words(_ state: WorkbenchState, rows: Range<Int>) -> String {
        let lines = state.drawn().plainText.split(separator: "\n", omittingEmptySubsequences: false)
        return lines[rows].map(\.trimmed).joined(separator: " ")
    }

    static let sizes = [(120, 36), (80, 24), (200, 60), (60, 18), (100, 30)].map {
        Size(width: Column($0), height: Row($1))
    }

    @Test(arguments: sizes)
    func testAccuracyAndTheTestedStepAreWhole(size: Size) {
        let state = finished(size, .finished(Self.result), .finished)
        #expect(
            words(state, rows: 1..<4).contains(
                "finished: validation 98.3 %, test 97.2 % (epoch 4, step 340: best validation)"))
        #expect(words(state, rows: 0..<1).contains("test 97.2 %"))
    }

    /// The run that ended has three seeds, and its parent too.
    @Test(arguments: sizes)
    func theDifferenceToTheParentIsTold(size: Size) throws {
        var state = finished(size, .finished(Self.result), .finished)
        let others = Samples.compared.filter { $0.summary.id != "b1" }
        var own = Samples.outcome("r9", seed: 1, test: 0.640, exponent: 5)
        own.summary.parent = "a1"
        let list = [own] + others
        let effects = state.update(.reply(.runs(list.map(\.summary))))
        let asked = effects.compactMap { if case .ask(.outcomes(let runs)) = $0 { runs } else { nil } }
        let runs = try #require(asked.first)
        #expect(asked.count == 1 && runs.prefix(2) == ["r9", "a1"] && Set(runs).count == 6)
        #expect(!words(state, rows: 1..<6).contains("points"))
        // What somebody else asked is no answer.
        state.receive([.reply(.outcomes(runs: ["r9", "a1"], list))])
        #expect(state.train.difference == nil)
        state.receive([.reply(.outcomes(runs: runs, list))])
        // 3, 3.5 and 2.5 points: s = 0.5, t = 4.303.
        #expect(
            words(state, rows: 1..<6).contains(
                "+3.0 points vs parent exponent-3-seed-1 (mean over 3 seeds +3.0, 95 % interval +1.8 to +4.2, Student's t) · took 12s"
            ))
        // A pinned run goes before the parent.
        state.shared.pinned = "a2"
        #expect(state.update(.tick(1)).count == 1)
        state.receive([.reply(.outcomes(runs: try #require(state.train.wantedDifference).candidates, list))])
        #expect(words(state, rows: 1..<6).contains("+4.0 points vs pinned run exponent-3-seed-2"))
    }

    @Test(arguments: sizes)
    func whyItFailedIsWhole(size: Size) {
        let failure = EngineFailure(
            run: "r9", optimizerStep: 408,
            message: "the loss is no longer a number: the gradient was 1.2e9 long at the layer conv2",
            advice: "clip the gradient (gradient clipping) or take a lower learning rate")
        let state = finished(size, .failure(failure), .failed)
        let text = words(state, rows: 1..<6)
        #expect(text.contains("at the layer conv2 — clip the gradient") && text.contains("lower learning rate"))
    }

    @Test func itIsToldWhereThereIsNoRoomForScreens() {
        let state = finished(Size(width: 40, height: 10), .finished(Self.result), .finished)
        let text = words(state, rows: 0..<8)
        #expect(text.contains("test 97.2 %") && text.contains("step 340: best validation"))
    }

    @Test func aRunThatGoesOnHasNotEnded() {
        var state = finished(Size(width: 120, height: 36), .finished(Self.result), .finished)
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.running, step: 350))]
        state.receive([.reports(batch)])
        #expect(!state.drawn().plainText.contains("✓ finished"))
        #expect(OutcomeBanner(state.train, state.shared.run) == nil)
    }
}
