import Messages
import Testing

@testable import Screens

@Suite struct AlertScreenTests {
    @Test(arguments: [true, false])
    func anAlertIsSaidKeptAndRung(rings: Bool) {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .alert(Alert(rule: "loss>5: ring", run: "r9", optimizerStep: 290, text: "loss.total is 6.1", rings: rings))
        ]
        let effects = state.update(.reports(batch))
        #expect(effects.contains(.ring) == rings)
        #expect(state.shared.status?.text == "alert: loss.total is 6.1")
        #expect(state.drawn().plainText.contains("⚑ loss.total is 6.1"))
        #expect(state.log.lines.last?.line.text.contains("loss>5: ring") == true)
    }
}
