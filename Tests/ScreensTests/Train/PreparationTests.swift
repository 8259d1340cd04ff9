import Messages
import Terminal
import Testing

@testable import Screens

/// While data are simulated or read, the screen says how far they are.
@Suite struct PreparationTests {
    private func batch(_ phase: RunState.Phase, _ done: Int?) -> ReportSubscription.Batch {
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(phase, step: phase == .preparing ? 0 : 1))]
        batch.preparation = done.map {
            Preparation(title: "simulating recordings", done: $0, all: 1165, seconds: 3, secondsLeft: 6)
        }
        return batch
    }

    @Test(arguments: [Size(width: 120, height: 36), Size(width: 80, height: 24)])
    func itIsSaidUntilTheRunHasBegun(size: Size) {
        var state = WorkbenchState.answered(size: size)
        state.receive([.reports(batch(.preparing, nil))])
        #expect(state.drawn().plainText.contains("preparing data"))
        state.receive([.reports(batch(.preparing, 412))])
        let text = state.drawn().plainText
        #expect(text.contains("simulating recordings: 412 of 1165"))
        #expect(text.split(separator: "\n").first?.contains("412 of 1165") == true || text.contains("preparing 35 %"))
        state.receive([.reports(batch(.running, 1164))])
        #expect(!state.drawn().plainText.contains("simulating"))
        #expect(state.shared.preparation == nil)
    }
}
