import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct SampleFilterTests {
    private func count(_ text: String) throws -> Int {
        let filter = try SampleFilter(text)
        return Samples.samples.filter { filter.matches($0, className: Samples.classNames[$0.classIndex]) }.count
    }

    @Test(arguments: [
        ("", 40), ("split:test", 10), ("-split:test", 30), ("class:3", 4), ("s1", 11), ("name:s1 split:train", 11),
        ("events>1k", 39), ("events<=3k", 1), ("time=0.3", 40), ("time<0.3", 0), ("nothing", 0),
        ("time=0.3s", 40), ("label:3", 4), ("class=3", 0), ("label!=3", 40), ("split:test,train", 40),
        ("split!=test", 30),
        ("\"s1\"", 11),
    ])
    func termsAreJoined(text: String, expected: Int) throws { #expect(try count(text) == expected) }

    @Test(
        "says what is wrong, and which field was meant",
        arguments: [
            (
                "clas:3",
                "unknown filter field 'clas'; did you mean 'class'? Known: class, label, split, name, events, time"
            ),
            ("quux>4", "unknown filter field 'quux'. Known: class, label, split, name, events, time"),
            ("events>abc", "'abc' after events is not a number such as 250 or 4k"),
            ("-events>x", "not a number"), ("time<", "has no value"), ("split>3", "write split:3"),
        ])
    func refuses(text: String, part: String) {
        let error = #expect(throws: FilterError.self) { _ = try SampleFilter(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func whatNeedsNoReadingIsAskedFirst() throws {
        let filter = try SampleFilter("class:3 -time<0.5 events>1")
        #expect(filter.asks(for: "time") && filter.asks(for: "events"))
        let known = filter.withoutNumbers
        #expect(!known.asks(for: "time") && !known.asks(for: "events"))
        #expect(Samples.samples.filter { known.matches($0, className: "3") }.count == 40)
        #expect(!Samples.samples.contains { known.matches($0, className: "4") })
    }

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
