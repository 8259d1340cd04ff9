import Messages
import Testing

@testable import Screens

@Suite struct HotPixelTests {
    private func recording(_ counts: [(x: Int, y: Int, count: Int)]) -> RecordingPicture {
        let events = counts.flatMap { pixel in
            (0..<pixel.count).map {
                PictureEvent(microseconds: Int32($0 * 10), x: UInt16(pixel.x), y: UInt16(pixel.y), isOn: true)
            }
        }
        return RecordingPicture(
            reference: SampleReference(dataSet: "digits", index: 0), name: "made", className: "none", split: "train",
            width: 20, height: 20, durationMicroseconds: 10_000,
            events: events.sorted { $0.microseconds < $1.microseconds }, staticPair: nil, pairing: "",
            isSimulated: true)
    }

    /// A bright vertical edge two pixels wide.
    private var edge: [(x: Int, y: Int, count: Int)] {
        (0..<20).flatMap { y in [(x: 9, y: y, count: 12 + y % 5), (x: 10, y: y, count: 11 + y % 3)] }
    }

    @Test func anEdgeIsNotHot() {
        #expect(HotPixels.found(in: recording(edge)).isEmpty)
        #expect(HotPixels.found(in: recording([])).isEmpty)
    }

    @Test("a pixel that fires alone is hot, also beside another one and in a corner")
    func alone() {
        let hot = edge + [(x: 3, y: 4, count: 300), (x: 0, y: 0, count: 200), (x: 1, y: 0, count: 250)]
        #expect(HotPixels.found(in: recording(hot)) == [0, 1, 4 * 20 + 3])
    }

    @Test("few events make no pixel hot") func few() {
        #expect(HotPixels.found(in: recording([(x: 3, y: 4, count: HotPixels.leastEvents)])).isEmpty)
    }

    @Test("masking leaves everything else as it was")
    func masking() {
        let (clean, hot) = (recording(edge), recording(edge + [(x: 3, y: 4, count: 300)]))
        #expect(hot.without(pixels: HotPixels.found(in: hot)).events.count == clean.events.count)
        var data = DataState()
        data.show(hot)
        #expect(data.hotPixels == [83])
        let scale = data.frames?.scale
        data.mask(true)
        #expect(data.frames == PlaybackFrames(clean, mode: .polarity, slicing: .time(bins: 12)))
        #expect(data.frames?.scale != scale)
        #expect(data.recording == hot)
    }
}
