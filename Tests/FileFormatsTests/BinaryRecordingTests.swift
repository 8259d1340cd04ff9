import Foundation
import Testing

@testable import FileFormats

/// Forty events on 32×24 pixels, a millisecond apart, and the files that people have of such: what bug reports of the
/// field told.
private enum Forty {
    static func events(startingAt start: Int64 = 0) -> [Event] {
        (0..<40).map { (index: Int) -> Event in
            Event(
                timestamp: start + Int64(index + 1) * 997, x: UInt16(index * 7 % 32), y: UInt16(index * 5 % 24),
                polarity: UInt8(index / 3 % 2))
        }
    }

    static func little(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    static func big(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }

    static func dat(_ events: [Event]) -> [UInt8] {
        Array("% Version 2\n% Height 240\n% Width 304\n".utf8) + [12, 8]
            + events.flatMap { event -> [UInt8] in
                let place = UInt32(event.polarity) << 28 | UInt32(event.y) << 14 | UInt32(event.x)
                return little(UInt32(truncatingIfNeeded: event.timestamp)) + little(place)
            }
    }

    static func aedat2(_ events: [Event], header: String = "# Data format is int32 address, int32 timestamp\r\n")
        -> [UInt8]
    {
        Array("#!AER-DAT2.0\r\n".utf8) + Array(header.utf8)
            + events.flatMap { event -> [UInt8] in
                let address = UInt32(127 - event.x) << 8 | UInt32(127 - event.y) << 1 | UInt32(1 - event.polarity)
                return big(address) + big(UInt32(truncatingIfNeeded: event.timestamp))
            }
    }

    /// All in one packet, whose overflow count does not follow the clock.
    static func aedat3(_ events: [Event], source: String = "DVS128", mask: Int64 = 0x7FFF_FFFF) -> [UInt8] {
        var bytes = Array("#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: \(source)\r\n#!END-HEADER\r\n".utf8)
        bytes += [1, 0, 1, 0]
        for number in [8, 4, 0, events.count, events.count, events.count] { bytes += little(UInt32(number)) }
        for event in events {
            bytes += little(UInt32(event.x) << 17 | UInt32(event.y) << 2 | UInt32(event.polarity) << 1 | 1)
            bytes += little(UInt32(truncatingIfNeeded: event.timestamp & mask))
        }
        return bytes
    }

    static func bin(_ events: [Event]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            let time = event.timestamp & 0x7F_FFFF
            return [
                UInt8(event.x), UInt8(event.y), event.polarity << 7 | UInt8(time >> 16), UInt8(time >> 8 & 0xFF),
                UInt8(time & 0xFF),
            ]
        }
    }

    static func evt2(_ events: [Event]) -> [UInt8] {
        var (bytes, high): ([UInt8], Int64) = ([], -1)
        for event in events {
            if event.timestamp >> 6 != high {
                high = event.timestamp >> 6
                bytes += little(8 << 28 | UInt32(high & 0xFFF_FFFF))
            }
            bytes += little(
                UInt32(event.polarity) << 28 | UInt32(event.timestamp & 63) << 22 | UInt32(event.x) << 11
                    | UInt32(event.y))
        }
        return bytes
    }

    /// One event a word.
    static func evt21(_ events: [Event]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            let high = UInt64(event.timestamp >> 6 & 0xFFF_FFFF)
            var word = UInt64(event.polarity) << 60
            word |= UInt64(event.timestamp & 63) << 54
            word |= UInt64(event.x) << 43
            word |= UInt64(event.y) << 32
            return [8 << 60 | high << 32, word | 1].flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
        }
    }

    static func evt3(_ events: [Event]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            [
                8 << 12 | UInt16(event.timestamp >> 12 & 0xFFF), 6 << 12 | UInt16(event.timestamp & 0xFFF),
                event.y, 2 << 12 | UInt16(event.polarity) << 11 | event.x,
            ]
            .flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
        }
    }

    static func read(
        _ bytes: [UInt8], _ name: String, isTolerant: Bool = false, sensor: SensorSize? = nil
    ) throws -> EventFile {
        try EventFormatCatalogue.decode(
            bytes, path: name,
            options: EventReadingOptions(sensor: sensor, isTolerant: isTolerant, refusesBackwardTimes: !isTolerant))
    }
}

