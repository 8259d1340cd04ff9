import Testing

@testable import FileFormats

/// Polarities and times that tables without names may have: two values anywhere are polarities, and times may all be equal.
@Suite struct PolarityTests {
    private static func text(_ letters: String, off: String, on: String) -> [UInt8] {
        Array(
            MadeTables.rows(letters) { letter, number in letter == "p" ? (number == 1 ? on : off) : "\(Int(number))" }
                .utf8)
    }

    @Test(arguments: [
        ("0", "255"), ("-1", "1"), ("True", "False"), ("0", "2"), ("5", "15"), ("-128", "127"), ("1", "2"),
        ("OFF", "ON"),
    ])
    func anyTwoValues(off: String, on: String) throws {
        let (off, on) = off == "True" ? (on, off) : (off, on)
        for letters in ["uxyp", "xypu", "pxyu"] {
            let file = try MadeTables.read(Self.text(letters, off: off, on: on), "a.csv")
            #expect(file.events == MadeTables.events, "\(letters)")
            let isPlain = ["-1", "False", "OFF"].contains(off)
            #expect(file.notes.contains { $0.contains("the larger is read as ON") } != isPlain)
        }
    }

    @Test(arguments: [("0", "255"), ("0", "2")]) func underTheirNameToo(off: String, on: String) throws {
        let bytes = Array("t,x,y,p\n".utf8) + Self.text("uxyp", off: off, on: on)
        #expect(try MadeTables.read(bytes, "a.csv").events == MadeTables.events)
    }

    @Test func arraysToo() throws {
        let on = MadeTables.events.map { Event(timestamp: $0.timestamp, x: $0.x, y: $0.y, polarity: 255 * $0.polarity) }
        for letters in ["uxyp", "xypu"] {
            #expect(try MadeTables.read(MadeTables.npy(letters, "<f8", of: on), "a.npy").events == MadeTables.events)
        }
    }

    /// One damaged number is no second value.
    @Test func aRareValueIsDamage() {
        let text = "t,x,y,p\n" + MadeTables.rows("uxyp") { "\($0 == "p" ? 1 : Int($1))" } + "40000,1,1,7\n"
        #expect { try MadeTables.read(Array(text.utf8), "a.csv") } throws: {
            "\($0)".contains("1,1,7") && "\($0)".contains("polarity in column 4")
        }
    }

    private static let burst = MadeTables.events.map { Event(timestamp: 5000, x: $0.x, y: $0.y, polarity: $0.polarity) }

    @Test(arguments: ["uxyp", "xypu"]) func timesMayAllBeEqual(letters: String) throws {
        for file in [
            try MadeTables.read(Array(MadeTables.rows(letters, of: Self.burst).utf8), "a.csv"),
            try MadeTables.read(MadeTables.npy(letters, "<i8", of: Self.burst), "a.npy"),
        ] {
            #expect(file.events == Self.burst)
            #expect(file.notes.contains("all events have the same time"))
            #expect(file.notes.contains { $0.contains("--columns") } && file.notes.contains { $0.contains("--unit") })
        }
    }

    /// What is refused says what stands in the way, and how to say it.
    @Test func whyNotIsSaid() {
        let shuffled = MadeTables.rows("uxyp") { letter, number in
            letter == "u" ? "\(Int(number) * 7919 % 40009)" : "\(Int(number))"
        }
        let threeValues = MadeTables.rows("uxyb") { letter, number in "\(Int(number) % (letter == "b" ? 3 : 1 << 40))" }
        let burst = MadeTables.rows("xyup", of: Self.burst)
        for (text, reason, choice) in [
            (shuffled, "no column increases", "--columns t,x,y,p"),
            (threeValues, "no column has two values", "--columns"),
            (burst, "all times would be equal", "--columns x,y,t,p --unit us"),
        ] {
            #expect { try MadeTables.read(Array(text.utf8), "a.csv") } throws: {
                "\($0)".contains(reason) && "\($0)".contains(choice)
            }
        }
    }

    @Test func wideTablesAreNotSearched() {
        let row = (1...60).map { "\($0)" }.joined(separator: ",") + "\n"
        #expect { try MadeTables.read(Array(String(repeating: row, count: 20).utf8), "a.csv") } throws: {
            "\($0)".contains("60 columns") && "\($0)".contains("and 52 more") && "\($0)".utf8.count < 600
        }
    }
}
