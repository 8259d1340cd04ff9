import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct FiguresTests {
    static let names = ["plain", "日本語の名前", "🦊🦊🦊 fox", "e\u{301}te\u{301}", "a", ""]

    @Test("padded and cut texts take exactly their columns, wide characters or not", arguments: names, 0...14)
    func columns(name: String, width: Int) {
        #expect(Figures.left(name, width).columnCount.value == width)
        #expect(Figures.middle(name, width).columnCount.value == width)
        #expect(Figures.right(name, width).columnCount.value == max(width, name.columnCount.value))
    }

    @Test func theMiddleGivesWay() {
        #expect(Figures.middle("paper-ncaltech101-none", 13) == "paper-…1-none")
        #expect(Figures.left("paper-ncaltech101-none", 13) == "paper-ncalte…")
    }

    @Test("lines are no wider than they may be", arguments: names + ["many words of 日本語 and fox 🦊🦊🦊🦊🦊🦊"], 1...12)
    func wrapping(text: String, width: Int) {
        // A single wide character in one column cannot be helped.
        let least = text.map(\.columnCount).max() ?? 1
        for line in Wrapping.lines(text, width: width) { #expect(line.columnCount.value <= max(width, least)) }
    }

    @Test("the cursor stays in the field", arguments: names + ["long 日本語 text that does not fit"])
    func field(text: String) {
        var canvas = Canvas(size: Size(width: 12, height: 1), charset: .unicode, style: Style())
        let point = TextField(text).draw(&canvas, row: 0, column: 1, width: 10, Look(theme: .builtIn))
        #expect(point.column >= 1 && point.column <= 10)
        // What was typed last is in sight.
        if let last = text.last, last.columnCount > 0 { #expect(canvas.plainText.contains(last)) }
    }

    @Test(arguments: [
        (0.0042, "4.20 ms"), (0.04242, "42.4 ms"), (0.0421, "42.1 ms"), (0.155, "155 ms"), (1.25, "1.25 s"),
    ])
    func milliseconds(seconds: Double, text: String) { #expect(Figures.milliseconds(seconds) == text) }

    @Test(
        arguments: [
            (5.0, "now"), (180, "3m"), (7300, "2h"), (90_000, "1d"), (13 * 86_400, "13d"), (15 * 86_400, "2w"),
        ] as [(Double, String)])
    func ages(seconds: Double, text: String) { #expect(Figures.age(seconds) == text) }

    @Test("what is wrong stands before where it is")
    func problems() {
        #expect(
            Figures.shortPaths("'/home/me/.config/saccade/presets/a.yaml' cannot be read: no such file")
                == "'…/a.yaml' cannot be read: no such file")
        #expect(Figures.shortPaths("1 / 2 and /tmp/x stay") == "1 / 2 and /tmp/x stay")
        let preset = PresetSummary(
            name: "a", note: "", isBuiltIn: false, path: "/c/presets/a.yaml",
            problem: "/c/presets/a.yaml:2:3: unknown key 'exponant'; did you mean 'exponent'?")
        #expect(preset.shortProblem == "line 2: unknown key 'exponant'; did you mean 'exponent'?")
    }
}