@Suite struct ClockTests {
    struct Clock: Sendable, CustomTestStringConvertible {
        let name: String
        let bits: Int64
        let encode: @Sendable ([Event]) -> [UInt8]
        var testDescription: String { name }
    }

    static let clocks = [
        Clock(name: "wrap.dat", bits: 32) { Forty.dat($0) },
        Clock(name: "wrap.aedat", bits: 32) { Forty.aedat2($0) },
        Clock(name: "wrap.aedat", bits: 31) { Forty.aedat3($0) },
        Clock(name: "wrap.bin", bits: 23) { Forty.bin($0) },
        Clock(name: "wrap.raw", bits: 34) { Array("% evt 2.0\n% end\n".utf8) + Forty.evt2($0) },
        Clock(name: "wrap.raw", bits: 34) { Array("% evt 2.1\n% end\n".utf8) + Forty.evt21($0) },
        Clock(name: "wrap.raw", bits: 24) { Array("% evt 3.0\n% end\n".utf8) + Forty.evt3($0) },
    ]

    @Test(arguments: clocks) func timesGoOnWhereTheBitsBeginAnew(clock: Clock) throws {
        let events = Forty.events(startingAt: 1 << clock.bits - 20_000)
        let file = try Forty.read(clock.encode(events), clock.name)
        #expect(file.events == events)
        #expect(file.notes.isEmpty, "\(file.notes)")
    }

    /// Tables that numpy's `uint32` was written to.
    @Test(arguments: ["npz", "npy", "hdf5", "mat", "csv"]) func timesOfTablesGoOn(name: String) throws {
        let format = try #require(EventFormatCatalogue.all.first { $0.name == name })
        let events = Forty.events(startingAt: 1 << 32 - 20_000)
        let stored = events.map {
            Event(timestamp: $0.timestamp & 0xFFFF_FFFF, x: $0.x, y: $0.y, polarity: $0.polarity)
        }
        let bytes = try format.encode(stored, sensor: SensorSize(width: 32, height: 24))
        let file = try Forty.read(bytes, "a" + format.endings[0])
        #expect(file.events == events)
        #expect(file.notes.contains { $0.contains("32-bit") && $0.contains("wraps around once") })
    }

    private static func signed(_ events: [Event]) -> [Event] {
        events.map {
            let time = Int64(Int32(truncatingIfNeeded: $0.timestamp))
            return Event(timestamp: time, x: $0.x, y: $0.y, polarity: $0.polarity)
        }
    }

    /// Those that numpy's `int32` was written to fall to −2³¹.
    @Test(arguments: ["npz", "npy", "hdf5", "mat", "csv", "aedat3"]) func signedTimesGoOn(name: String) throws {
        let format = try #require(EventFormatCatalogue.all.first { $0.name == name })
        for start: Int64 in [1 << 31 - 20_000, 3 << 31 - 20_000] {
            let events = Forty.events(startingAt: start)
            let stored = Self.signed(events)
            let bytes =
                name == "aedat3"
                ? Forty.aedat3(stored, mask: 0xFFFF_FFFF)
                : try format.encode(stored, sensor: SensorSize(width: 32, height: 24))
            let file = try Forty.read(bytes, "a" + format.endings[0])
            // How often the clock had turned before is not known.
            let turns = start & ~0xFFFF_FFFF
            #expect(file.events.map(\.timestamp) == events.map { $0.timestamp - turns })
            #expect(file.events.map(\.x) == events.map(\.x))
        }
    }

