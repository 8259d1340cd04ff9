import Messages
import Terminal
import Testing

@testable import Screens

/// The first line keeps the step, whatever a run is called.
@Suite struct HeaderTests {
    private func state(_ name: String, _ width: Int) -> WorkbenchState {
        var state = WorkbenchState.running(size: Size(width: Column(width), height: 24))
        state.receive([.reply(.runs([Samples.run("r9", name)]))])
        return state
    }

    @Test(arguments: ["demo", "digits-sliding-half-of-the-run-with-lambda-0.5@1200"], [60, 72, 80, 100, 120, 200])
    func theStepIsAlwaysThere(name: String, width: Int) {
        let line = state(name, width).drawn().plainText.split(separator: "\n")[0]
        #expect(line.contains("300/"), "\(line)")
        #expect(line.contains(name.prefix(4)) && line.count <= width)
        #expect(line.contains("[2 Train]"))
    }

    @Test("held, the run stands where its last step was, though progress is told now and then")
    func theStepIsNotStale() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.paused, step: 317))]
        state.receive([.reports(batch)])
        #expect(state.shared.optimizerStep == 317)
        #expect(state.drawn().plainText.split(separator: "\n")[0].contains("317/"))
    }
}
