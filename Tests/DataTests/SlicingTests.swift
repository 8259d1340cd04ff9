import Configuration
import Foundation
import Testing

@testable import Data
@testable import FileFormats

@Suite struct SlicingTests {
    private func recording(_ times: [Int64]) -> EventRecording {
        EventRecording(
            times.map { Event(timestamp: $0, x: 1, y: 2, polarity: 1) }, sensor: SensorSize(width: 4, height: 5))
    }

    private func ranges(_ name: String, _ times: [Int64], _ timeStepCount: Int) throws -> [Range<Int>] {
        try SlicingCatalogue.slicing(name).ranges(of: recording(times), timeStepCount: timeStepCount)
    }

    @Test func timeLeavesOutTheEndOfTheLastWindow() throws {
        #expect(try ranges("time", [10, 19, 20, 29, 30], 2) == [0..<2, 2..<4])
        #expect(try ranges("time", [10, 19, 20, 29, 31], 2) == [0..<2, 2..<4], "10 µs each, 1 µs is left over")
    }

    @Test func referenceTimeCountsFromZero() throws {
        // 30 / 2 = 15 µs from the first event on: 10..<25, 25..<40.
        #expect(try ranges("reference-time", [10, 19, 20, 29, 30], 2) == [0..<3, 3..<5])
        let unixTime: Int64 = 1_700_000_000_000_000
        #expect(try ranges("reference-time", [unixTime, unixTime + 5, unixTime + 9], 3) == [0..<3, 3..<3, 3..<3])
    }

    @Test func countsDifferInTheRemainder() throws {
        let times = (0..<11).map(Int64.init)
        #expect(try ranges("count", times, 3) == [0..<3, 3..<6, 6..<9])
        #expect(try ranges("spikingjelly-count", times, 3) == [0..<3, 3..<6, 6..<11])
    }

    @Test func spikingjellyTimeRunsToTheEndAndMayBeEmpty() throws {
        #expect(try ranges("spikingjelly-time", [0, 1, 2, 30], 3) == [0..<3, 3..<3, 3..<4])
    }

    @Test(arguments: [(1000, [0..<2, 2..<2, 2..<4]), (10_000, [0..<5, 5..<5, 5..<5]), (1, [0..<1, 1..<1, 1..<1])])
    func windowsHaveAWidth(width: Int, expected: [Range<Int>]) throws {
        var settings = RunConfiguration()
        settings[WindowSlicing.width] = width
        let slicing = WindowSlicing().with(settings)
        let recording = recording([5, 1004, 2005, 3004, 3005])
        #expect(slicing.ranges(of: recording, timeStepCount: 3) == expected)
        let ends = try #require(slicing.ends(first: 5, last: 3005, timeStepCount: 3))
        #expect(ends == (1...3).map { 5 + Int64($0 * width) })
    }

    @Test(arguments: SlicingCatalogue.names)
    func degenerateRecordingsHaveFrames(name: String) throws {
        let slicing = try SlicingCatalogue.slicing(name)
        let extremes: [[Int64]] = [
            [], [0], [7], [5, 5, 5, 5], [0, 1], [.min, .max], [.max], [.min], [-9, -3], [3, 1, 2], [0, .max],
        ]
        for times in extremes {
            for timeStepCount in [1, 2, 7] {
                let recording = recording(times)
                let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
                #expect(ranges.count == timeStepCount)
                #expect(ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= times.count })
                #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
                let frames = EventFrames(recording, timeStepCount: timeStepCount, slicing: slicing)
                #expect(frames.counts.reduce(0) { $0 + Int($1) } == ranges.reduce(0) { $0 + $1.count })
                var scratch = FrameStore.CountingScratch()
                #expect(expanded(recording, timeStepCount, slicing, &scratch) == channelsLast(frames))
            }
        }
    }

    @Test func unorderedEventsAreSortedAndStayStable() {
        let events = [(5, 0), (3, 1), (5, 2), (3, 3)].map {
            Event(timestamp: Int64($0.0), x: UInt16($0.1), y: 0, polarity: 0)
        }
        #expect(EventRecording(events, sensor: nil).events.map(\.x) == [1, 3, 0, 2])
        #expect(EventRecording(events, sensor: nil).sensor == SensorSize(width: 4, height: 1))
    }

    @Test func aRecordingOfOnePolarityHasTwoChannels() {
        let frames = EventFrames(recording([0, 1, 2]), timeStepCount: 1, slicing: CountSlicing())
        #expect(frames[0, 0].allSatisfy { $0 == 0 })
        #expect(frames[0, 1][frames[0, 1].startIndex + 2 * 4 + 1] == 3)
    }

    @Test(arguments: [255, 256, 65_535, 65_540]) func largeCountsFit(count: Int) {
        let recording = recording(Array(repeating: 4, count: count) + [5])
        let frames = EventFrames(recording, timeStepCount: 1, slicing: CountSlicing())
        #expect(frames.counts.max() == UInt16(min(count + 1, 65_535)))
        var scratch = FrameStore.CountingScratch()
        #expect(expanded(recording, 1, CountSlicing(), &scratch) == channelsLast(frames))
        #expect(scratch.isClean, "scratch memory is left dirty")
    }

