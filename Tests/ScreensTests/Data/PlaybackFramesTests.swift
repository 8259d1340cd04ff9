import Messages
import Testing

@testable import Screens

@Suite struct PlaybackFramesTests {
    private func recording(_ events: [(Int, Int, Int, Bool)], width: Int = 4, height: Int = 4, duration: Int = 1000)
        -> RecordingPicture
    {
        RecordingPicture(
            reference: SampleReference(dataSet: "x", index: 0), name: "", className: "", split: "", width: width,
            height: height, durationMicroseconds: duration,
            events: events.map {
                PictureEvent(microseconds: Int32($0.0), x: UInt16($0.1), y: UInt16($0.2), isOn: $0.3)
            },
            staticPair: nil, pairing: "", isSimulated: false)
    }

    @Test func timeSlicesHaveEqualLengthAndHoldEveryEventOnce() {
        let frames = PlaybackFrames(
            recording([(0, 0, 0, true), (499, 1, 0, true), (500, 2, 0, false), (999, 3, 0, true)]), mode: .polarity,
            slicing: .time(bins: 2))
        #expect(frames.slices.map(\.events) == [0..<2, 2..<4])
        #expect(frames.slices.map(\.start) == [0, 500])
        #expect(frames.pictures[0][0] > 0 && frames.pictures[1][2] < 0)
        #expect(frames.slices[1].onCount == 1 && frames.slices[1].offCount == 1)
    }

    @Test(arguments: [
        EventSlicing.time(bins: 7), .time(bins: 256), .count(bins: 5), .count(bins: 256), .window(milliseconds: 33),
        .window(milliseconds: 1),
    ])
    func noEventIsLost(slicing: EventSlicing) {
        let recording = Samples.recording(eventCount: 333)
        let slices = PlaybackFrames(recording, mode: .count, slicing: slicing).slices
        #expect(slices.map(\.events.count).reduce(0, +) == 333)
        #expect(slices.first?.events.lowerBound == 0)
        for (one, next) in zip(slices, slices.dropFirst()) { #expect(one.events.upperBound == next.events.lowerBound) }
    }

    @Test(arguments: EventMode.allCases)
    func oneScaleHoldsForAllPictures(mode: EventMode) {
        let frames = PlaybackFrames(Samples.recording(), mode: mode, slicing: .time(bins: 6))
        #expect(frames.scale > 0)
        for picture in frames.pictures {
            #expect(picture.count == frames.width * frames.height)
            #expect(picture.allSatisfy { $0.isFinite && $0 <= 1 && $0 >= (mode.isSigned ? -1 : 0) })
        }
        #expect(frames.pictures.joined().contains { $0 != 0 })
    }

    @Test func polaritiesAreKeptApart() {
        let both = recording([(0, 1, 1, true), (1, 2, 2, false)])
        #expect(PlaybackFrames(both, mode: .on, slicing: .time(bins: 1)).pictures[0].filter { $0 > 0 }.count == 1)
        #expect(PlaybackFrames(both, mode: .off, slicing: .time(bins: 1)).pictures[0][10] > 0)
        #expect(PlaybackFrames(both, mode: .count, slicing: .time(bins: 1)).pictures[0].filter { $0 > 0 }.count == 2)
    }

    @Test func traceFadesInTheTimeSurface() {
        let frames = PlaybackFrames(recording([(0, 0, 0, true)]), mode: .timeSurface, slicing: .time(bins: 4))
        let values = frames.pictures.map { $0[0] }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 && $1 > 0 })
    }

    @Test(arguments: EventMode.allCases, [EventSlicing.time(bins: 3), .count(bins: 3), .window(milliseconds: 33)])
    func emptyRecordingsAreDrawnToo(mode: EventMode, slicing: EventSlicing) {
        let frames = PlaybackFrames(recording([], duration: 0), mode: mode, slicing: slicing)
        #expect(frames.pictures.count == frames.slices.count && !frames.slices.isEmpty)
        #expect(frames.pictures.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func fineSensorsAreSummedOverBlocks() {
        let frames = PlaybackFrames(
            recording([(0, 345, 259, true)], width: 346, height: 260), mode: .count, slicing: .time(bins: 1))
        #expect(frames.width <= PlaybackFrames.maximumSide && frames.height <= PlaybackFrames.maximumSide)
        #expect(frames.pictures[0].contains { $0 > 0 })
    }

    @Test func eventsOutsideTheSensorAreLeftOut() {
        let frames = PlaybackFrames(recording([(0, 99, 99, true)]), mode: .count, slicing: .time(bins: 1))
        #expect(frames.pictures[0].allSatisfy { $0 == 0 })
    }
}
