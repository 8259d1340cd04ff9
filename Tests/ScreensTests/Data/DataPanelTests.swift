import Configuration
import Messages
import Terminal
import Testing
import TestSupport

@testable import Screens

@Suite struct DataPanelTests {
    @Test("every panel can be reached and seen on a small terminal", arguments: DataState.Panel.allCases)
    func panels(panel: DataState.Panel) {
        var state = WorkbenchState.answered(size: Size(width: 80, height: 24))
        _ = state.press(.character("1"))
        for _ in DataState.Panel.allCases where state.data.focus != panel { _ = state.press(.tab) }
        #expect(state.data.focus == panel)
        let title =
            [
                .dataSets: "Data sets", .classes: "Classes", .samples: "Samples", .events: "Events",
                .pair: "Static pair",
                .rates: "Event rate", .model: "Prediction", .info: "Info",
            ][panel] ?? ""
        #expect(state.drawn().plainText.contains(title))
        _ = state.press(.character("z"))
        #expect(state.drawn().plainText.contains(title))
    }

    private func uncounted() -> WorkbenchState {
        var state = WorkbenchState.answered()
        let samples = Samples.samples.map {
            SampleSummary(
                index: $0.index, name: $0.name, classIndex: $0.classIndex, split: $0.split, eventCount: nil,
                durationMicroseconds: nil)
        }
        state.receive([
            .reply(.samples(DataSetSamples(dataSet: "digits", samples: samples, classNames: Samples.classNames)))
        ])
        _ = state.press(.character("1"))
        state.data.focus = .samples
        return state
    }

    private func asksForCounts(_ effects: [WorkbenchEffect]) -> Bool {
        effects.contains { if case .ask(.counted(dataSet: "digits", _)) = $0 { true } else { false } }
    }

    @Test("sorting by what is not known has it read, once")
    func sorting() {
        var state = uncounted()
        #expect(asksForCounts(state.press(.character("o"))))
        #expect(state.drawn().plainText.contains("counting…"))
        #expect(!asksForCounts(state.press(.character("o"))))
        state.receive([
            .reply(
                .samples(DataSetSamples(dataSet: "digits", samples: Samples.samples, classNames: Samples.classNames)))
        ])
        #expect(!state.drawn().plainText.contains("counting…"))
    }

    @Test("what comes for a set that was left is no end of counting, and what cannot be read is asked for once")
    func leaving() {
        var state = uncounted()
        #expect(asksForCounts(state.press(.character("o"))))
        state.data.opened = "n-mnist"
        state.receive([
            .reply(
                .samples(DataSetSamples(dataSet: "digits", samples: Samples.samples, classNames: Samples.classNames)))
        ])
        #expect(state.data.awaitedCounts == nil && !state.drawn().plainText.contains("counting…"))
        var other = uncounted()
        #expect(asksForCounts(other.press(.character("o"))))
        let reply = LibraryReply.samples(
            DataSetSamples(dataSet: "digits", samples: other.data.samples, classNames: Samples.classNames))
        #expect(!asksForCounts(other.update(.reply(reply))))
        #expect(!asksForCounts(other.press(.character("o"), .character("o"))))
    }

    @Test("figures, classes and samples are of one set, and say which where the cursor is on another")
    func info() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        #expect(state.drawn().plainText.contains("hot pixels"))
        #expect(!state.drawn().plainText.contains("Info  Digits"))
        state.data.focus = .dataSets
        _ = state.press(.down)
        let text = state.drawn().plainText
        #expect(state.data.chosenDataSet?.name == "n-mnist" && state.data.opened == "digits")
        for panel in ["Info", "Classes", "Samples"] { #expect(text.contains("─ \(panel)  Digits ")) }
        #expect(text.contains("hot pixels") && text.contains("Enter open"))
    }

