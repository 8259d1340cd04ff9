import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct SampleFilterTests {
    private func count(_ text: String) -> Int {
        Samples.samples.filter { SampleFilter(text).matches($0, className: Samples.classNames[$0.classIndex]) }.count
    }

    @Test(arguments: [
        ("", 40), ("split:test", 10), ("-split:test", 30), ("class:3", 4), ("s1", 11), ("name:s1 split:train", 11),
        ("events>1k", 39), ("events<=3k", 1), ("time=0.3", 40), ("time<0.3", 0), ("nothing", 0),
    ])
    func termsAreJoined(text: String, expected: Int) { #expect(count(text) == expected) }

    @Test func ordersAreTakenInTurnAndReversed() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        for order in DataState.SampleOrder.allCases {
            let shown = state.data.shownSamples
            #expect(state.data.sampleOrder == order && shown.count == 40)
            _ = state.press(.character("O"))
            #expect(state.data.shownSamples == shown.reversed())
            _ = state.press(.character("O"), .character("o"))
        }
        #expect(state.data.sampleOrder == .listed)
    }

    @Test func aPixelIsReadOut() {
        var state = WorkbenchState.answered()
        state.data.focus = .events
        _ = state.press(.character("1"), .character("x"))
        #expect(state.data.pixel == DataState.Pixel(x: 8, y: 8))
        for _ in 0..<5 { _ = state.press(.right) }
        #expect(state.data.pixel == DataState.Pixel(x: 13, y: 8))
        let text = state.drawn().plainText
        let frames = state.data.frames
        let reading = frames?.reading(x: 13, y: 8, slice: 0, events: Samples.recording().events)
        #expect(text.contains("x 13 y 8  ON \(reading?.onCount ?? -1) OFF \(reading?.offCount ?? -1)"))
        #expect((reading?.onCount ?? 0) + (reading?.offCount ?? 0) > 0)
        _ = state.press(.escape)
        #expect(state.data.pixel == nil)
    }
}