    /// As numbers without names, and with events that come a little late where the sign turns.
    @Test(arguments: ["uxyp", "xypu"]) func signedTimesWithoutNames(letters: String) throws {
        var events = Forty.events(startingAt: 1 << 31 - 20_000)
        let stored = Self.signed(events)
        #expect(try Forty.read(MadeTables.npy(letters, "<i4", of: stored), "a.npy").events == events)
        #expect(try Forty.read(Array(MadeTables.rows(letters, of: stored).utf8), "a.csv").events == events)
        let turn = try #require(events.firstIndex { $0.timestamp >= 1 << 31 })
        events.swapAt(turn, turn - 1)
        let bytes = Array(("t,x,y,p\n" + MadeTables.rows("uxyp", of: Self.signed(events))).utf8)
        #expect(
            try EventFormatCatalogue.decode(bytes, path: "a.csv", options: EventReadingOptions()).events == events)
    }

    /// Times before a trigger are what they are; a single damaged one is no turn.
    @Test func otherNegativeTimesStay() throws {
        let early = Forty.events(startingAt: -20_000)
        let file = try Forty.read(Array(("t,x,y,p\n" + MadeTables.rows("uxyp", of: early)).utf8), "a.csv")
        #expect(file.events == early && file.notes.isEmpty)
        let bytes = Forty.aedat3(Forty.events(startingAt: -20_000), mask: 0xFFFF_FFFF)
        #expect { try Forty.read(bytes, "a.aedat") } throws: { "\($0)".contains("not negative") }
        var clock = TableClock()
        let wide: Int64 = 5 << 32
        #expect([5, wide, 7, -3].map { clock.next($0) } == [5, wide, 7, -3])
    }

    @Test func theWrittenValue() throws {
        let file = try Forty.read(Forty.dat(Forty.events(startingAt: 1 << 32 - 20_000)), "wrap.dat")
        #expect(
            Sha256.canonicalHash(of: file.events) == "0d644a57f7f8af3508405df083221c50fdb6fd8a979eec304b7c34aef17bd820")
        #expect(file.events.first?.timestamp == 4_294_948_293 && file.events.last?.timestamp == 4_294_987_176)
    }

    @Test func twoTurnsAndEventsThatComeLate() {
        var clock = WrappingClock(bits: 8)
        let values: [Int64] = [200, 250, 3, 255, 5, 100, 180, 250, 1]
        #expect(values.map { clock.next($0) } == [200, 250, 259, 255, 261, 356, 436, 506, 513])
    }

    /// One damaged time must not move all that follow it.
    @Test func aStrayTimeIsNoTurn() {
        var clock = WrappingClock(bits: 32)
        let values: [Int64] = [10, 20, 4_294_967_295, 30, 40]
        #expect(values.map { clock.next($0) } == values)
    }

    /// A long silence, then many events, then a turn.
    @Test func aLongSilenceIsNoDamage() {
        var clock = WrappingClock(bits: 8)
        let values: [Int64] = [1] + (0..<20).map { 200 + $0 } + [2]
        #expect(values.map { clock.next($0) } == values.dropLast() + [258])
    }

    @Test func timesWithoutATurnStay() throws {
        var events = Forty.events()
        events.swapAt(3, 20)
        #expect(try Forty.read(Forty.dat(events), "a.dat", isTolerant: true).events == events)
        #expect(try Forty.read(Forty.aedat2(events), "a.aedat", isTolerant: true).events == events)
    }
}

@Suite struct PropheseeHeaderTests {
    static let sha = "ea28c3f000607499fca5c1452c4b900150fe904104978b878df19561f454b4f2"
    static let vga = SensorSize(width: 640, height: 480)
    static let hd = SensorSize(width: 1280, height: 720)

    struct Header: Sendable, CustomTestStringConvertible {
        let lines: String
        let sensor: SensorSize?
        var isThird = false
        var testDescription: String { lines }
    }

