import Foundation
import Testing

@testable import FileFormats

/// Ways in which people write the same forty events as text.
@Suite struct TextTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var testDescription: String { name }
    }

    private static func rows(_ letters: String, _ separator: String = ",") -> String {
        MadeTables.rows(letters, separator)
    }

    private static func words(_ letters: String, _ on: String, _ off: String) -> String {
        MadeTables.rows(letters) { $0 == "p" ? ($1 == 1 ? on : off) : "\(Int($1))" }
    }

    static let cases = [
        Case(name: "byte order mark", text: "\u{FEFF}t,x,y,p\n" + rows("uxyp")),
        Case(name: "quotes", text: "\"t\",\"x\",\"y\",\"p\"\n" + rows("uxyp")),
        Case(name: "quotes around numbers", text: "t,x,y,p\n" + MadeTables.rows("uxyp") { "\"\(Int($1))\"" }),
        Case(name: "units", text: "timestamp [us],x [px],y [px],polarity\n" + rows("uxyp")),
        Case(name: "milliseconds", text: "x,y,p,time_ms\n" + rows("xypm")),
        Case(name: "seconds in brackets", text: "timestamp(s),x,y,polarity\n" + rows("sxyp")),
        Case(name: "several timestamps", text: "timestamp(s),x,y,polarity\n" + rows("uxyp")),
        Case(name: "nanoseconds", text: "Time_ns,X,Y,Polarity\n" + rows("nxy+")),
        Case(name: "camel case", text: "timeStampNs;posX;posY;onOff\n" + rows("nxyp", ";")),
        Case(name: "comment in UTF-8", text: "# Büro\nt,x,y,p\n" + rows("uxyp")),
        Case(name: "long comment", text: "# " + String(repeating: "x", count: 5000) + "\nt,x,y,p\n" + rows("uxyp")),
        Case(name: "exponents", text: MadeTables.rows("sxyp", " ") { String(format: "%.18e", $1) }),
        Case(name: "ON and OFF", text: "t,x,y,p\n" + words("uxyp", "ON", "OFF")),
        Case(name: "True and False", text: "t,x,y,p\n" + words("uxyp", "True", "False")),
        Case(name: "comment names columns", text: "# x y t p\n" + rows("xyup", " ")),
        Case(name: "comment names units", text: "# columns: t [s] x y p\n" + rows("sxyp", " ")),
        Case(name: "two comments", text: "% Büro, Messung 3\n% x, y, p, t_us\n" + rows("xypu", " ")),
        Case(
            name: "whole times with a decimal point",
            text: "t,x,y,p\n" + MadeTables.rows("uxyp") { "\(Int($1))" + ($0 == "u" ? ".0" : "") }),
        Case(name: "Metavision", text: rows("xypu")),
        Case(name: "Metavision with geometry", text: "%geometry:32,24\n" + rows("xypu")),
        Case(name: "Metavision with semicolons", text: rows("xypu", ";")),
        Case(name: "tabs", text: "t [s]\tx\ty\tp\n" + rows("sxyp", "\t")),
        Case(name: "decimal commas", text: "t;x;y;p\n" + rows("sxyp", ";").replacingOccurrences(of: ".", with: ",")),
        Case(name: "pandas' index", text: ",t,x,y,p\n" + rows("iuxyp")),
        Case(name: "an index without names", text: rows("iuxyp")),
        Case(name: "CeleX with a header", text: "y,x,brightness,p,t\n" + rows("yxb+u")),
        Case(name: "rows and columns", text: "row,col,ts,on\n" + rows("yxup")),
        Case(name: "carriage returns", text: ("t,x,y,p\n" + rows("uxyp")).replacingOccurrences(of: "\n", with: "\r\n")),
        Case(name: "a title before the names", text: "event recording\nt,x,y,p\n" + rows("uxyp")),
        Case(
            name: "several titles", text: "Camera: DAVIS240C\nDate: 2020-01-01, 12:00\n\nt,x,y,p\n" + rows("uxyp")),
        Case(name: "polarities of 1 and 2", text: "x,y,t,p\n" + rows("xyu2")),
    ]

    @Test(arguments: cases) func itIsReadAsItIsMeant(text: Case) throws {
        let file = try MadeTables.read(Array(text.text.utf8), "a.csv")
        #expect(file.format == "csv")
        #expect(file.events == MadeTables.events)
        if text.name.hasSuffix("geometry") { #expect(file.declaredSensor == SensorSize(width: 32, height: 24)) }
    }

    @Test func aFirstTimeOfZeroIsInSecondsAsTheOthers() throws {
        let file = try MadeTables.read(Array(("0 1 2 1\n" + Self.rows("sxyp", " ")).utf8), "a.txt")
        #expect(file.events == [Event(timestamp: 0, x: 1, y: 2, polarity: 1)] + MadeTables.events)
    }

    @Test func aChoiceIsTold() throws {
        let file = try MadeTables.read(Array(Self.rows("xypu").utf8), "a.csv")
        #expect(file.notes.contains { $0.contains("x, y, p, t") && $0.contains("--columns") })
        #expect(file.notes.contains { $0.contains("µs") && $0.contains("--unit") })
        let named = try MadeTables.read(Array(("t,x,y,p\n" + Self.rows("uxyp")).utf8), "a.csv")
        #expect(named.notes.isEmpty, "what the file tells is no choice")
    }

    /// Seconds and what is beyond them in two columns are no time alone.
    @Test func dividedTimesAreRefused() {
        let rows = MadeTables.rows("ubxyp") { letter, number in
            letter == "u" ? "\(1500 + Int(number) / 9000)" : letter == "b" ? "\(Int(number) * 1000)" : "\(Int(number))"
        }
        for names in ["secs,nsecs,x,y,p", "time_s,time_ns,x,y,p", "header.stamp.secs,header.stamp.nsecs,x,y,polarity"] {
            #expect { try MadeTables.read(Array((names + "\n" + rows).utf8), "a.csv") } throws: {
                "\($0)".contains("together give the time")
            }
        }
    }

    /// A damaged row behind the names is no title.
    @Test func aDamagedFirstRowIsNoName() {
        #expect { try MadeTables.read(Array(("t,x,y,p\nbad,a,b,c\n" + Self.rows("uxyp")).utf8), "a.csv") } throws: {
            "\($0)".contains("the row 'bad,a,b,c'")
        }
    }

    /// CeleX has y before x and a brightness between: nothing but the user's word tells that.
    @Test func severalReadingsAreAQuestion() throws {
        let bytes = Array(Self.rows("yxb+u").utf8)
        #expect {
            try MadeTables.read(bytes, "a.csv")
        } throws: { error in
            guard case FileFormatError.unclearTable(_, _, _, let readings) = error else { return false }
            let text = "\(error)"
            return readings.contains { $0.contains("--columns y,x,-,p,t --unit us") } && text.contains("5 columns")
                && !text.contains("damaged") && !text.contains("copy")
        }
        let table = TableOptions(columns: ColumnChoice("y,x,-,p,t"))
        #expect(try MadeTables.read(bytes, "a.csv", table).events == MadeTables.events)
    }

    @Test(arguments: ["x,y\n1,2\n3,4\n", "t,x,y\n1,2,3\n2,3,4\n", "a,b,c\n1,2,3\n2,3,4\n"])
    func tooFewColumnsAreNoDamage(text: String) {
        #expect {
            try CommaSeparated().decode(Array(text.utf8), path: "a.csv", options: EventReadingOptions())
        } throws: {
            switch $0 {
            case FileFormatError.unclearTable, FileFormatError.missingEntry: !"\($0)".contains("damaged")
            default: false
            }
        }
    }

    @Test func timesOfNoOrderAreAQuestion() {
        let events = MadeTables.events.enumerated().map { index, event in
            var event = event
            event.timestamp = Int64(index * 17 % 40 + 1) * 997
            return event
        }
        #expect { try MadeTables.read(Array(MadeTables.rows("uxyp", of: events).utf8), "a.csv") } throws: {
            if case FileFormatError.unclearTable = $0 { true } else { false }
        }
    }

    @Test func theUsersWordGoesBeforeEverything() throws {
        let table = TableOptions(columns: ColumnChoice("x,y,p,t"), unit: .milliseconds)
        let file = try MadeTables.read(Array(("t,x,y,p\n" + Self.rows("xypu")).utf8), "a.csv", table)
        #expect(file.events.first?.timestamp == 997_000 && file.events.map(\.x) == MadeTables.events.map(\.x))
        #expect(file.notes.isEmpty && file.layout == nil)
    }
}

