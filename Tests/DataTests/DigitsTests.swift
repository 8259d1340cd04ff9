import Foundation
import Tensors
import Testing

@testable import Data

@Suite struct DigitsTests {
    private let folder: TemporaryFolder
    private let contents: any DataSetContents

    init() throws {
        folder = try TemporaryFolder()
        contents = try DigitsDataSet().open(DataFolders(environment: folder.environment))
    }

    @Test func noDigitIsOnBothSides() {
        let recorded = Set(contents.recordings.compactMap(\.source))
        let pool = Set(contents.images.compactMap(\.source))
        #expect(recorded.count == contents.recordings.count && pool.count == contents.images.count)
        #expect(recorded.isDisjoint(with: pool))
        #expect(recorded.count + pool.count == 1797)
    }

    @Test func eachClassIsPartedAlike() {
        for label in 0...9 {
            let own = contents.recordings.filter { $0.classIndex == label }
            let test = own.filter { $0.part == .test }.count
            let images = contents.images.filter { $0.className == String(label) }.count
            #expect((50...56).contains(test) && (59...66).contains(own.count - test) && (59...66).contains(images))
        }
    }

    @Test func theSameDigitGivesTheSameEvents() throws {
        let again = try DigitsDataSet().open(DataFolders(environment: folder.environment))
        for index in [0, 700] { #expect(try contents.recording(at: index) == again.recording(at: index)) }
        #expect(try contents.recording(at: 0) != contents.recording(at: 1))
    }

    @Test func theImageStandsWhereTheSensorSeesIt() throws {
        // Events of a recording spread around the middle of the picture that the sensor saw.
        for index in stride(from: 0, to: contents.recordings.count, by: 200) {
            let recording = try contents.recording(at: index)
            let digit = try #require(contents.recordings[index].source).index
            let picture = try Digits.load().picture(digit)
            #expect((picture.width, picture.height) == (recording.width, recording.height))
            let light = picture.pixels.map(Double.init)
            let total = light.reduce(0, +)
            let middleX = light.indices.reduce(0) { $0 + light[$1] * Double($1 % 34) } / total
            let middleY = light.indices.reduce(0) { $0 + light[$1] * Double($1 / 34) } / total
            let count = Double(recording.events.count)
            let eventsX = recording.events.reduce(0) { $0 + Double($1.x) } / count
            let eventsY = recording.events.reduce(0) { $0 + Double($1.y) } / count
            #expect(abs(middleX - eventsX) < 3 && abs(middleY - eventsY) < 3, "recording \(index)")
        }
    }

    @Test func damagedDigitsAreRefused() {
        var bytes = [UInt8](repeating: 0, count: 130)
        #expect(throws: Never.self) { try Digits(bytes, path: "") }
        bytes[65] = 10
        #expect { try Digits(bytes, path: "d") } throws: { "\($0)".contains("byte 65") }
        #expect(throws: (any Error).self) { try Digits(Array(bytes.prefix(66)), path: "") }
    }
}

/// A part of the digits is enough to see where recordings come from.
@Suite struct DigitsCacheTests {
    private let folder: TemporaryFolder
    private let digits: Digits

    init() throws {
        folder = try TemporaryFolder()
        // Four digits of each of three classes: one for training, one for the test, two images.
        let all = try Digits.load()
        let chosen = (0...2).flatMap { label in (0..<all.count).lazy.filter { all.label($0) == label }.prefix(4) }
        let bytes = chosen.flatMap { all.bytes[$0 * Digits.recordSize..<($0 + 1) * Digits.recordSize] }
        digits = try Digits(bytes, path: "")
    }

    private func contents(_ cache: String) -> DigitsContents { DigitsContents(digits: digits, cachePath: cache) }

    private func events(_ contents: DigitsContents) throws -> [EventRecording] {
        try contents.recordings.indices.map { try contents.recording(at: $0) }
    }

