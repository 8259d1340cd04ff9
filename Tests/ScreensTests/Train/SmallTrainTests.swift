import Messages
import Terminal
import Testing

@testable import Screens

/// Where the plots take turns.
@Suite struct SmallTrainTests {
    private static let sizes = [(80, 24), (100, 30), (60, 18)].map { Size(width: Column($0), height: Row($1)) }

    @Test(arguments: sizes)
    func theJournalIsDrawnOnce(size: Size) {
        var state = WorkbenchState.running(size: size)
        for panel in state.train.panels {
            state.train.setFocus(panel)
            #expect(state.drawn().plainText.split(separator: " Edits and events ").count == 2)
        }
    }

    @Test(arguments: sizes)
    func whatElseTabBringsIsSaid(size: Size) {
        var state = WorkbenchState.running(size: size)
        let count = state.train.panels.count - 2
        #expect(state.drawn().plainText.contains("/\(count) Tab "))
        state.train.setFocus(.loss)
        let first = state.drawn().plainText
        _ = state.press(.tab)
        #expect(state.train.shownPlot != .loss && first != state.drawn().plainText)
    }
}
