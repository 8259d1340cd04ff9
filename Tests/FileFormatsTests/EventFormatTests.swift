import Foundation
import Testing

@testable import FileFormats

@Suite struct NeuromorphicBinTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func anEventIsFiveBytes() throws {
        let file = try folder.file("a.bin", [3, 7, 0x81, 0x02, 0x03, 200, 239, 0x7F, 0xFF, 0xFF])
        let read = try EventFormatCatalogue.read(file.path)
        #expect(read.format == "bin")
        #expect(
            read.events == [
                Event(timestamp: 0x010203, x: 3, y: 7, polarity: 1),
                Event(timestamp: 0x7FFFFF, x: 200, y: 239, polarity: 0),
            ])
        #expect(read.notes.isEmpty)
    }

    @Test func overflowMarkersMoveTheClockAndAreCounted() throws {
        let file = try folder.file(
            "a.bin", [1, 1, 0, 0, 5, 0, 240, 0, 0, 6, 1, 2, 0, 0, 7, 0, 240, 0x80, 0, 8, 1, 3, 0x80, 0, 9])
        let read = try EventFormatCatalogue.read(file.path, sensor: SensorSize(width: 34, height: 34))
        #expect(read.events.map(\.timestamp) == [5, 8192 + 7, 16384 + 9])
        #expect(read.overflowMarkerCount == 2)
        #expect(read.notes.count == 1 && read.notes[0].contains("2 clock overflow markers"))
    }

    @Test(arguments: [1, 2, 3, 4, 503])
    func aCutFileIsRefusedWithItsOffset(size: Int) throws {
        let file = try folder.file("a.bin", [UInt8](repeating: 0, count: size))
        #expect {
            try EventFormatCatalogue.read(file.path)
        } throws: { error in
            guard case FileFormatError.damaged(let path, let offset, _, _, _) = error else { return false }
            return path == file.path && offset == size / 5 * 5 && "\(error)".contains("byte \(offset)")
        }
    }

    @Test func encodingIsTheInverse() throws {
        let events = (0..<1000).map { (index: Int) -> Event in
            let (x, y) = (UInt16(index % 256), UInt16(index % 240))
            return Event(timestamp: Int64(index * 8_381), x: x, y: y, polarity: UInt8(index % 2))
        }
        let bytes = NeuromorphicBin.encode(events)
        let decoded = try NeuromorphicBin.decode(bytes, path: "", sensor: nil)
        #expect(decoded.overflowMarkerCount == 0)
        #expect(decoded.events == events)
    }

    @Test func anyBytesAreReadOrRefused() throws {
        var state: UInt64 = 7
        for size in 0..<200 {
            let bytes = (0..<size).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40)
            }
            let isRead = (try? NeuromorphicBin.decode(bytes, path: "", sensor: nil)) != nil
            #expect(isRead == (size % 5 == 0))
        }
    }

    @Test func anUnknownFileIsNamed() throws {
        let file = try folder.file("picture.jpg", [0xFF, 0xD8])
        #expect {
            try EventFormatCatalogue.read(file.path)
        } throws: { "\($0)".contains("ff d8") && "\($0)".contains("bin") }
        #expect(throws: FileFormatError.self) { try EventFormatCatalogue.read(folder.url.path) }
        #expect(throws: FileFormatError.self) { try EventFormatCatalogue.read(folder.url.path + "/none.bin") }
    }
}

