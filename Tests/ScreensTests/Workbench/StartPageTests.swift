import Configuration
import Messages
import Terminal
import Testing

@testable import Screens

/// What the workbench opens with: everything that one may want to go on with, one key away.
@Suite struct StartPageTests {
    private func opened(_ runs: [RunSummary], startsWithList: Bool = true) -> WorkbenchState {
        var state = WorkbenchState(startsWithList: startsWithList, described: .shipped)
        state.receive([.size(Size(width: 120, height: 36))])
        // In any order, and only once all is known.
        state.receive([.reply(.presets(Samples.presets))])
        #expect(state.dialogs.isEmpty)
        state.receive([.reply(.dataSets(Samples.dataSets)), .reply(.runs(runs))])
        return state
    }

    private func run(
        _ name: String, _ phase: RunState.Phase, process: Int32? = nil, isInterrupted: Bool = false
    ) -> RunSummary {
        var run = Samples.run("id-\(name)", name)
        (run.phase, run.processIdentifier, run.isInterrupted) = (phase, process, isInterrupted)
        return run
    }

    @Test func offersWhatGoesOnFirst() {
        var state = opened([
            run("done", .finished), run("halted", .stopped), run("killed", .running, isInterrupted: true),
            run("busy", .running, process: 4711),
        ])
        let text = state.drawn().plainText
        let places = ["attach to busy", "resume halted", "open done", "train digits", "browse data sets"].map {
            text.range(of: $0)?.lowerBound
        }
        #expect(!places.contains(nil) && places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        #expect(text.contains("training, epoch 8 of 20, process 4711") && text.contains("resume killed"))
        #expect(!text.contains("train broken"))
        // One key.
        #expect(state.press(.enter).contains(.attach("id-busy")))
    }

    @Test func everyLineDoesWhatItSays() {
        var resumed = opened([run("halted", .stopped)])
        #expect(resumed.press(.enter).contains(.send(.resume(run: "id-halted"))))
        var looked = opened([run("done", .finished)])
        #expect(looked.press(.enter).contains(.ask(.run("id-done"))))
        #expect(looked.screen == .runs)
        var begun = opened([])
        #expect(begun.press(.enter).contains(.ask(.preset("digits"))))
    }

    /// The keys of the screens work with the page in front; it is gone then.
    @Test func otherKeysAreTheScreens() {
        for (key, screen) in [(KeyPress.character("3"), WorkbenchLayout.Screen.runs), (.character("1"), .data)] {
            var state = opened([run("done", .finished)])
            _ = state.press(key)
            #expect(state.screen == screen && state.dialogs.isEmpty)
        }
        var left = opened([])
        #expect(left.press(.character("q")).contains(.quit(stopping: false)))
        var closed = opened([])
        _ = closed.press(.escape)
        #expect(closed.dialogs.isEmpty && closed.screen == .train)
        #expect(closed.press(.character(":")).isEmpty)
        #expect(closed.drawn().plainText.contains("Palette"))
    }

    /// A page that comes up under somebody's fingers would take a key that was meant for something else.
    @Test func doesNotComeOnceAKeyWasPressed() {
        var state = WorkbenchState(startsWithList: true, described: .shipped)
        state.receive([.size(Size(width: 120, height: 36))])
        _ = state.press(.character("3"))
        state.receive([.reply(.presets(Samples.presets)), .reply(.runs([run("halted", .stopped)]))])
        #expect(state.dialogs.isEmpty && state.screen == .runs)
    }

    @Test func comesOnlyWhereNothingGoesOn() {
        #expect(opened([run("done", .finished)], startsWithList: false).dialogs.isEmpty)
        var state = WorkbenchState(startsWithList: true, described: .shipped)
        state.receive([.size(Size(width: 120, height: 36)), .reports(Samples.batch(steps: 20))])
        state.receive([.reply(.presets(Samples.presets)), .reply(.runs([run("busy", .running, process: 1)]))])
        #expect(state.dialogs.isEmpty)
    }

