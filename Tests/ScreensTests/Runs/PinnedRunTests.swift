import Configuration
import Messages
import Plotting
import Terminal
import Testing
import Training

@testable import Screens

/// A run is pinned as the one that all others are compared with.
@Suite struct PinnedRunTests {
    /// The second sample run pinned while another trains.
    private func pinned(size: Size = Size(width: 120, height: 36)) -> WorkbenchState {
        var state = WorkbenchState.running(size: size)
        let effects = state.press(.character("3"), .character("p"))
        #expect(effects.contains(.ask(.curves(runs: ["r2"], series: state.train.ghostSeries))))
        state.receive([.reply(.curves([Samples.curves("r2")]))])
        return state
    }

    @Test func thePinIsKeptAndLetGo() throws {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .character("p"))
        guard case .savedLayout(let layout)? = effects.last else {
            Issue.record("expected a layout")
            return
        }
        #expect(layout.pinnedRun == "r2" && state.shared.pinnedRun?.name == "slide-hard")
        #expect(WorkbenchState(layout: layout, described: .shipped).shared.pinned == "r2")
        #expect(state.drawn().plainText.contains("★ slide-hard"))
        _ = state.press(.character("p"))
        #expect(state.shared.pinned == nil && !state.drawn().plainText.contains("★ slide-hard"))
    }

    @Test func aPinGoesWithItsRun() {
        var state = pinned()
        let effects = state.update(.reply(.runs([Samples.run("r1", "slide-base")])))
        #expect(state.shared.pinned == nil && state.train.ghosts.isEmpty && state.runs.reference == nil)
        #expect(effects.contains { if case .savedLayout(let layout) = $0 { layout.pinnedRun == nil } else { false } })
    }

    @Test func aListThatHasNotComeTakesNoPin() {
        var layout = WorkbenchLayout()
        layout.pinnedRun = "r2"
        var state = WorkbenchState(layout: layout, described: .shipped)
        state.receive([.reply(.presets(Samples.presets)), .reply(.failure(request: .runs, message: "locked"))])
        #expect(state.shared.pinned == "r2")
    }

    @Test func everyPlotOfTrainShowsIt() throws {
        let theme = try ThemeCatalogue(environment: [:]).theme(named: "dark")
        var state = pinned()
        _ = state.press(.character("2"))
        for isHidden in [false, true] {
            for panel in state.train.plotPanels where state.train.ghostSeries(of: panel) != nil {
                let plot = state.train.plot(panel, Look(theme: theme))
                let reference = try #require(plot.series.last)
                #expect(reference.isReference && reference.isGhost && reference.name == "run-r2", "\(isHidden)")
                #expect(reference.style == theme[.reference])
                if !reference.curve.isEmpty {
                    #expect(plot.panel(title: "").series.last?.style == .reference)
                }
            }
            // Other runs can be hidden; this one is what is compared with.
            _ = state.press(.character("o"))
        }
        #expect(!(0..<Theme.seriesCount).map(theme.series).contains(theme[.reference]))
        #expect(state.drawn().plainText.contains("★ run-r2"))
    }

    @Test(arguments: [(120, 36), (200, 60), (80, 24), (60, 18)])
    func theLegendNamesIt(width: Int, height: Int) {
        var state = pinned(size: Size(width: Column(width), height: Row(height)))
        _ = state.press(.character("2"))
        #expect(state.drawn().plainText.contains("★ run-r2") || state.drawn().plainText.contains("★run-r2"))
    }

    @Test func aLongNameLeavesRoomForTheCurves() {
        var state = pinned(size: Size(width: 80, height: 24))
        var curves = Samples.curves("r2")
        curves.name = "digits-with-a-very-long-name-for-a-run-that-is-pinned-seed-7"
        state.receive([.reply(.curves([curves]))])
        _ = state.press(.character("2"))
        let text = state.drawn().plainText
        #expect(text.contains("★digits-w…-seed-7") || text.contains("seed-7"))
        #expect(text.contains("●a 0."))
    }

    @Test func itIsBeneathTheCurvesOfOtherRuns() {
        let state = pinned()
        let look = Look(theme: .builtIn)
        let other = state.runs.plot([Samples.detail("r1")], .totalLoss, look)
        #expect(other.series.map(\.isReference) == [false, true])
        #expect(state.runs.plot([Samples.detail("r2")], .totalLoss, look).series.map(\.isReference) == [false])
    }

    @Test(arguments: [(120, 36), (200, 60), (80, 24), (60, 18)])
    func theListShowsDifferencesInPoints(width: Int, height: Int) {
        var state = WorkbenchState.answered(size: Size(width: Column(width), height: Row(height)))
        var runs = [Samples.run("r1", "base", created: 2), Samples.run("r2", "next", created: 1)]
        (runs[0].testAccuracy, runs[1].testAccuracy) = (0.6, 0.55)
        state.receive([.reply(.runs(runs))])
        _ = state.press(.character("3"), .character("g"), .character("p"), .down)
        let lines = state.drawn().plainText.split(separator: "\n")
        #expect(lines.contains { $0.contains("Δtest") && $0.contains("Δval") })
        #expect(lines.contains { $0.contains("○ next") && $0.contains("-5.0") && $0.contains("-1.0") })
        #expect(lines.contains { $0.contains("★ base") && !$0.contains("0.0 ") })
    }

    @Test func theDetailSaysBoth() {
        var state = WorkbenchState.answered(size: Size(width: 200, height: 60))
        var detail = Samples.detail("r1")
        (detail.summary.parent, detail.summary.testAccuracy) = ("r2", 0.6)
        let runs = [detail.summary, Samples.run("r2", "base"), Samples.run("r3", "best")]
        state.receive([.reply(.runs(runs)), .reply(.run(detail))])
        state.shared.pinned = "r3"
        state.screen = .runs
        state.runs.open("r1")
        let text = state.drawn().plainText
        #expect(text.contains("test +5.0 points, validation 0.0 points vs pinned run best"))
        #expect(text.contains("test +5.0 points, validation 0.0 points vs parent base"))
    }

    @Test func theReferenceIsTheFirstOfTwoSideBySide() {
        var state = pinned()
        _ = state.press(.down, .character(" "), .up, .character(" "))
        #expect(state.runs.marked == ["r1", "r2"])
        _ = state.press(.character("d"), .character("d"))
        #expect(state.runs.comparedRuns == ["r2", "r1"])
    }

    @Test func theReferenceIsFoundByName() {
        var state = WorkbenchState.answered()
        _ = state.press(.character(":"))
        _ = state.type("baseline")
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected the palette")
            return
        }
        #expect(chooser.chosen?.title == "pin as the reference run, or unpin")
    }
}
