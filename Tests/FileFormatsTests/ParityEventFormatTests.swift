import Foundation
import Testing

@testable import FileFormats

/// Every recording of the fixtures, as other programs read it.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityEventFormatTests {
    static let folders = ["bin", "aedat2", "aedat3", "aedat4", "prophesee", "csv", "npz", "hdf5", "mat"]
    static let cases = folders.flatMap { Fixtures.cases(in: "formats/" + $0) }
    /// What stands among the recordings and is none.
    static let others = ["labels.csv", "nomniglot_frames.npz"]

    /// Damage that is no damage to a reader who follows the specification: it is told in a note.
    static let noted = ["invalid_bit.aedat", "non_monotonic.bin"]
    /// What is refused as another version or kind, not as damage.
    static let unsupported = ["wrong_magic.aedat", "wrong_magic.aedat4", "nomniglot_events_pickle.npy"]
    /// Sizes that no line of the header says but the camera named by `system_ID` has, whatever the events reach.
    static let camera = [
        "real_evt2_head.raw": SensorSize(width: 640, height: 480),
        "real_evt2b_head.raw": SensorSize(width: 640, height: 480),
        "expelliarmus_evt2.raw": SensorSize(width: 640, height: 480),
        "real_evt3_head.raw": SensorSize(width: 1280, height: 720),
        "expelliarmus_evt3.raw": SensorSize(width: 1280, height: 720),
    ]
    /// What lacks something.
    static let missing = ["missing_ts.mat"]

    private func sensor(_ fixture: Fixtures.Case) -> SensorSize? {
        guard case .one(let width) = fixture.expectation["width"], case .one(let height) = fixture.expectation["height"]
        else { return nil }
        return SensorSize(width: width, height: height)
    }

    @Test(arguments: cases.filter { $0.malformed == nil && !others.contains($0.name) })
    func aRecordingIsReadAsOtherProgramsReadIt(fixture: Fixtures.Case) throws {
        for isTolerant in [false, true] {
            let file = try EventFormatCatalogue.read(
                fixture.file.path, options: EventReadingOptions(sensor: sensor(fixture), isTolerant: isTolerant))
            let events = file.events
            func row(_ event: Event) -> [Int] {
                [Int(event.timestamp), Int(event.x), Int(event.y), Int(event.polarity)]
            }
            #expect(fixture.expectation["count"] == .one(events.count))
            #expect(fixture.expectation["on"] == .one(events.filter(\.isOn).count))
            #expect(fixture.expectation["first"] == events.first.map { .many(row($0)) })
            #expect(fixture.expectation["last"] == events.last.map { .many(row($0)) })
            #expect(fixture.expectation["sum_t"] == .one(events.reduce(0) { $0 + Int($1.timestamp) }))
            #expect(fixture.sha256 == Sha256.canonicalHash(of: events))
            #expect(file.loss == nil)
            if let known = Self.camera[fixture.name] {
                #expect(file.declaredSensor == known)
            } else if let declared = file.declaredSensor {
                #expect(declared == sensor(fixture))
            }
        }
    }

    @Test(arguments: cases.filter { $0.malformed != nil && !others.contains($0.name) })
    func aMalformedRecordingIsRefusedOrNoted(fixture: Fixtures.Case) throws {
        let path = fixture.file.path
        // The N-MNIST fixtures mean its sensor; the others say their own.
        let sensor = path.hasSuffix(".bin") ? SensorSize(width: 34, height: 34) : nil
        do throws(FileFormatError) {
            let file = try EventFormatCatalogue.read(path, sensor: sensor)
            #expect(!file.notes.isEmpty, "\(fixture.malformed ?? "") went unnoticed")
            #expect(Self.noted.contains(fixture.name))
        } catch {
            switch error {
            case .damaged(path, let offset, _, _, _): #expect(offset >= 0 && !Self.noted.contains(fixture.name))
            case .unsupported(path, let offset, _, _, _):
                #expect(offset >= 0 && Self.unsupported.contains(fixture.name))
            case .missingEntry(path, _, _): #expect(Self.missing.contains(fixture.name))
            default: Issue.record("\(error)")
            }
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
        let invalid = try EventFormatCatalogue.read(Fixtures.file("formats/aedat3/invalid_bit.aedat").path)
        #expect(invalid.events.count == 2 && invalid.notes.contains("skipped 1 events marked as invalid"))
    }

    /// What a tolerant reading keeps of the malformed files, and what it says is lost.
    @Test(arguments: [
        ("bin/truncated.bin", 100, 0, 3), ("bin/out_of_range.bin", 2, 1, 0), ("aedat2/truncated.aedat", 1499, 0, 5),
        ("aedat3/truncated.aedat", 49, 0, 4), ("prophesee/truncated.dat", 1499, 0, 5),
        ("prophesee/out_of_range_evt2.raw", 1, 1, 0), ("csv/garbage.csv", 1, 1, 0),
    ])
    func aTolerantReadingKeepsTheRest(path: String, count: Int, events: Int, bytes: Int) throws {
        let file = try EventFormatCatalogue.read(
            Fixtures.file("formats/" + path).path,
            options: EventReadingOptions(
                sensor: path.hasSuffix("bin") ? SensorSize(width: 34, height: 34) : nil, isTolerant: true))
        #expect(file.events.count == count)
        #expect(file.loss?.events == events)
        #expect(file.loss?.bytes == bytes)
    }

    @Test(arguments: ["truncated", "corrupt_lz4"]) func aDamagedFrameKeepsWhatItUnpacksTo(name: String) throws {
        let whole = try EventFormatCatalogue.read(Fixtures.file("formats/aedat4/dv_lz4.aedat4").path).events
        let file = try EventFormatCatalogue.read(
            Fixtures.file("formats/aedat4/\(name).aedat4").path, options: EventReadingOptions(isTolerant: true))
        #expect(file.events.count < whole.count)
        #expect(name == "corrupt_lz4" || file.events == Array(whole.prefix(file.events.count)))
        // The place is one in the file, also of what was unpacked: behind the header at least.
        #expect((file.loss?.cause.offset ?? 0) > 100)
        #expect((file.loss?.bytes ?? 0) > 0)
    }

    /// Nothing that can be cut off or changed may do more than end in an error or in events.
    @Test(arguments: cases.filter { !others.contains($0.name) }) func everyCutAndChangeEndsWell(fixture: Fixtures.Case)
        throws
    {
        let bytes = try FileBytes.read(fixture.file.path)
        var (readings, random) = (0, SplitMix(seed: UInt64(bytes.count)))
        func read(_ damaged: [UInt8]) {
            readings += 1
            for isTolerant in [false, true] {
                do throws(FileFormatError) {
                    let file = try EventFormatCatalogue.decode(
                        damaged, path: fixture.name, options: EventReadingOptions(isTolerant: isTolerant))
                    // Vectors of EVT3 hold up to 12 events in 2 bytes; packing may hold many more.
                    #expect(isTolerant || file.loss == nil)
                } catch {
                    #expect(error.offset.map { $0 >= 0 } ?? true)
                }
            }
        }
        for size in stride(from: 0, to: bytes.count, by: 97) { read(Array(bytes.prefix(size))) }
        for _ in 0..<min(bytes.count, 200) {
            var changed = bytes
            changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            read(changed)
        }
        #expect(readings >= bytes.count / 97)
    }
}

/// A small source of repeatable numbers.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