    @Test("a set that is not there is looked for again once a run trains on it")
    func trainedElsewhere() throws {
        var state = WorkbenchState.answered()
        var configuration = RunConfiguration()
        try configuration.set("data.set", to: .text("n-mnist"))
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.running, step: 1, configuration: configuration))]
        #expect(state.update(.reports(batch)).contains(.ask(.dataSets)))
        batch.lossless = [.state(Samples.state(.running, step: 2, configuration: configuration))]
        #expect(!state.update(.reports(batch)).contains(.ask(.dataSets)))
    }

    @Test("so does filtering", arguments: ["events>3k", "time<0.5"])
    func filtering(filter: String) {
        var state = uncounted()
        _ = state.press(.character("/"))
        #expect(asksForCounts(state.type(filter)) || asksForCounts(state.press(.enter)))
        state.receive([
            .reply(
                .samples(DataSetSamples(dataSet: "digits", samples: Samples.samples, classNames: Samples.classNames)))
        ])
        #expect(!state.data.shownSamples.isEmpty)
    }

    @Test("what cannot be compared is said", arguments: ["events>abc", "time<", "size>4", "-events>x", "clas:3"])
    func problems(filter: String) {
        var state = uncounted()
        _ = state.press(.character("/"))
        _ = state.type(filter)
        _ = state.press(.enter)
        #expect(state.shared.status?.kind == .bad)
    }

    @Test(arguments: ["events>4k", "time<0.5 digit", "class:3 -split:test"])
    func noProblems(filter: String) throws { _ = try SampleFilter(filter) }

    @Test("Esc gives typing up, and on the list clears the filter")
    func clearing() {
        var state = uncounted()
        _ = state.press(.character("/"))
        _ = state.type("split:test")
        _ = state.press(.enter)
        #expect(state.data.shownSamples.count == 10)
        _ = state.press(.character("/"))
        _ = state.type(" class:3")
        _ = state.press(.escape)
        #expect(state.data.sampleCursor.filter == "split:test" && state.data.shownSamples.count == 10)
        _ = state.press(.escape)
        #expect(state.data.sampleCursor.filter.isEmpty && state.data.shownSamples.count == 40)
        #expect(state.data.focus == .samples)
    }

    @Test("files are read at one's wish, and what is wrong is said and logged")
    func checking() {
        var state = WorkbenchState.answered()
        #expect(state.press(.character("1"), .character("V")).contains(.ask(.check(dataSet: "digits"))))
        #expect(!state.press(.character("V")).contains(.ask(.check(dataSet: "digits"))))
        let check = DataSetCheck(
            dataSet: "digits", recordings: 200, damaged: 1, missing: 0, misplaced: 0, extra: 0,
            problems: ["a.bin: ends amid an event"])
        state.receive([.reply(.checked(check))])
        #expect(state.drawn().plainText.contains("damaged 1  missing 0"))
        #expect(state.log.lines.contains { $0.line.text.contains("a.bin") })
        #expect(state.press(.character("V")).contains(.ask(.check(dataSet: "digits"))))
        let progress = Preparation(title: "reading recordings", done: 512, all: 8709, seconds: 3, secondsLeft: 48)
        state.receive([.reading(progress)])
        #expect(state.drawn().plainText.contains("reading recordings: 512 of 8709, 48s left"))
        state.receive([.reply(.failure(request: .check(dataSet: "digits"), message: "the folder is gone"))])
        // What comes late says nothing any more.
        state.receive([.reading(progress)])
        #expect(!state.drawn().plainText.contains("512 of 8709"))
        #expect(state.data.awaitedCheck == nil && state.shared.status?.kind == .bad)
    }

    @Test func theModelIsToldRightOrWrong() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        #expect(state.drawn().plainText.contains("events  ✓ digit 0 44.0 %"))
        var view = Samples.modelView
        view.eventGuesses = [.init(className: "digit 4", probability: 0.9)]
        state.receive([.reply(.modelView(view))])
        #expect(state.drawn().plainText.contains("events  ✗ digit 4 90.0 %"))
    }
}
