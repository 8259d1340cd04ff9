import Testing

@testable import FileFormats

/// Text as other systems and spreadsheets write it.
@Suite struct PlainTextTests {
    private static let texts = [
        "t,x,y,p\n" + MadeTables.rows("uxyp"), MadeTables.rows("uxyp"), "# x y p t\n" + MadeTables.rows("xypu", " "),
        "t [s]\tx\ty\tp\n" + MadeTables.rows("sxyp", "\t"),
    ]

    private static func wide(_ text: String, isBigEndian: Bool) -> [UInt8] {
        "\u{FEFF}\(text)".utf16.flatMap { unit -> [UInt8] in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
        }
    }

    @Test(arguments: texts) func carriageReturnsEndLines(text: String) throws {
        for end in ["\r", "\r\n", "\r\r\n"] {
            let bytes = Array(text.split(separator: "\n").map { $0 + end }.joined().utf8)
            #expect(try MadeTables.read(bytes, "a.csv").events == MadeTables.events)
        }
    }

    @Test(arguments: texts) func sixteenBitsACharacter(text: String) throws {
        for (isBigEndian, end) in [(false, "\n"), (false, "\r\n"), (true, "\n"), (true, "\r")] {
            let bytes = Self.wide(text.split(separator: "\n").map { $0 + end }.joined(), isBigEndian: isBigEndian)
            let file = try MadeTables.read(bytes, "a.csv")
            #expect(file.events == MadeTables.events)
            #expect(file.notes.first?.contains("UTF-16") == true)
        }
    }

    /// A comment may hold a carriage return; the lines end otherwise.
    @Test func aReturnWithinALineIsNone() throws {
        let text = "# recorded\n# 10 %\r 20 %\n" + MadeTables.rows("uxyp")
        #expect(try MadeTables.read(Array(text.utf8), "a.csv").events == MadeTables.events)
    }

    /// The µ of Latin-1 is no UTF-8.
    @Test func aUnitInLatin1() throws {
        for header in ["t [#s],x,y,p\n", "Timestamp (#s),x,y,polarity\n"] {
            let bytes = Array(header.utf8).map { $0 == UInt8(ascii: "#") ? 0xB5 : $0 } + MadeTables.rows("uxyp").utf8
            let file = try MadeTables.read(bytes, "a.csv")
            #expect(file.events == MadeTables.events && file.notes.isEmpty, "\(file.notes)")
        }
    }

    @Test func messagesNameTheColumnsThatCount() {
        let rows = MadeTables.rows("uxyp").split(separator: "\n").map { $0 + String(repeating: ",9", count: 30) + "\n" }
        let names = "t,x,y,p" + (0..<30).map { ",extra\($0)" }.joined() + "\n"
        #expect { try MadeTables.read(Array((names + rows.joined() + "1,2,bad,4\n").utf8), "a.csv") } throws: {
            "\($0)".contains("y in column 3") && !"\($0)".contains("anything") && "\($0)".utf8.count < 500
        }
    }
}
