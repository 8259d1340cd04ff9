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

    @Test func everyFormatHasAFileAndALine() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/FileFormats/Events")
        let conforming = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .filter { try String(contentsOf: $0, encoding: .utf8).contains(": EventFormat {") }
            .map { $0.deletingPathExtension().lastPathComponent }
        #expect(Set(conforming) == Set(EventFormatCatalogue.all.map { "\(type(of: $0))" }))
        #expect(Set(EventFormatCatalogue.all.map(\.name)).count == EventFormatCatalogue.all.count)
    }
}

/// Every recording of the fixtures whose format is known by now.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityEventFormatTests {
    static let folders = ["formats/bin"]
    static let cases = folders.flatMap { Fixtures.cases(in: $0) }

    @Test(arguments: cases.filter { $0.malformed == nil })
    func aRecordingIsReadAsOtherProgramsReadIt(fixture: Fixtures.Case) throws {
        let sensor: SensorSize? =
            if case .one(let width) = fixture.expectation["width"],
                case .one(let height) = fixture.expectation["height"]
            {
                SensorSize(width: width, height: height)
            } else { nil }
        let events = try EventFormatCatalogue.read(fixture.file.path, sensor: sensor).events
        func row(_ event: Event) -> [Int] {
            [Int(event.timestamp), Int(event.x), Int(event.y), Int(event.polarity)]
        }
        #expect(fixture.expectation["count"] == .one(events.count))
        #expect(fixture.expectation["on"] == .one(events.filter(\.isOn).count))
        #expect(fixture.expectation["first"] == events.first.map { .many(row($0)) })
        #expect(fixture.expectation["last"] == events.last.map { .many(row($0)) })
        #expect(fixture.expectation["sum_t"] == .one(events.reduce(0) { $0 + Int($1.timestamp) }))
        #expect(fixture.sha256 == Sha256.canonicalHash(of: events))
    }

    @Test(arguments: cases.filter { $0.malformed != nil })
    func aMalformedRecordingIsRefusedOrNoted(fixture: Fixtures.Case) throws {
        do throws(FileFormatError) {
            let file = try EventFormatCatalogue.read(
                fixture.file.path, sensor: SensorSize(width: 34, height: 34))
            #expect(!file.notes.isEmpty, "\(fixture.malformed ?? "") went unnoticed")
        } catch {
            guard case .damaged(let path, let offset, _, _, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(path == fixture.file.path && offset >= 0)
        }
    }

    @Test func malformedRecordingsAreToldApart() throws {
        let sensor = SensorSize(width: 34, height: 34)
        let backwards = try EventFormatCatalogue.read(
            Fixtures.file("formats/bin/non_monotonic.bin").path, sensor: sensor)
        #expect(backwards.events.map(\.timestamp) == [10, 5000, 20], "file order is kept")
        #expect(backwards.notes.contains { $0.contains("backwards 1 time, first at event 2") })
        let outside = Fixtures.file("formats/bin/out_of_range.bin").path
        #expect {
            try EventFormatCatalogue.read(outside, sensor: sensor)
        } throws: { "\($0)".contains("byte 5") && "\($0)".contains("x = 200, y = 100") && "\($0)".contains("34×34") }
        #expect(try EventFormatCatalogue.read(outside).events.count == 3, "no sensor given, no limit")
    }
}