    @Test(arguments: [
        Header(lines: "% Date 2019-06-14 15:30:21\n% integrator_name Prophesee\n% system_ID 28\n", sensor: vga),
        Header(lines: "% camera_label Büro\n% evt 2.0\n% end\n", sensor: nil),
        Header(lines: "% evt 2.0\n% camera_label 机器\n% system_ID 0x1A\n% end\n", sensor: hd),
        Header(lines: "% Format EVT2\n% Width 320\n% HEIGHT 240\n", sensor: SensorSize(width: 320, height: 240)),
        Header(lines: "% Geometry 346x260\n% EVT 2.0\n", sensor: SensorSize(width: 346, height: 260)),
        Header(
            lines: "% integrator_name Prophesee\n% system_ID 21\n% geometry 300x200\n",
            sensor: SensorSize(width: 300, height: 200)),
        Header(lines: "% evt 2.0\n% integrator_name Someone\n% system_ID 28\n", sensor: nil),
        Header(lines: "% evt 2\n% system_ID 9999\n", sensor: nil),
        Header(lines: "% system_ID 48\n", sensor: hd, isThird: true),
        Header(lines: "% system_ID 40\r\n% end\r\n", sensor: vga, isThird: true),
        Header(lines: "% format EVT3;height=480;width=640\n% end\n", sensor: vga, isThird: true),
        Header(lines: "% evt 2.0\n% sensor_name IMX636\n% end\n", sensor: hd),
        Header(lines: "% evt 3.0\n% sensor_name IMX646\n% end\n", sensor: hd, isThird: true),
        Header(lines: "% evt 3.0\n% sensor_name IMX637\n", sensor: SensorSize(width: 640, height: 512), isThird: true),
        Header(lines: "% evt 2.0\n% sensor_name Gen3.1\n% end\n", sensor: vga),
        Header(lines: "% evt 2.0\n% Sensor_Name GenX320\n% end\n", sensor: SensorSize(width: 320, height: 320)),
        Header(lines: "% evt 2.0\n% sensor_generation 4.2\n% end\n", sensor: hd),
        Header(lines: "% evt 2.0\n% generation 3.1\n% end\n", sensor: vga),
        Header(
            lines: "% evt 2.0\n% sensor_name IMX636\n% geometry 320x240\n", sensor: SensorSize(width: 320, height: 240)),
        Header(lines: "% evt 2.0\n% sensor_name Mine\n% end\n", sensor: nil),
    ])
    func whatTheHeaderDoesNotSayTheCameraDoes(header: Header) throws {
        let events = Forty.events()
        let body = header.isThird ? Forty.evt3(events) : Forty.evt2(events)
        let file = try Forty.read(Array(header.lines.utf8) + body, "a.raw")
        #expect(file.events == events)
        #expect(Sha256.canonicalHash(of: file.events) == Self.sha)
        #expect(file.declaredSensor == header.sensor)
    }

    /// A label in Latin-1 is no UTF-8, and no damage.
    @Test func labelsOfAnyCoding() throws {
        let header = Array("% camera_label B".utf8) + [0xFC] + Array("ro\n% evt 2.0\n% end\n".utf8)
        #expect(try Forty.read(header + Forty.evt2(Forty.events()), "a.raw").events.count == 40)
    }

    @Test(arguments: [
        ("% Date 2019\n% integrator_name Prophesee\n% system_ID 20\n", "the event encoding"),
        ("% system_ID 28\n% integrator_name Someone\n", "the event encoding"),
        ("% evt 4.0\n% end\n", "EVT 4.0"), ("% format HISTO3D;height=320\n% evt 2.2\n% end\n", "EVT 2.2"),
    ])
    func whatIsNotReadIsRefusedByName(header: String, says: String) {
        let error = #expect(throws: FileFormatError.self) {
            try Forty.read(Array(header.utf8) + Forty.evt2(Forty.events()), "a.raw")
        }
        #expect("\(error!)".contains(says) && !"\(error!)".contains("copy"), "\(error!)")
    }

    @Test func aSizeThatNoSensorHasIsNotTaken() throws {
        let lines = "% evt 2.0\n% geometry 65535x65535\n% end\n"
        #expect(try Forty.read(Array(lines.utf8) + Forty.evt2(Forty.events()), "a.raw").declaredSensor == nil)
    }
}

