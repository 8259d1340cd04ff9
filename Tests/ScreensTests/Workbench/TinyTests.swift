import Messages
import Terminal
import Testing

@testable import Screens

/// Where the screens give way to figures.
@Suite struct TinyTests {
    private let small = Size(width: 40, height: 10)

    @Test(
        "the keys that are offered work, whatever screen was shown before",
        arguments: ["1", "2", "3", "4", "5"] as [Character])
    func keys(screen: Character) {
        var state = WorkbenchState.running()
        _ = state.press(.character(screen))
        state.receive([.size(small)])
        #expect(state.drawn().plainText.contains("space pauses"))
        #expect(state.press(.character(" ")) == [.send(.pause)])
        _ = state.press(.character("S"))
        #expect(state.drawn().plainText.contains("Stop the run?"))
        #expect(state.press(.down, .enter).contains(.send(.stop)))
    }

    @Test("nothing is changed out of sight")
    func others() {
        var state = WorkbenchState.running()
        state.receive([.size(small)])
        #expect(state.press(.right, .enter, .character("r"), .character("u"), .character(":"), .character("b")).isEmpty)
        #expect(state.train.tuning.staged.isEmpty && state.dialogs.isEmpty)
    }

    @Test("a list that was open is closed, not answered")
    func lists() {
        var state = WorkbenchState.running()
        _ = state.press(.character("b"))
        state.receive([.size(small)])
        #expect(state.drawn().plainText.contains("Esc closes it"))
        #expect(state.press(.enter, .down, .enter).isEmpty)
        #expect(state.dialogs.count == 1)
        _ = state.press(.escape)
        #expect(state.dialogs.isEmpty)
    }
}
