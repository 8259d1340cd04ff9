import Foundation
import Testing

@testable import FileFormats

/// Times whose unit nothing tells: of few events two units may be meant, and one of them is a thousand times wrong.
@Suite struct TimeUnitTests {
    /// - Parameter step: µs between two events.
    private func events(_ count: Int, every step: Int) -> [Event] {
        (1...count).map { index in
            Event(
                timestamp: Int64(index * step), x: UInt16(index * 7 % 32), y: UInt16(index * 5 % 24),
                polarity: UInt8(index / 3 % 2))
        }
    }

    private func csv(_ events: [Event], header: Bool = true) -> [UInt8] {
        Array(((header ? "t,x,y,p\n" : "") + MadeTables.rows("uxyp", of: events)).utf8)
    }

    /// From five events a second down to one in a minute.
    @Test(arguments: [
        (10, 1_000_000), (20, 5_000_000), (50, 72_000_000), (200, 2_000_000), (9, 300_000), (12, 50_000_000),
    ])
    func sparseRecordingsAreAsked(count: Int, step: Int) throws {
        let events = events(count, every: step)
        let npz = ZipArchiveOf.lists(events)
        for (bytes, name) in [
            (csv(events), "a.csv"), (csv(events, header: false), "a.txt"),
            (MadeTables.npy("xyup", "<i8", of: events), "a.npy"),
            (npz, "a.npz"),
        ] {
            #expect { try MadeTables.read(bytes, name) } throws: {
                "\($0)".contains("--unit us") && "\($0)".contains("--unit ns")
            }
            let told = TableOptions(unit: .microseconds)
            #expect(try MadeTables.read(bytes, name, told).events == events, "\(name)")
        }
    }

    /// What a larger table asks, a smaller one does, too.
    @Test(arguments: [1_000_000_000, 4_294_967_295, 100_000_000_000] as [Int64], [50, 4000])
    func aStrayTimeIsAsked(time: Int64, count: Int) {
        for place in [count / 2, count - 1] {
            var events = events(count, every: 20_000 / count * 50)
            events[place].timestamp = time
            #expect { try MadeTables.read(csv(events), "a.csv") } throws: { "\($0)".contains("--unit us") }
        }
    }

    @Test(arguments: [("s", "s", "ms"), ("m", "s", "ms"), ("n", "us", "ns")])
    func fewEventsOfAnyUnitAreAsked(letter: String, one: String, other: String) {
        let events = events(40, every: letter == "s" ? 1_999_997 : 997)
        #expect {
            try MadeTables.read(Array(("t,x,y,p\n" + MadeTables.rows(letter + "xyp", of: events)).utf8), "a.csv")
        } throws: {
            "\($0)".contains("--unit \(one)") && "\($0)".contains("--unit \(other)")
        }
    }

    /// Since 1970 in ns: no other unit is within two hundred years.
    @Test func timesOfTheDayTellTheirUnit() throws {
        let start: Int64 = 1_600_000_000_000_000
        let events = events(2000, every: 997).map {
            Event(timestamp: start + $0.timestamp, x: $0.x, y: $0.y, polarity: $0.polarity)
        }
        let rows = MadeTables.rows("uxyp", of: events) { letter, number in
            letter == "u" ? "\(Int64(number) * 1000)" : "\(Int(number))"
        }
        #expect(try MadeTables.read(Array(("t,x,y,p\n" + rows).utf8), "a.csv").events == events)
    }

    /// What this program writes it reads again without a question, where the format has room for the unit.
    @Test(arguments: ["csv", "hdf5", "aedat4", "evt2"]) func whatIsWrittenIsReadAgain(format: String) throws {
        let events = events(20, every: 1_500_000)
        let format = try #require(EventFormatCatalogue.all.first { $0.name == format })
        let bytes = try format.encode(events, sensor: SensorSize(width: 32, height: 24))
        #expect(try EventFormatCatalogue.decode(bytes, path: "a", options: EventReadingOptions()).events == events)
    }
}

/// Lists of numpy in an archive that says nothing but them.
enum ZipArchiveOf {
    static func lists(_ events: [Event], and others: [(name: String, bytes: [UInt8])] = []) -> [UInt8] {
        let arrays: [(name: String, bytes: [UInt8])] = [
            ("t.npy", NpyArray.encode("<i8", shape: [events.count], events.map(\.timestamp))),
            ("x.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.x))),
            ("y.npy", NpyArray.encode("<u2", shape: [events.count], events.map(\.y))),
            ("p.npy", NpyArray.encode("|u1", shape: [events.count], events.map(\.polarity))),
        ]
        return (try? ZipArchive.encode(arrays + others, isPacked: true, path: "a")) ?? []
    }
}