    @Test func recordingsAreMadeOnceAndStayTheSame() throws {
        let cache = folder.path + "/cache/recordings.bin"
        let first = contents(cache)
        let simulated = try events(first)
        #expect(!FileManager.default.fileExists(atPath: cache), "looking at recordings makes a file")
        let notes = try first.prepare([0])
        #expect(notes.count == 1 && notes[0].contains("simulated \(simulated.count) recordings"))
        #expect(try events(first) == simulated)
        let second = contents(cache)
        #expect(try second.prepare([0]).isEmpty)
        #expect(try events(second) == simulated)
        #expect(try events(contents(cache)) == simulated, "without preparation")
    }

    @Test func aDamagedFileIsMadeAnew() throws {
        let cache = folder.path + "/recordings.bin"
        let simulated = try events(contents(cache))
        _ = try contents(cache).prepare([0])
        var bytes = Array(try Foundation.Data(contentsOf: URL(fileURLWithPath: cache)))
        bytes[bytes.count / 2] ^= 1
        try folder.write("recordings.bin", bytes)
        #expect(try events(contents(cache)) == simulated)
        #expect(try contents(cache).prepare([0]).count == 1)
        #expect(try contents(cache).prepare([0]).isEmpty)
    }

    @Test func withoutACacheFolderTheyStayInMemory() throws {
        try folder.write("file", [0])
        let contents = contents(folder.path + "/file/recordings.bin")
        let simulated = try events(contents)
        let notes = try contents.prepare([0])
        #expect(notes.count == 1 && notes[0].contains("could not be cached"))
        #expect(try events(contents) == simulated)
    }

    @Test func aRunCanBePrepared() throws {
        let options = DataOptions(timeStepCount: 4, size: 16, validationShare: 0, batchSize: 4)
        let data = try PreparedDataSet(options, contents: contents(folder.path + "/c.bin"), isSimulated: true)
        #expect(data.isSimulated && data.notes.count == 1 && data.count(of: .test) == 3)
        let batch = data.makeBatch()
        data.trainingBatch(epoch: 0, index: 0, options: AugmentationOptions(), into: batch)
        #expect(batch.eventFrames.values.contains { $0 > 0 } && batch.images.values.contains { $0 > 0 })
        #expect(batch.images.values.allSatisfy { (0...1).contains($0) })
    }
}

@Suite struct SimulatedRecordingCacheTests {
    private let recordings: [[UInt8]] = [[1, 2, 0, 0, 9, 3, 4, 0x80, 1, 0], [], [5, 6, 0, 0, 1]]

    @Test func whatWasKeptIsFound() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/new/folder/cache.bin"
        try SimulatedRecordingCache.write(recordings, version: 3, to: path)
        let cache = try #require(SimulatedRecordingCache(path: path, version: 3, count: 3))
        #expect(cache.isWhole)
        #expect(cache.events(0)?.map(\.timestamp) == [9, 256])
        #expect(cache.events(1)?.isEmpty == true)
        #expect(SimulatedRecordingCache(path: path, version: 4, count: 3) == nil, "an outdated file counts")
        #expect(SimulatedRecordingCache(path: path, version: 3, count: 2) == nil, "a file of other recordings counts")
    }

    @Test func anyDamageMeansNone() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cache.bin"
        try SimulatedRecordingCache.write(recordings, version: 3, to: path)
        let bytes = Array(try Foundation.Data(contentsOf: URL(fileURLWithPath: path)))
        for position in bytes.indices {
            var copy = bytes
            copy[position] ^= 0x41
            try folder.write("cache.bin", copy)
            #expect(SimulatedRecordingCache(path: path, version: 3, count: 3)?.isWhole != true, "byte \(position)")
            try folder.write("cache.bin", Array(bytes.prefix(position)))
            #expect(SimulatedRecordingCache(path: path, version: 3, count: 3) == nil, "cut at \(position)")
        }
    }
}
