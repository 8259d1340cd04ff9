import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct LogTests {
    private func state() -> WorkbenchState {
        var state = WorkbenchState.running()
        state.receive([.now(1_764_180_000, secondsFromGMT: 3600)])
        var batch = ReportSubscription.Batch()
        batch.log = [
            LogLine(level: .warning, text: "a disk that is slow " + String(repeating: "-", count: 150) + " the end"),
            LogLine(level: .error, text: "no space"),
        ]
        state.receive([.reports(batch)])
        _ = state.press(.character("4"))
        return state
    }

    @Test func levelsAndTimesAreReadWithoutColors() {
        let text = state().drawn(charset: .ascii).plainText
        #expect(text.contains("19:00:00 ! a disk"))
        #expect(text.contains("19:00:00 x no space"))
    }

    @Test(arguments: [Size(width: 120, height: 36), Size(width: 80, height: 24), Size(width: 60, height: 18)])
    func longLinesAreReadWhole(size: Size) {
        var state = state()
        _ = state.update(.size(size))
        let text = state.drawn().plainText
        #expect(text.contains("the end") && text.contains("no space"))
    }

    @Test("keys that mean nothing here are neither offered nor taken")
    func meaningless() {
        let state = state()
        let footer = state.drawn().plainText.split(separator: "\n").suffix(2).joined()
        #expect(!footer.contains("Tab panel") && !footer.contains("z zoom"))
        #expect(BindingTable.action(for: .tab, in: .log) == nil)
        #expect(BindingTable.action(for: .tab, in: .runList) == .nextPanel)
        #expect(!HelpPage.lines(context: .log).contains { $0.title.contains("zoom the panel") })
    }

    @Test func validationsFillNoLog() {
        var state = WorkbenchState.running()
        let before = state.log.lines.count
        for phase in [RunState.Phase.validating, .running, .validating, .running] {
            var batch = ReportSubscription.Batch()
            batch.lossless = [.state(Samples.state(phase, step: 300))]
            state.receive([.reports(batch)])
        }
        #expect(state.log.lines.count == before)
    }
}