    /// A preset whose data are not there is not offered here, and cannot be begun from the list of all.
    @Test func absentDataAreSaid() {
        var presets = Samples.presets
        presets[0].dataSet = "n-mnist"
        var absent = Samples.dataSets
        for index in absent.indices where absent[index].name == "n-mnist" { absent[index].isPresent = false }
        #expect(absent.contains { $0.name == "n-mnist" && !$0.isPresent })
        var state = WorkbenchState(startsWithList: true, described: .shipped)
        state.receive([.size(Size(width: 120, height: 36)), .reply(.dataSets(absent)), .reply(.presets(presets))])
        state.receive([.reply(.runs([]))])
        let text = state.drawn().plainText
        #expect(!text.contains("train digits") && text.contains("need data sets that are not installed"))
        _ = state.press(.escape, .character("b"), .character("d"), .character("i"), .character("g"))
        #expect(state.drawn().plainText.contains("needs n-mnist, which is not installed"))
        #expect(state.press(.enter).isEmpty)
    }

    // MARK: Leaving

    @Test func aRunIsLeftToAProcessOfItsOwn() {
        var state = WorkbenchState.running()
        _ = state.press(.character("q"))
        #expect(state.drawn().plainText.contains("Detach and keep training"))
        #expect(state.press(.down, .enter).contains(.leaveTraining))
        // The engine has stopped it with a checkpoint.
        var effects: [WorkbenchEffect] = []
        effects += state.update(.answer(.stop, .tookEffect(run: "r9", optimizerStep: 300)))
        #expect(effects.contains(.quit(stopping: false)))
    }

    @Test func whatIsNotBegunYetCannotBeLeft() {
        var state = WorkbenchState.answered()
        var preparing = Samples.state(.preparing, step: 0)
        preparing.run = nil
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(preparing)]
        state.receive([.reports(batch)])
        _ = state.press(.character("q"))
        #expect(!state.press(.down, .enter).contains(.leaveTraining))
        #expect(state.drawn().plainText.contains("not begun yet"))
    }

    // MARK: The palette

    @Test(arguments: [
        ("lambda", "λ domain"), ("accuracy", "Accuracy %"), ("detach", "quit"), ("preset", "preset"),
        ("apply staged", "apply staged edits"), ("start page", "start page"),
    ])
    func thePaletteFinds(typed: String, wanted: String) {
        var state = WorkbenchState.running()
        _ = state.press(.character(":"))
        for character in typed { _ = state.press(.character(character)) }
        guard case .chooser(let palette)? = state.dialogs.last else {
            Issue.record("no palette")
            return
        }
        #expect(
            palette.shown.prefix(4).contains { $0.title.contains(wanted) }, "\(palette.shown.prefix(4).map(\.title))")
    }

    @Test func thePaletteNamesNothingTwice() {
        let titles = WorkbenchState.running().palette.entries.map { $0.title + " " + $0.note }
        #expect(Set(titles).count == titles.count)
    }

    // MARK: Health

    /// What goes wrong is said once, by name, beside the edits and in the log.
    @Test func whatIsWrongWithTheRunIsSaidByName() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.metricsRun = "r9"
        batch.spikes = SpikeGrid(
            optimizerStep: 310,
            layers: [.init(name: "feature.0", rates: [0, 0], deadShare: 0.99, saturatedShare: 0)])
        batch.metrics[.validationAccuracy] = [
            MetricPoint(series: .validationAccuracy, optimizerStep: 310, value: 0.8)
        ]
        state.receive([.reports(batch)])
        #expect(state.drawn().plainText.contains("⚠ dead layer"))
        #expect(state.train.saidFindings == ["dead layer"])
        let count = state.train.events.count
        batch.metrics[.validationAccuracy]?[0].optimizerStep = 320
        state.receive([.reports(batch)])
        #expect(state.train.events.count == count)
        _ = state.press(.character("4"))
        #expect(state.drawn().plainText.contains("dead layer"))
    }
}
