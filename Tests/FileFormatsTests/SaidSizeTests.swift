import Foundation
import Testing

@testable import FileFormats

/// The sensor's size where a file says it beside its events.
@Suite struct SaidSizeTests {
    static let size = SensorSize(width: 40, height: 30)

    @Test(arguments: [
        "# width=40 height=30", "# height = 30, width = 40", "# resolution: 40x30", "# resolution: 30x40",
        "% geometry:40,30",
        "# sensor_size: (40, 30)", "# sensor size 40 30", "# sizeX: 40\n# sizeY: 30", "# Width: 40 px, Height: 30 px",
        "# Made 2020-01-02 by DAVIS346, resolution 40x30",
    ])
    func commentsOfText(comment: String) throws {
        for names in ["t,x,y,p\n", ""] {
            let bytes = Array((comment + "\n" + names + MadeTables.rows("uxyp")).utf8)
            let file = try MadeTables.read(bytes, "a.csv")
            #expect(file.declaredSensor == Self.size && file.events == MadeTables.events, "\(names)")
        }
    }

    private static func list(_ numbers: [Int64]) -> [UInt8] {
        NpyArray.encode("<i8", shape: numbers.count == 1 ? [] : [numbers.count], numbers)
    }

    static let entries: [[(name: String, bytes: [UInt8])]] = [
        [("sensor_size.npy", list([40, 30]))], [("sensor_size.npy", list([40, 30, 2]))],
        [("resolution.npy", list([30, 40]))],
        [("sensor_resolution.npy", list([40, 30]))], [("width.npy", list([40])), ("height.npy", list([30]))],
        [("sensor_shape.npy", list([30, 40]))],
        [
            (
                "geometry.npy",
                NpyArray.encode(
                    "'<U5'", shape: [], numbers: "40x30".unicodeScalars.flatMap { [UInt8($0.value), 0, 0, 0] })
            )
        ],
    ]

    @Test(arguments: 0..<entries.count) func entriesOfNumpy(number: Int) throws {
        let file = try MadeTables.read(ZipArchiveOf.lists(MadeTables.events, and: Self.entries[number]), "a.npz")
        #expect(file.declaredSensor == Self.size && file.events == MadeTables.events)
        #expect(!file.notes.contains { $0.contains("ignored") }, "\(file.notes)")
    }

    /// Both orders fit: width comes first.
    @Test func widthComesFirst() throws {
        let entry = [(name: "resolution.npy", bytes: Self.list([33, 41]))]
        let file = try MadeTables.read(ZipArchiveOf.lists(MadeTables.events, and: entry), "a.npz")
        #expect(file.declaredSensor == SensorSize(width: 33, height: 41))
    }

    /// An event beyond what the file says is damage, as in every other format.
    @Test func anEventBeyondItIsDamage() {
        var events = MadeTables.events
        events[3].x = 200
        let bytes = ZipArchiveOf.lists(events, and: Self.entries[0])
        #expect { try MadeTables.read(bytes, "a.npz") } throws: { "\($0)".contains("40×30") }
    }

    /// Half of the events beyond it show that it is the size of something else.
    @Test func aSizeOfSomethingElseIsLeftAside() throws {
        let entry = [(name: "resolution.npy", bytes: Self.list([16, 12]))]
        let files = [
            (ZipArchiveOf.lists(MadeTables.events, and: entry), "a.npz"),
            (Array(("# resolution: 16x12\nt,x,y,p\n" + MadeTables.rows("uxyp")).utf8), "a.csv"),
        ]
        for (bytes, name) in files {
            let file = try MadeTables.read(bytes, name)
            #expect(file.declaredSensor == nil && file.events == MadeTables.events)
            #expect(file.notes.contains { $0.contains("16×12") }, "\(file.notes)")
        }
    }

    @Test(arguments: ["csv", "npz", "hdf5", "mat", "aedat4", "evt2", "evt21", "evt3"])
    func aSizeThatIsWrittenIsReadAgain(
        name: String
    ) throws {
        let format = try #require(EventFormatCatalogue.all.first { $0.name == name })
        for variant in format.variants where !(name == "csv" && variant == "seconds") {
            let bytes = try format.encode(MadeTables.events, sensor: Self.size, variant: variant)
            let file = try EventFormatCatalogue.decode(
                bytes, path: "a", options: EventReadingOptions(table: TableOptions(unit: .microseconds)))
            #expect(file.declaredSensor == Self.size && file.events == MadeTables.events, "\(variant)")
        }
    }

    @Test func linesAreTakenApart() {
        func size(_ line: String) -> SensorSize? {
            var said = SaidSize()
            said.take(line: line)
            return said.decide(0) { _ in 0 }.size
        }
        #expect(size("width=640 height=480") == SensorSize(width: 640, height: 480))
        #expect(size("window_width: 3, height: 9") == nil)
        #expect(size("resolution: 1 us") == nil && size("geometry") == nil && size("width: 9000 height: 3") == nil)
    }
}