@Suite struct ChipTests {
    @Test(arguments: [
        "DVS128", "ch.unizh.ini.jaer.chip.retina.DVS128", "ch.unizh.ini.jaer.chip.retina.Tmpdiff128", "dvs128 ",
    ])
    func thoseOfADvs128AreRead(chip: String) throws {
        #expect(
            try Forty.read(Forty.aedat2(Forty.events(), header: "# AEChip: \(chip)\r\n"), "a.aedat").events
                == Forty.events())
    }

    @Test(arguments: [
        "ch.unizh.ini.jaer.chip.cochlea.CochleaAMS1c", "DVXplorer", "eu.seebetter.ini.chips.davis.DAVIS240C",
        "eu.seebetter.ini.chips.davis.Davis346red", "DAVIS128", "Prophese Gen 3.1 (VGA)", "DVS640",
    ])
    func othersAreRefusedByName(chip: String) {
        let bytes = Forty.aedat2(Forty.events(), header: "# AEChip: \(chip)\r\n")
        let error = #expect(throws: FileFormatError.self) { try Forty.read(bytes, "a.aedat") }
        #expect("\(error!)".contains(chip) && !"\(error!)".contains("copy"), "\(error!)")
    }

    /// Headers of other programs name the camera, not the chip.
    @Test(arguments: [
        "DVXplorer", "Davis346", "DVS640", "DAViSFX3HardwareInterface", "Samsung Gen3", "CochleaAMSHardwareInterface",
    ])
    func cameraWithoutAChip(hardware: String) {
        let bytes = Forty.aedat2(Forty.events(), header: "# HardwareInterface: \(hardware)\r\n")
        let error = #expect(throws: FileFormatError.self) { try Forty.read(bytes, "a.aedat") }
        #expect("\(error!)".contains(hardware) && !"\(error!)".contains("copy"), "\(error!)")
    }

    @Test(arguments: ["CypressFX2DVS128RetinaHardwareInterface", "Silicon Labs USBIO", "DVS128 V1.0"])
    func cameraOfADvs128(hardware: String) throws {
        let bytes = Forty.aedat2(Forty.events(), header: "# HardwareInterface: \(hardware)\r\n")
        #expect(try Forty.read(bytes, "a.aedat").events == Forty.events())
    }

    @Test func addressesOfAnotherChipWithoutAName() {
        let bytes = Array("#!AER-DAT2.0\r\n".utf8) + Forty.big(0x40_1000) + Forty.big(1)
        let error = #expect(throws: FileFormatError.self) { try Forty.read(bytes, "a.aedat") }
        #expect("\(error!)".contains("another chip") && !"\(error!)".contains("copy"), "\(error!)")
    }

    @Test(arguments: [
        ("DVS128", 128, 128), ("DAVIS240C", 240, 180), ("DAVIS346", 346, 260), ("DAVIS640", 640, 480),
        ("DVXPLORER", 640, 480), ("DVXPLORER_LITE", 320, 240),
    ])
    func everyCameraOfAedat3IsRead(chip: String, width: Int, height: Int) throws {
        let file = try Forty.read(Forty.aedat3(Forty.events(), source: chip), "a.aedat")
        #expect(file.events == Forty.events())
        #expect(file.declaredSensor == SensorSize(width: width, height: height))
    }

    @Test(arguments: ["CochleaAMS1c", "DYNAPSE"]) func earsOfAedat3AreRefused(chip: String) {
        let error = #expect(throws: FileFormatError.self) {
            try Forty.read(Forty.aedat3(Forty.events(), source: chip), "a.aedat")
        }
        #expect("\(error!)".contains(chip), "\(error!)")
    }
}

@Suite struct StrayEventTests {
    /// In a format that says no size.
    private func bytes(_ x: UInt16, _ y: UInt16) throws -> [UInt8] {
        var events = Forty.events()
        (events[20].x, events[20].y) = (x, y)
        return try Npy().encode(events, sensor: SensorSize(width: 32, height: 24))
    }

    private static func within34(_ count: Int) -> [Event] {
        (0..<count).map { (index: Int) -> Event in
            Event(timestamp: Int64(index), x: UInt16(index % 34), y: UInt16(index / 7 % 34), polarity: 1)
        }
    }

    @Test(arguments: [(600, 400), (600, 3), (3, 400), (100, 20)])
    func anEventFarFromAllOthersIsSuspect(x: Int, y: Int) {
        var events = Self.within34(400)
        #expect(StrayEvents.suspect(in: events) == nil)
        (events[123].x, events[123].y) = (UInt16(x), UInt16(y))
        let suspect = StrayEvents.suspect(in: events)
        #expect(suspect?.event == 123 && suspect?.usual == SensorSize(width: 34, height: 34) && suspect?.count == 1)
        #expect(suspect?.description.contains("event 123 at x = \(x), y = \(y)") == true)
    }

    /// Many events far out are a second thing that moves; near ones are noise at the border of it.
    @Test func whatIsFarMayBeRealForVerify() {
        var events = Self.within34(4000)
        events[7].x = 60
        #expect(StrayEvents.suspect(in: events) == nil)
        for place in 100..<120 { events[place].x = 300 }
        #expect(StrayEvents.suspect(in: events) == nil)
    }

