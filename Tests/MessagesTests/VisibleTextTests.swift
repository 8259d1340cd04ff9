import Messages
import Testing

struct VisibleTextTests {
    @Test(
        arguments: [
            ("plain, 34×34 µs\tnext\nline", "plain, 34×34 µs\tnext\nline"),
            ("an\u{1B}[31mt", "an\\x1b[31mt"),
            ("\u{1B}]0;title\u{07}", "\\x1b]0;title\\x07"),
            ("over\rwritten", "over\\rwritten"),
            ("dos\r\n", "dos\\r\n"),
            ("\0\u{8}\u{7F}", "\\x00\\x08\\x7f"),
            ("\u{80}\u{9B}31m\u{9F}", "\\x80\\x9b31m\\x9f"),
            ("\u{202E}gnp.exe\u{2066}\u{2069}", "\\u202egnp.exe\\u2066\\u2069"),
            ("e\u{301} 日本 👩‍👩‍👧", "e\u{301} 日本 👩‍👩‍👧"),
        ])
    func controlsAreWrittenOut(text: String, shown: String) { #expect(text.visible == shown) }

    @Test func aCellHoldsNoEndOfALine() {
        #expect("a\nb\tc\r\n\u{2028}\u{1B}".visibleOnOneLine == "a\\nb\\tc\\r\\n\\u2028\\x1b")
        #expect("as it is".visibleOnOneLine == "as it is")
    }

    @Test func everyControlOfUnicodeIsWrittenOut() {
        let all = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(UnicodeScalar.init)
        let controls = all.filter { $0.properties.generalCategory == .control }
        #expect(controls.count == 65)
        for scalar in controls where scalar != "\n" && scalar != "\t" {
            #expect(String(scalar).visible.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) })
        }
    }
}
