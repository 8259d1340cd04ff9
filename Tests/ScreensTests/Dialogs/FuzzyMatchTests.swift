import Testing

@testable import Screens

@Suite struct FuzzyMatchTests {
    @Test(arguments: [("undo", "undo the last edit"), ("udl", "undo the last edit"), ("lst ed", "undo the last edit")])
    func lettersInOrderMatch(typed: String, title: String) {
        #expect(FuzzyMatch.score(typed, title: title, note: "") != nil)
    }

    @Test(arguments: ["xyz", "undone", "tidel"])
    func othersDoNot(typed: String) {
        #expect(FuzzyMatch.score(typed, title: "undo the last edit", note: "u") == nil)
    }

    @Test func wordsAndBeginningsComeFirst() {
        var state = WorkbenchState.running()
        _ = state.press(.character(":"))
        _ = state.type("fork")
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected the palette")
            return
        }
        #expect(chooser.shown.first?.intent == .action(.fork))
    }

    @Test(arguments: [("lambda", "tune:loss.domain_coefficient"), ("edits", "panel")])
    func whatBeginsWithTheWordComesFirst(typed: String, intent: String) {
        var state = WorkbenchState.running()
        _ = state.press(.character(":"))
        _ = state.type(typed)
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected the palette")
            return
        }
        switch chooser.shown.first?.intent {
        case .tune(let key): #expect(intent == "tune:" + key)
        case .showPanel: #expect(intent == "panel")
        default: Issue.record("\(String(describing: chooser.shown.first))")
        }
    }

    /// Whatever stands in the palette is found by its own title.
    @Test(arguments: Context.allCases)
    func everyEntryIsFoundByItsTitle(context: Context) {
        for binding in BindingTable.bindings(in: context) where binding.isInPalette {
            let own = FuzzyMatch.score(binding.title, title: binding.title, note: binding.keyTitle) ?? 0
            for other in BindingTable.bindings(in: context) where other.isInPalette && other.title != binding.title {
                let score = FuzzyMatch.score(binding.title, title: other.title, note: other.keyTitle) ?? 0
                #expect(own >= score)
            }
        }
    }
}
