import Testing

@testable import Terminal

@Suite struct CellTests {
    @Test(arguments: ["a", "é", "e\u{301}", "●", "▶", "▶\u{FE0F}", "漢", "🙂", "👩‍🔬", "🇩🇪", "⣿", "🬞", "\u{200B}"])
    func aCharacterComesBackAsItWas(text: Character) {
        #expect(Cell(text, .plain).character == text)
        #expect(Cell(text, .plain) == Cell(text, .plain))
    }

    @Test func nothingStandsBehindAWideCharacter() {
        #expect(Cell.continuation(.plain).character == nil && Cell(nil, .plain).isContinuation)
        #expect(!Cell.blank(.plain).isContinuation)
    }

    /// What is written without looking at it must take a column, alone and beside any other of its kind.
    @Test func simpleScalarsTakeAColumnAndNeverJoin() {
        let simple = (0x20..<0x2_0000 as Range<UInt32>).filter(CellCode.isSimple).compactMap(UnicodeScalar.init)
        #expect(simple.count > 2000)
        #expect(simple.allSatisfy { !["Mn", "Me", "Mc", "Cf"].contains("\($0.properties.generalCategory)") })
        for scalar in simple {
            let character = Character(scalar)
            #expect(character.columnCount == 1)
            let text = String(String.UnicodeScalarView(["a", scalar, scalar, "●", scalar, "b"]))
            if text.count != 6 { Issue.record("\(scalar.value) joins with its neighbors") }
        }
    }

    @Test(arguments: ["plain", "Grüße ▶ ⓐ", "x e\u{301} y", "漢字 and more", "tab\there"], [nil, 0, 1, 3, 5, 40])
    func textIsTheSameAsItsCharactersOneByOne(text: String, width: Int?) {
        let size = Size(width: 20, height: 1)
        var whole = Canvas(size: size)
        let end = whole.put(text, row: 0, column: 2, width: width.map { Column($0) })
        var single = Canvas(size: size)
        var column: Column = 2
        let room = width ?? 99
        let isCut = room > 0 && text.columnCount > Column(room)
        for character in text {
            let count = Charset.unicode.shown(character).columnCount
            guard count > 0 else { continue }
            if isCut, column + count > Column(2 + room - 1) {
                column = single.put("…", row: 0, column: column)
                break
            }
            guard column + count <= Column(2 + room) else { break }
            column = single.put(String(character), row: 0, column: column)
        }
        #expect(whole == single && end == column)
    }
}
