import Configuration
import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct PaletteTests {
    private func chosen(_ typed: String, on screen: Character = "2") -> WorkbenchState {
        var state = WorkbenchState.running()
        _ = state.press(.character(screen), .character(":"))
        _ = state.type(typed)
        return state
    }

    @Test("actions of other screens are gone to and done")
    func elsewhere() {
        var state = chosen("tags")
        _ = state.press(.enter)
        #expect(state.screen == .runs)
        guard case .prompt(let prompt)? = state.dialogs.last, case .runTags = prompt.purpose else {
            Issue.record("expected the tags to be asked for")
            return
        }
    }

    @Test func aKnobIsFoundByNameAndByKey() {
        for typed in ["weight decay", "weight_decay"] {
            var state = chosen(typed, on: "1")
            _ = state.press(.enter)
            #expect(state.screen == .train && state.train.focus == .tuning)
            #expect(state.train.tuning.chosen?.key == "optimizer.weight_decay")
        }
    }

    @Test func aRunIsOpened() {
        var state = chosen("slide-base")
        let effects = state.press(.enter)
        #expect(state.screen == .runs)
        #expect(state.runs.opened == "r1" || effects.contains(.ask(.run("r1"))))
    }

    @Test func aPresetIsLoaded() {
        var state = chosen("mine")
        #expect(state.press(.enter).contains(.ask(.preset("mine"))))
    }

    @Test func aDataSetIsOpened() {
        var state = chosen("digits open")
        #expect(state.press(.enter).contains(.ask(.samples(dataSet: "digits"))))
        #expect(state.screen == .data)
    }

    @Test("what is typed whole comes before what only begins with it")
    func exactFirst() {
        var state = WorkbenchState.answered()
        var presets = Samples.presets
        presets.insert(
            PresetSummary(name: "digits-events-only", note: "digits", isBuiltIn: true, path: "", problem: nil), at: 0)
        state.receive([.reply(.presets(presets))])
        _ = state.press(.character("b"))
        _ = state.type("digits")
        #expect(state.press(.enter).contains(.ask(.preset("digits"))))
    }

    @Test("a theme shows while it is chosen, and the last one comes back")
    func preview() {
        var state = WorkbenchState.running()
        let themes = ["dark", "light", "mono"].map { ThemeSummary(name: $0, note: "") }
        func show(_ effects: [WorkbenchEffect]) {
            for case .theme(let name) in effects { state.receive([.themes(themes, shown: name, problems: [])]) }
        }
        state.receive([.themes(themes, shown: "light", problems: [])])
        show(state.press(.character("T")))
        show(state.press(.down))
        #expect(state.shared.shownTheme == "mono")
        show(state.press(.escape))
        #expect(state.shared.shownTheme == "light" && state.layout.theme == nil)
        show(state.press(.character("T")))
        show(state.press(.up))
        show(state.press(.enter))
        #expect(state.shared.shownTheme == "dark" && state.layout.theme == "dark")
        show(state.press(.character("1"), .character("2")))
        #expect(state.shared.shownTheme == "dark")
    }

    @Test func whatWasWrongWithAThemeIsOverOnceItIsMended() {
        var state = WorkbenchState.running()
        state.receive([.themes([], shown: "dark", problems: ["mine.yaml:2: no color"])])
        #expect(state.shared.status?.text == "mine.yaml:2: no color")
        // Tried themes read the files anew: what is known is not said again.
        let count = state.log.lines.count
        state.receive([.themes([], shown: "light", problems: ["mine.yaml:2: no color"])])
        #expect(state.log.lines.count == count)
        state.receive([.themes([], shown: "dark", problems: [])])
        #expect(state.shared.status == nil)
    }
}
