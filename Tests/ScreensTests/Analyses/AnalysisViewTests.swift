import Messages
import Terminal
import Testing

@testable import Screens

@Suite("Looking into a network") struct AnalysisViewTests {
    private static let summaries = [
        AnalysisSummary(name: "confusion", title: "Confusion matrix", summary: "which classes are taken for which"),
        AnalysisSummary(name: "grad-cam", title: "Grad-CAM", summary: "where the answer comes from"),
    ]

    /// The runs screen with the list of analyses open.
    private func choosing() -> WorkbenchState {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .character("v"))
        #expect(effects.contains { if case .ask(.analyses) = $0 { true } else { false } })
        state.receive([.reply(.analyses(Self.summaries, run: "r1"))])
        return state
    }

    @Test("is chosen from a list, and what was found stands there when it comes")
    func chosen() throws {
        var state = choosing()
        let effects = state.press(.enter)
        #expect(effects == [.ask(.analysis("confusion", run: "r1", AnalysisOptions()))])
        state.receive([.reading(Preparation(title: "confusion", done: 3, all: 9, seconds: 1, secondsLeft: 2))])
        #expect(state.shared.status?.text.contains("3 of 9") ?? false, "\(String(describing: state.shared.status))")
        state.receive([.reply(.analysis(Samples.analysis, run: "r1"))])
        guard case .analysis(let view)? = state.dialogs.last else {
            Issue.record("no view: \(state.dialogs)")
            return
        }
        #expect(view.pageCount == 3 && view.picture == nil && state.shared.awaitedAnalysis == nil)
        let text = state.text()
        #expect(text.contains("accuracy 82.1 %") && text.contains("anchor             9        44.4"), "\(text)")
        _ = state.press(.tab)
        #expect(state.text().contains("by answer"))
        // A class without recordings has no shares.
        #expect(state.drawn(charset: .ascii).plainText.contains("ant"))
        _ = state.press(.tab, .tab, .backTab)
        #expect(state.text().contains("Maps") && state.text().contains("events"))
        let files = state.press(.character("X")).compactMap {
            if case .export(let export) = $0 { export.name } else { nil }
        }
        #expect(
            files.count == 3 && files.contains { $0.hasSuffix("confusion") }
                && files.contains { $0.hasSuffix("confusion-maps") })
        #expect(state.dialogs.count == 1)
        _ = state.press(.escape)
        #expect(state.dialogs.isEmpty)
    }

    @Test("is compared with the pinned run") func pinned() {
        var state = choosing()
        state.shared.pinned = "r2"
        var options = AnalysisOptions()
        options.reference = "r2"
        #expect(state.press(.enter).contains(.ask(.analysis("confusion", run: "r1", options))))
    }

    @Test("can be called off, and what still comes is not shown")
    func cancelled() {
        var state = choosing()
        _ = state.press(.enter)
        _ = state.press(.character("v"))
        guard case .question? = state.dialogs.last else {
            Issue.record("no question")
            return
        }
        #expect(state.press(.down, .enter).contains(.cancelAnalysis))
        state.receive([
            .reply(.failure(request: .analysis("confusion", run: "r1", AnalysisOptions()), message: "cancelled")),
            .reply(.analysis(Samples.analysis, run: "r1")),
        ])
        #expect(state.dialogs.isEmpty && state.shared.status?.text == "analysis cancelled")
    }

    @Test("says why it cannot be made") func refused() {
        var state = choosing()
        _ = state.press(.enter)
        state.receive([
            .reply(.failure(request: .analysis("confusion", run: "r1", AnalysisOptions()), message: "no checkpoint"))
        ])
        #expect(state.shared.status?.text == "no checkpoint" && state.shared.awaitedAnalysis == nil)
    }
}