@Suite struct ColumnChoiceTests {
    @Test(arguments: [
        "t,x,y,p", "x,y,p,t", "y,x,-,p,t", "time,x,y,polarity", "t=a,x=b,y=c,p=d", "davis/left:x,y,t,p", "events:auto",
    ])
    func whatIsUnderstood(text: String) { #expect(ColumnChoice(text) != nil) }

    @Test(arguments: ["", "auto", "t,x,y", "t,x,y,y,p", "t=a,x=b", "t,x,y=a,p", "a:b:c", "x,y,z,w"])
    func whatIsNot(text: String) { #expect(ColumnChoice(text) == nil) }

    @Test(
        arguments: [
            ("t [us]", EventColumn.time, TimeUnit.microseconds), ("timestamp(s)", .time, .seconds),
            ("time_ms", .time, .milliseconds),
            ("\"Zeit\"", nil, nil), ("Timestamp (\u{B5}s)", .time, .microseconds), ("x [px]", .x, nil),
            ("x@128", .x, nil),
            ("event_timestamp_ns", .time, .nanoseconds), ("pol", .polarity, nil), ("is_on", .polarity, nil),
            ("ts", .time, nil),
            ("us", .time, .microseconds), ("brightness", nil, nil),
        ] as [(String, EventColumn?, TimeUnit?)])
    func whatNamesSay(text: String, role: EventColumn?, unit: TimeUnit?) {
        let name = ColumnName(text)
        #expect(name.role == role && name.unit == unit)
    }
}