/// What holds for every format of the catalogue.
@Suite struct EventFormatCatalogueTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        let format: any EventFormat
        let variant: String
        var testDescription: String { "\(format.name), \(variant)" }
    }

    static let layouts = EventFormatCatalogue.all.flatMap { format in
        format.variants.map { Layout(format: format, variant: $0) }
    }
    static let sensor = SensorSize(width: 128, height: 128)

    /// Within what every format can hold.
    static let events = (0..<3000).map { (index: Int) -> Event in
        Event(
            timestamp: Int64(index * 977 + index % 3), x: UInt16(index * 37 % 128), y: UInt16(index * 11 % 128),
            polarity: UInt8(index / 3 % 2))
    }

    @Test(arguments: layouts) func whatIsWrittenIsRead(layout: Layout) throws {
        for events in [Self.events, Array(Self.events.prefix(1)), []] {
            let bytes = try layout.format.encode(events, sensor: Self.sensor, variant: layout.variant)
            let path = "recording" + layout.format.endings[0]
            // Without a row of numbers text has no layout to find but that of its header.
            guard !events.isEmpty || !bytes.isEmpty else { continue }
            let file = try EventFormatCatalogue.decode(bytes, path: path, options: EventReadingOptions())
            #expect(file.format == layout.format.name)
            #expect(file.events == events)
            #expect(file.loss == nil)
            if let declared = file.declaredSensor { #expect(declared == Self.sensor) }
        }
    }

    @Test(arguments: layouts) func eventsBeyondTheSensorAreDamageOrLeftOut(layout: Layout) throws {
        let bytes = try layout.format.encode(Self.events, sensor: Self.sensor, variant: layout.variant)
        let path = "recording" + layout.format.endings[0]
        let half = SensorSize(width: 64, height: 128)
        #expect {
            try EventFormatCatalogue.decode(bytes, path: path, options: EventReadingOptions(sensor: half))
        } throws: { error in
            guard case FileFormatError.damaged(path, let offset, _, _, _) = error else { return false }
            return offset >= 0
        }
        let tolerant = try EventFormatCatalogue.decode(
            bytes, path: path, options: EventReadingOptions(sensor: half, isTolerant: true))
        #expect(tolerant.events == Self.events.filter { $0.x < 64 })
        #expect(tolerant.loss?.events == Self.events.count - tolerant.events.count)
        #expect(tolerant.notes.contains { $0.contains("skipped") })
    }

    @Test(arguments: layouts) func backwardTimesAreRefusedOnlyIfAskedTo(layout: Layout) throws {
        var events = Self.events
        events.swapAt(1000, 2000)
        let bytes = try layout.format.encode(events, sensor: Self.sensor, variant: layout.variant)
        let path = "recording" + layout.format.endings[0]
        let file = try EventFormatCatalogue.decode(bytes, path: path, options: EventReadingOptions())
        #expect(file.events == events)
        #expect(file.notes.contains { $0.contains("run backwards 2 times, first at event 1001") })
        #expect {
            try EventFormatCatalogue.decode(bytes, path: path, options: EventReadingOptions(refusesBackwardTimes: true))
        } throws: { "\($0)".contains("event 1001 at") }
    }

    /// Columns of t, x, y and p are laid one behind the other: of a file cut in their middle nothing is left.
    static let recordLayouts = layouts.filter { layout in
        ["bin", "aedat2", "aedat3", "aedat4", "evt2", "evt21", "evt3", "dat", "csv"].contains(layout.format.name)
    }

    @Test(arguments: recordLayouts) func aCutFileKeepsItsBeginning(layout: Layout) throws {
        let bytes = try layout.format.encode(Self.events, sensor: Self.sensor, variant: layout.variant)
        let path = "recording" + layout.format.endings[0]
        // Some of them lie in the middle of a record.
        let files = try (0..<5).map { more in
            try EventFormatCatalogue.decode(
                Array(bytes.prefix(bytes.count * 2 / 3 + more)), path: path,
                options: EventReadingOptions(isTolerant: true))
        }
        for file in files {
            #expect((1000..<Self.events.count).contains(file.events.count))
            #expect(file.events == Array(Self.events.prefix(file.events.count)))
        }
        #expect(files.contains { $0.loss != nil })
    }

    @Test(arguments: EventFormatCatalogue.all.map(\.name)) func whatAFormatCannotHoldIsRefused(name: String) throws {
        let format = try #require(EventFormatCatalogue.all.first { $0.name == name })
        let far = Event(timestamp: .max, x: .max, y: .max, polarity: 1)
        for variant in format.variants {
            do throws(FileFormatError) {
                let bytes = try format.encode([far], sensor: Self.sensor, variant: variant)
                let file = try EventFormatCatalogue.decode(
                    bytes, path: "a" + format.endings[0],
                    options: EventReadingOptions(sensor: SensorSize(width: 65_536, height: 65_536)))
                #expect(file.events == [far], "what it takes it must keep")
            } catch {
                guard case .unsuitable(name, _, _) = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
    }

    @Test func everyFormatHasAFileAndALine() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/FileFormats/Events")
        let conforming = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .filter {
                try $0.pathExtension == "swift" && String(contentsOf: $0, encoding: .utf8).contains(": EventFormat {")
            }
            .map { $0.deletingPathExtension().lastPathComponent }
        #expect(Set(conforming) == Set(EventFormatCatalogue.all.map { "\(type(of: $0))" }))
        #expect(Set(EventFormatCatalogue.all.map(\.name)).count == EventFormatCatalogue.all.count)
    }
}
