import Messages
import Terminal
import Testing

@testable import Screens

/// A line end in pasted text is no Enter, and no letter of it a command.
@Suite struct PasteTests {
    private static let lines = KeyPress.paste("first line of a note\nquick summary\nthird\n")

    @Test func goesWholeIntoTheNote() throws {
        var state = WorkbenchState.running()
        #expect(state.press(.character("i"), Self.lines).isEmpty)
        guard case .prompt(let prompt)? = state.dialogs.last else {
            Issue.record("the note is still being typed")
            return
        }
        #expect(prompt.field.text == "first line of a note quick summary third ")
        let note = TuningCommand.note("first line of a note quick summary third and more")
        #expect(state.press(.paste("and more\n"), .enter) == [.send(note)])
    }

    @Test func standsWhereTheCursorIs() {
        var field = TextField("ac")
        _ = field.take(.left)
        _ = field.take(.paste("1\r\n2\t3\u{1B}\u{202E}"))
        #expect(field.text == "a1 2 3c" && field.cursor == 6)
    }

    @Test func ofWhatDoesNotFitTheBeginningIsTaken() {
        var state = WorkbenchState.running()
        _ = state.press(.character("i"), .paste(String(repeating: "a", count: TextField.sizeLimit + 1)))
        guard case .prompt(let prompt)? = state.dialogs.last else { return }
        #expect(prompt.field.characters.count == TextField.sizeLimit)
        #expect(prompt.problem?.contains("\(TextField.sizeLimit)") == true)
    }

    @Test func filtersWhileAFilterIsTyped() {
        var state = WorkbenchState.running()
        _ = state.press(.character("/"), .paste("domain\n"))
        #expect(state.currentFilter == "domain")
    }

    @Test func narrowsTheList() {
        var state = WorkbenchState.running()
        _ = state.press(.character(":"), .paste("theme\n"))
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("the palette is still open")
            return
        }
        #expect(chooser.field.text == "theme " && chooser.shown.first?.title.contains("theme") == true)
    }

    @Test(arguments: ["q\n\n", "S\u{1F}\n", " ", "D\ny\n", "\u{3}", "1"])
    func isNoCommandAnywhereElse(text: String) {
        for before: [KeyPress] in [[], [.character("q")], [.character("?")], [.character("S")], [.character("3")]] {
            var state = WorkbenchState.running()
            for key in before { _ = state.press(key) }
            let (dialogs, screen) = (state.dialogs, state.screen)
            #expect(state.press(.paste(text)).isEmpty)
            #expect(state.dialogs == dialogs && state.screen == screen)
            #expect(state.shared.status?.text.contains("pasted text ignored") == true)
        }
    }
}