    @Test func eventsBeyondTheSensorAreLeftOut() {
        let events = [Event(timestamp: 0, x: 4, y: 0, polarity: 1), Event(timestamp: 0, x: 0, y: 5, polarity: 1)]
        let recording = EventRecording(events, sensor: SensorSize(width: 4, height: 5))
        #expect(EventFrames(recording, timeStepCount: 1, slicing: CountSlicing()).counts.allSatisfy { $0 == 0 })
    }

    @Test func unknownNamesAreRefused() {
        #expect { try SlicingCatalogue.slicing("tiem") } throws: { "\($0)".contains("reference-time") }
    }

    private func expanded(
        _ recording: EventRecording, _ timeStepCount: Int, _ slicing: any Slicing,
        _ scratch: inout FrameStore.CountingScratch
    ) -> [Float] {
        var frames = FrameStore(timeStepCount: timeStepCount)
        frames.append(recording, slicing: slicing, scratch: &scratch)
        return [Float](unsafeUninitializedCapacity: frames.cellCount(0)) { buffer, count in
            count = frames.cellCount(0)
            var rows = [Bool](repeating: false, count: timeStepCount * recording.height)
            rows.withUnsafeMutableBufferPointer { rows in
                guard let base = buffer.baseAddress, let rows = rows.baseAddress else { return }
                frames.expand(0, into: base, rows: rows, clearing: true)
            }
        }
    }

    private func channelsLast(_ frames: EventFrames) -> [Float] {
        let plane = frames.width * frames.height
        return (0..<frames.counts.count).map { index in
            let (timeStep, rest) = index.quotientAndRemainder(dividingBy: 2 * plane)
            return Float(frames.counts[(timeStep * 2 + rest % 2) * plane + rest / 2])
        }
    }
}

/// Frames of real recordings, as tonic and spikingjelly cut them.
@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
struct ParityFramesTests {
    static let names = Fixtures.names(in: "formats/bin", suffix: ".frames.expected.json")

    @Test(arguments: names) func framesAgree(name: String) throws {
        let expected = try Fixtures.json("formats/bin/\(name)")
        let path = Fixtures.file("formats/bin/\(name.dropLast(".frames.expected.json".count))").path
        let recording = EventRecording(
            try EventFormatCatalogue.read(path).events, sensor: SensorSize(width: 34, height: 34))
        var checked = 0
        for (key, value) in expected {
            guard let value = value as? [String: Any], let underscore = key.lastIndex(of: "_"),
                let timeStepCount = Int(key[key.index(after: underscore)...])
            else { continue }
            func frames(_ slicing: any Slicing) -> EventFrames {
                EventFrames(recording, timeStepCount: timeStepCount, slicing: slicing)
            }
            switch key[..<underscore] {
            case "tonic_n_time_bins":
                let frames = frames(TimeSlicing())
                #expect(value["per_bin_off_on"] as? [[Int]] == sums(frames), "\(key)")
                #expect(value["sha256_int64"] as? String == hash(frames), "\(key)")
            case "tonic_n_event_bins":
                #expect(value["per_bin_off_on"] as? [[Int]] == sums(frames(CountSlicing())), "\(key)")
            case "spikingjelly_number", "spikingjelly_time":
                let slicing: any Slicing =
                    key.contains("number") ? SpikingjellyCountSlicing() : SpikingjellyTimeSlicing()
                let ranges = slicing.ranges(of: recording, timeStepCount: timeStepCount)
                #expect(value["j_l"] as? [Int] == ranges.map(\.lowerBound), "\(key)")
                #expect(value["j_r"] as? [Int] == ranges.map(\.upperBound), "\(key)")
            case "resize48_align_corners":
                let resized = frames(TimeSlicing()).resized(width: 48, height: 48)
                let sum = resized.reduce(0) { $0 + Double($1) }
                let expectedSum = try #require(value["sum"] as? Double)
                #expect(abs(sum - expectedSum) < 1e-5 * expectedSum, "\(key)")
                let row = try #require(value["at_t0_p1_row24"] as? [Double])
                for (column, number) in row.enumerated() {
                    #expect(abs(Double(resized[(48 + 24) * 48 + column]) - number) < 1e-5, "\(key), column \(column)")
                }
            default: Issue.record("\(name): nobody checks \(key)")
            }
            checked += 1
        }
        #expect(checked == expected.count)
    }

    private func sums(_ frames: EventFrames) -> [[Int]] {
        (0..<frames.timeStepCount).map { timeStep in
            (0..<2).map { polarity in frames[timeStep, polarity].reduce(0) { $0 + Int($1) } }
        }
    }

    private func hash(_ frames: EventFrames) -> String {
        var hash = Sha256()
        frames.counts.map { Int64($0).littleEndian }.withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}
