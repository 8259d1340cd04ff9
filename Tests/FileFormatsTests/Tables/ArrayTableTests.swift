import Foundation
import Testing

@testable import FileFormats

/// The same forty events as arrays of numpy, MATLAB and HDF5.
@Suite struct ArrayTableTests {
    /// Letters as in `MadeTables.number`.
    @Test(arguments: [
        ("uxyp", "<i8"), ("xypu", "<i8"), ("xyup", "<i4"), ("xypu", "<f8"), ("xyps", "<f8"), ("xys+", "<f8"),
        ("sxyp", "<f8"),
        ("xyp2", "<i8"), ("pxyu", "<i8"), ("xpyu", ">i8"), ("pumxy", "<f8"), ("xypn", "<i8"), ("xyup", "<f4"),
        ("nxy+", "<i8"),
        ("xyu2", "<i8"), ("iuxyp", "<i8"), ("xypm", "<f8"), ("xypu", ">f8"),
    ])
    func everyOrderAndUnitIsFound(letters: String, code: String) throws {
        // Two columns that may be p, two clocks, or so few events that ns may as well be µs, are questions.
        if ["xyp2", "pumxy", "xypn", "nxy+"].contains(letters) {
            #expect { try MadeTables.read(MadeTables.npy(letters, code), "a.npy") } throws: {
                if case FileFormatError.unclearTable = $0 { true } else { false }
            }
            return
        }
        for order in [MadeTables.Order.rows, .fortran, .transposed] {
            let file = try MadeTables.read(MadeTables.npy(letters, code, order: order), "a.npy")
            #expect(file.events == MadeTables.events, "\(order)")
            #expect(file.notes.contains { $0.contains("--columns") })
        }
    }

    @Test func tonicKeepsMilliseconds() throws {
        let events = (1...1500).map { (index: Int) -> Event in
            let (x, y) = (UInt16(index * 37 % 128), UInt16(index * 11 % 128))
            return Event(timestamp: Int64(index / 5 + 1) * 1000, x: x, y: y, polarity: UInt8(index / 3 % 2))
        }
        #expect(try MadeTables.read(MadeTables.npy("xypm", of: events), "a.npy").events == events)
    }

    @Test func emptyAndSingle() throws {
        #expect(try MadeTables.read(MadeTables.npy("uxyp", of: []), "a.npy").events == [])
        let one = [Event(timestamp: 997, x: 3, y: 5, polarity: 1)]
        for letters in ["uxyp", "xypu", "xyup"] {
            let file = try MadeTables.read(MadeTables.npy(letters, "<i8", of: one), "a.npy")
            #expect(file.events == one || letters == "xyup")
        }
    }

    @Test func aSensorOnItsSideIsAQuestion() {
        let events = (0..<400).map { (index: Int) -> Event in
            let (x, y) = (UInt16(index * 37 % 180), UInt16(index * 53 % 240))
            return Event(timestamp: Int64(index * 500), x: x, y: y, polarity: UInt8(index % 2))
        }
        #expect { try MadeTables.read(MadeTables.npy("xyup", "<i8", of: events), "a.npy") } throws: {
            "\($0)".contains("x,y,t,p") && "\($0)".contains("y,x,t,p")
        }
    }

    @Test(arguments: [
        ("[('timestamp_us', '<i8'), ('x_pos', '<i8'), ('y_pos', '<i8'), ('polarity', '<i8')]", "uxyp"),
        ("[('a', '<i8'), ('b', '<i8'), ('c', '<i8'), ('d', '<i8')]", "xyup"),
        ("[('x', '<i8'), ('y', '<i8'), ('cam', '<U2'), ('t', '<i8'), ('p', '<i8')]", "xyiup"),
        ("[('t', '<m8[us]'), ('x', '<i8'), ('y', '<i8'), ('p', '<i8')]", "uxyp"),
        ("[('t', '<M8[ns]'), ('xy', '<i8', (2,)), ('p', '<i8')]", "nxyp"),
        ("[(('time', 't'), '<i8'), ('x', '<i8'), ('y', '<i8'), ('p', '<i8')]", "uxyp"),
    ])
    func records(code: String, letters: String) throws {
        let numbers = MadeTables.npy(letters, "<i8")
        let bytes = NpyArray.encode(code, shape: [40], numbers: Array(numbers.suffix(40 * letters.count * 8)))
        #expect(try MadeTables.read(bytes, "a.npy").events == MadeTables.events)
    }

    @Test func archivesHoldMoreThanEvents() throws {
        let text = NpyArray.encode("'<U6'", shape: [], numbers: [UInt8](repeating: 0, count: 24))
        let label = NpyArray.encode("<i8", shape: [], [3] as [Int64])
        let lists = "uxyp".map { (name: $0 == "u" ? "t" : "\($0)", bytes: MadeTables.list($0, "<i8")) }
        for entries in [
            lists + [("camera", text), ("label", label)],
            [("events", MadeTables.npy("uxyp", "<i8")), ("label", label)],
            [("data", MadeTables.npy("xypu", "<i8")), ("label", label), ("camera", text)],
            [
                ("events_t", MadeTables.list("s")), ("events_xy", MadeTables.npy("xy", "<i8")),
                ("events_p", MadeTables.list("p")),
            ],
            "uxyp".enumerated().map { (name: "arr_\($0)", bytes: MadeTables.list($1, "<i8")) },
            [
                ("t_ns", MadeTables.list("n")), ("x", MadeTables.list("x")), ("y", MadeTables.list("y")),
                ("pol", MadeTables.list("+")),
            ],
        ] {
            let file = try MadeTables.read(try MadeTables.npz(entries), "a.npz")
            #expect(file.events == MadeTables.events)
            if entries.contains(where: { $0.name == "label" }) {
                #expect(file.notes.contains { $0.contains("ignored") && $0.contains("label") })
            }
        }
        let two = try MadeTables.npz([("a", MadeTables.npy("uxyp", "<i8")), ("b", MadeTables.npy("xypu", "<i8"))])
        #expect { try MadeTables.read(two, "a.npz") } throws: { "\($0)".contains("--columns a:auto") }
        #expect(
            try MadeTables.read(two, "a.npz", TableOptions(columns: ColumnChoice("b:auto"))).events == MadeTables.events
        )
        #expect { try MadeTables.read(try MadeTables.npz([("label", label)]), "a.npz") } throws: {
            "\($0)".contains("label")
        }
    }

    @Test(arguments: [
        (StoredTables.v2e, "a.h5"), (StoredTables.mvsec, "a.h5"), (StoredTables.compound, "a.h5"),
        (StoredTables.group, "a.h5"),
        (StoredTables.twoLevels, "a.h5"), (StoredTables.matWithText, "a.mat"), (StoredTables.matWithStructure, "a.mat"),
    ])
    func filesOfH5pyAndScipy(stored: String, name: String) throws {
        let packed = try #require(Data(base64Encoded: stored))
        let bytes = try Gzip.inflate(Array(packed), limit: 1 << 20, path: name)
        let file = try MadeTables.read(bytes, name)
        #expect(file.events == MadeTables.events)
        if name == "a.mat" { #expect(file.notes.contains { $0.contains("ignored") }) }
    }

    /// Room for numbers that never came is no damage, and beside the events it does not matter.
    @Test(arguments: [
        (StoredTables.unwritten, "'events/p'", "never written"),
        (StoredTables.unwrittenChunks, "'events/p'", "never written"),
        (StoredTables.partlyWritten, "from number [20] on", "never written"),
    ])
    func whatWasNeverWrittenIsSaid(stored: String, first: String, second: String) throws {
        let bytes = try Gzip.inflate(
            Array(try #require(Data(base64Encoded: stored))), limit: 1 << 20, path: "a.h5")
        let error = #expect(throws: FileFormatError.self) { try MadeTables.read(bytes, "a.h5") }
        let text = "\(try #require(error))"
        #expect(text.contains(first) && text.contains(second))
        #expect(!text.contains("damaged") && !text.contains("copy") && !text.contains("h5repack"), "\(text)")
    }

    @Test func whatWasNeverWrittenBesideIsPassedOver() throws {
        let packed = try #require(Data(base64Encoded: StoredTables.besideUnwritten))
        let bytes = try Gzip.inflate(Array(packed), limit: 1 << 20, path: "a.h5")
        #expect(try MadeTables.read(bytes, "a.h5").events == MadeTables.events)
    }

    @Test(arguments: [
        (StoredTables.matOfStructure, "TD"), (StoredTables.matOfPackedStructure, "cd"),
        (StoredTables.matOfNestedStructures, "aedat.data.polarity"),
    ])
    func structuresOfMatlab(stored: String, title: String) throws {
        let packed = try #require(Data(base64Encoded: stored))
        let bytes = try Gzip.inflate(Array(packed), limit: 1 << 20, path: "a.mat")
        let file = try MadeTables.read(bytes, "a.mat")
        #expect(file.events == MadeTables.events)
        #expect(file.notes.contains("events are read from \(title)"))
    }

    /// Names as `repr` writes those that are no plain letters, in the coding of each version of npy.
    @Test(arguments: [
        ("\"it's\"", UInt8(1)), ("'a\\\\b'", 1), ("'a\\'\"b'", 1), ("'tab\\t'", 1), ("'\\x07'", 1), ("'\\u200b'", 3),
        ("'\\U000e0001'", 3), ("'日本'", 3),
    ])
    func fieldsOfAnyName(name: String, version: UInt8) throws {
        let code = "[('x', '<i8'), ('y', '<i8'), (\(name), '<i8'), ('t', '<i8'), ('p', '<i8')]"
        let numbers = Array(MadeTables.npy("xyiup", "<i8").suffix(40 * 5 * 8))
        var bytes = NpyArray.encode(code, shape: [40], numbers: numbers)
        if version == 3 {
            // Four bytes tell the size of the header.
            bytes[6] = 3
            bytes.insert(contentsOf: [0, 0], at: 10)
        }
        #expect(try MadeTables.read(bytes, "a.npy").events == MadeTables.events)
    }

    @Test func namesInLatin1() throws {
        let code = "[('t_#s', '<i8'), ('x', '<i8'), ('y', '<i8'), ('p', '<i8')]"
        let numbers = Array(MadeTables.npy("uxyp", "<i8").suffix(40 * 4 * 8))
        let bytes = NpyArray.encode(code, shape: [40], numbers: numbers)
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "#")))
        var latin = bytes
        latin[place] = 0xB5
        let file = try MadeTables.read(latin, "a.npy")
        #expect(file.events == MadeTables.events && file.notes.isEmpty)
    }

    /// An archive whose entry has a name that is no text is whole all the same.
    @Test func archivesWithOddNames() throws {
        let label = NpyArray.encode("<i8", shape: [], [3] as [Int64])
        let lists = "uxyp".map { (name: $0 == "u" ? "t" : "\($0)", bytes: MadeTables.list($0, "<i8")) }
        var bytes = try MadeTables.npz(lists + [("äöü", label)])
        let name = Array("äöü".utf8)
        for place in bytes.indices.dropLast(name.count) where bytes[place..<place + name.count].elementsEqual(name) {
            bytes.replaceSubrange(place..<place + name.count, with: [UInt8](repeating: 0xFC, count: name.count))
        }
        #expect(try MadeTables.read(bytes, "a.npz").events == MadeTables.events)
        // What is damaged stays so.
        let cut = Array(bytes.dropLast(30))
        #expect(throws: FileFormatError.self) { try MadeTables.read(cut, "a.npz") }
    }

    @Test func theFilesOfASetAreReadAlike() throws {
        var agreed = TableLayout()
        (agreed.order, agreed.unit) = (["x", "y", "p", "t"], .microseconds)
        let table = TableOptions(agreed: agreed)
        let bytes = MadeTables.npy("xypu", "<i8")
        let file = try MadeTables.read(bytes, "a.npy")
        #expect(file.layout == agreed)
        #expect(try MadeTables.read(bytes, "a.npy", table).events == MadeTables.events)
        for letters in ["uxyp", "xypn"] {
            #expect { try MadeTables.read(MadeTables.npy(letters, "<i8"), "a.npy", table) } throws: {
                "\($0)".contains("other files of the set")
            }
        }
    }
}
