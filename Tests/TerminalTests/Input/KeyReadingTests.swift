import Testing

@testable import Terminal

@Suite struct KeyReadingTests {
    @Test(arguments: [
        KeyPress.character(" "), .character("a"), .character("G"), .character("é"), .control("p"), .enter, .escape,
        .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
    ])
    func everyTitleIsReadBack(key: KeyPress) {
        #expect(KeyPress(title: key.title) == key)
    }

    @Test func wordsInAnyCaseAndTextsAreRead() throws {
        let keys = try KeyPress.reading("  / \"a b\" ENTER down Ctrl-L [ \"").get()
        #expect(
            keys == [
                .character("/"), .character("a"), .character(" "), .character("b"), .enter, .down, .control("l"),
                .character("["), .character("\""),
            ])
        #expect(try KeyPress.reading("").get().isEmpty)
        #expect(throws: KeyPress.UnknownKey(word: "Ctrl-")) { try KeyPress.reading("j Ctrl- k").get() }
        #expect(throws: KeyPress.UnknownKey(word: "mouse")) { try KeyPress.reading("mouse").get() }
    }

    @Test func colorsBecomeSequencesOfTheirDepth() {
        var canvas = Canvas(size: Size(width: 4, height: 1), charset: .unicode)
        let style = Style(foreground: .rgb(255, 0, 0), background: .standard, attributes: .bold)
        canvas.put("ab", row: 0, column: 1, style: style)
        #expect(canvas.coloredText(depth: .trueColor) == " \u{1B}[0;1;38;2;255;0;0mab\u{1B}[0m ")
        #expect(canvas.coloredText(depth: .palette) == " \u{1B}[0;1;38;5;196mab\u{1B}[0m ")
        #expect(canvas.coloredText(depth: .sixteen) == " \u{1B}[0;1;91mab\u{1B}[0m ")
        #expect(canvas.coloredText(depth: .monochrome) == " \u{1B}[0;1mab\u{1B}[0m ")
    }
}