    @Test(arguments: [(65_535, 65_535), (65_535, 3), (3, 40_000), (2048, 0), (0, 2048), (2000, 2000), (1024, 1)])
    func aStrayEventIsNamedOrLeftOut(x: Int, y: Int) throws {
        let bytes = try bytes(UInt16(x), UInt16(y))
        let error = #expect(throws: FileFormatError.self) { try Forty.read(bytes, "ant/r0.npz") }
        #expect("\(error!)".contains("event 20") && "\(error!)".contains("ant/r0.npz"), "\(error!)")
        let file = try EventFormatCatalogue.decode(
            bytes, path: "a.npz", options: EventReadingOptions(isTolerant: true))
        var rest = Forty.events()
        rest.remove(at: 20)
        #expect(file.events == rest)
        #expect(file.loss?.events == 1)
        #expect(file.notes.filter { $0.contains("skipped 1 event") }.count == 1, "\(file.notes)")
    }

    @Test(arguments: [(1000, 700), (639, 479), (127, 127)]) func aFarEventMayBeReal(x: Int, y: Int) throws {
        #expect(try Forty.read(bytes(UInt16(x), UInt16(y)), "a.npz").events.count == 40)
    }

    @Test func aSensorThatIsSaidDecides() throws {
        let sensor = SensorSize(width: 4096, height: 4096)
        #expect(try Forty.read(bytes(4000, 4000), "a.npz", sensor: sensor).events.count == 40)
    }
}

@Suite struct OtherFilesTests {
    @Test(arguments: [("Event Stream\u{2}", ".es"), ("#ROSBAG V2.0\n", "ROS bag"), ("\u{89}MCAP0\r\n", "MCAP")])
    func recordingsOfOtherKindsAreNamed(beginning: String, name: String) {
        let bytes = beginning.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 7, count: 200)
        let error = #expect(throws: FileFormatError.self) { try Forty.read(bytes, "a.data") }
        #expect("\(error!)".contains(name) && !"\(error!)".contains("aedat4"), "\(error!)")
    }

    @Test(arguments: ["a.npz", "a.bin", "a.raw", "a.csv", "a.mat", "a.aedat4", "a.png", "a.safetensors", "a.pth"])
    func aPipeIsNotWaitedFor(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/" + name
        #expect(mkfifo(path, 0o600) == 0)
        for read in [
            { _ = try EventFormatCatalogue.read(path) }, { _ = try EventFormatCatalogue.format(of: path) },
            { _ = try Idx.images(path) }, { _ = try Cifar.images(path) }, { _ = try TensorFile.open(path) },
            { _ = try FileBytes.prefix(path, count: 1) },
        ] as [() throws -> Void] {
            let error = #expect(throws: FileFormatError.self) { try read() }
            #expect("\(error!)".contains("named pipe"), "\(error!)")
        }
    }

    /// One letter was enough to end the process.
    @Test func aFileIsWrittenWhereItsPathSays() throws {
        let folder = try TemporaryFolder()
        for name in ["q", "./r", "ä"] {
            try AtomicFile.replace(folder.url.path + "/" + name, with: [7])
            #expect(try FileBytes.read(folder.url.path + "/" + name) == [7])
        }
        let error = #expect(throws: FileFormatError.self) {
            try AtomicFile.replace(folder.url.path + "/no/q", with: [7])
        }
        #expect("\(error!)".contains("create the folder"), "\(error!)")
    }

    @Test(arguments: [[3, 0, 0], [3, 0, 28], [3, 28, 0], [0, 28, 28]])
    func imagesWithoutPixelsAreRefused(sizes: [Int]) throws {
        let folder = try TemporaryFolder()
        let bytes: [UInt8] = [0, 0, 8, 3] + sizes.flatMap { Forty.big(UInt32($0)) }
        let error = #expect(throws: FileFormatError.self) { try Idx.images(folder.file("i", bytes).path) }
        #expect("\(error!)".contains(sizes[0] == 0 ? "no images" : "pixels"), "\(error!)")
        #expect(throws: FileFormatError.self) { try Idx.labels(folder.file("l", [0, 0, 8, 1, 0, 0, 0, 0]).path) }
    }
}
