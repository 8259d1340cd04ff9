import Testing

@testable import Terminal

struct PasteTests {
    private func paste(_ text: String, isEnded: Bool = true) -> (text: String?, isOver: Bool) {
        var paste = Paste()
        for scalar in text.unicodeScalars {
            if let whole = paste.take(scalar.value, isKey: false) { return (whole, paste.isOver) }
        }
        let whole = isEnded ? paste.take(UInt32(Paste.endKey), isKey: true) : nil
        return (whole, paste.isOver)
    }

    @Test(
        arguments: [
            ("first\rquick\nthird", "first\nquick\nthird"),
            ("tab\there", "tab\there"),
            ("\u{1B}[31mred\u{7}\0", "[31mred"),
            ("日本 é 👩‍👩‍👧", "日本 é 👩‍👩‍👧"),
            ("", ""),
        ])
    func comesWhole(sent: String, text: String) {
        #expect(paste(sent).text == text)
        #expect(paste(sent).isOver)
    }

    @Test func keysInItAreNone() {
        var paste = Paste()
        _ = paste.take(97, isKey: false)
        #expect(paste.take(0o403, isKey: true) == nil)
        #expect(paste.take(UInt32(Paste.endKey), isKey: true) == "a")
    }

    @Test func itLastsUntilItsEnd() {
        #expect(paste("q\r", isEnded: false).text == nil)
        #expect(!paste("q\r", isEnded: false).isOver)
    }

    @Test("without its end it is text after a while, and what comes then are keys")
    func theEndMayBeLost() {
        var paste = Paste(now: 5)
        _ = paste.take(97, isKey: false, now: 6)
        #expect(paste.givenUp(now: 6 + Paste.patience / 2) == nil && !paste.isOver)
        // One that comes slowly is waited for.
        _ = paste.take(98, isKey: false, now: 6 + Paste.patience / 2)
        #expect(paste.givenUp(now: 6 + Paste.patience) == nil)
        #expect(paste.givenUp(now: 7 + 2 * Paste.patience) == "ab" && paste.isOver)
    }

    @Test("a beginning within it begins nothing")
    func beginningsDoNotNest() {
        var paste = Paste()
        _ = paste.take(97, isKey: false)
        _ = paste.take(UInt32(Paste.beginKey), isKey: true)
        _ = paste.take(98, isKey: false)
        #expect(paste.take(UInt32(Paste.endKey), isKey: true) == "ab")
    }

    @Test func controlCGivesUpWaitingForTheEnd() {
        #expect(paste("q\r\u{3}", isEnded: false).text == nil)
        #expect(paste("q\r\u{3}", isEnded: false).isOver)
    }

    @Test func whatIsTooLongIsCutAndStillReadToItsEnd() {
        var paste = Paste()
        for _ in 0...Paste.sizeLimit { _ = paste.take(97, isKey: false) }
        #expect(paste.take(UInt32(Paste.endKey), isKey: true)?.utf8.count == Paste.sizeLimit)
    }
}
