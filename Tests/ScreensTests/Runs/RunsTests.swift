import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct RunsTests {
    private func filtered(_ text: String) -> [String] {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("/"))
        _ = state.type(text)
        _ = state.press(.enter)
        return state.runs.shown(state.shared).map(\.name)
    }

    @Test func theFilterIsThatOfTheCommandLine() {
        #expect(filtered("tag:slide acc>50").count == 2)
        #expect(filtered("val>61.5") == ["slide-hard"])
        #expect(filtered("-hard") == ["slide-base"])
        #expect(filtered("tag:none").isEmpty)
    }

    @Test func aFilterThatCannotBeReadSaysSoAndHidesNothing() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("/"))
        _ = state.type("acc>banana")
        _ = state.press(.enter)
        #expect(state.runs.shown(state.shared).count == 2)
        #expect(state.shared.status?.text.contains("banana") == true)
        #expect(state.drawn().plainText.contains("cannot be read"))
    }

    @Test(arguments: RunsState.Order.allCases)
    func everyOrderSortsBothWays(order: RunsState.Order) {
        var state = WorkbenchState.answered()
        state.runs.sort(by: order)
        let names = state.runs.shown(state.shared).map(\.name)
        state.runs.sort(by: order)
        #expect(state.runs.shown(state.shared).map(\.name) == names.reversed() || order == .newest)
        #expect(Set(names).count == 2)
    }

    @Test func aRunIsForkedFromACheckpointWithStagedValues() {
        var state = WorkbenchState.answered()
        _ = state.press(.down, .right)
        let staged = state.train.tuning.stagedLive
        #expect(staged.count == 1)
        // Its checkpoints are known, because it has been opened.
        _ = state.press(.character("3"), .down, .character("f"))
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected a list of checkpoints")
            return
        }
        #expect(chooser.entries.first?.title == "step 400")
        _ = state.press(.enter)
        #expect(state.drawn().plainText.contains("step 400 of run-r1"))
        let effects = state.press(.down, .enter)
        #expect(effects.contains(.send(.fork(run: "r1", checkpoint: "/runs/r1", changes: staged, name: nil))))
        state.receive([
            .answer(
                .fork(run: "r1", checkpoint: "/runs/r1", changes: staged, name: nil),
                .tookEffect(run: "r10", optimizerStep: 400))
        ])
        #expect(state.train.tuning.staged.isEmpty)
    }

    @Test func whileARunIsActiveAForkWaitsOrGoesFirst() {
        var state = WorkbenchState.running()
        _ = state.press(.character("f"))
        _ = state.press(.enter)
        let job = QueuedJob.fork(run: "r9", checkpoint: "/ck", changes: [], name: nil)
        var waiting = state
        #expect(waiting.press(.down, .enter) == [.send(.enqueue(job))])
        #expect(state.press(.down, .down, .enter).contains(.send(.enqueue(job))))
        #expect(
            state.update(.answer(.enqueue(job), .queued(entry: 5, position: 2)))
                == [.send(.trainFromQueue(entry: 5))])
        #expect(
            waiting.update(.answer(.enqueue(job), .queued(entry: 5, position: 2))).isEmpty)
    }

    @Test func theQueueIsMovedTrainedAndEmptied() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.queue = Samples.queue
        state.receive([.reports(batch)])
        _ = state.press(.character("3"), .tab, .tab)
        #expect(state.context == .queue)
        #expect(state.drawn().plainText.contains("new run of digits, seed 3"))
        #expect(state.press(.character("]")) == [.send(.moveInQueue(entry: 4, position: 2))])
        #expect(state.press(.character("D")).isEmpty)
        #expect(state.press(.down, .enter) == [.send(.removeFromQueue(entry: 7))])
        #expect(state.press(.enter).isEmpty)
        #expect(state.press(.down, .enter).contains(.send(.trainFromQueue(entry: 7))))
    }

    @Test func beginningWhileARunIsActiveQueues() {
        var state = WorkbenchState.running()
        let effects = state.press(.character("b"), .enter).withoutCosts
        #expect(effects == [.send(.enqueue(.start(configuration: state.shared.run.configuration, name: nil)))])
        _ = state.press(.character("b"))
        #expect(state.press(.down, .enter).withoutCosts == [.ask(.preset("digits"))])
        #expect(
            state.update(.reply(.preset(name: "digits", RunConfiguration())))
                == [.send(.enqueue(.start(configuration: RunConfiguration(), name: nil, preset: "digits")))])
    }

    @Test func aRunIsGoneThroughAgain() {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .down, .enter, .tab, .character(" "))
        #expect(effects.contains(.ask(.timeline("r1"))))
        state.receive([.reply(.timeline(Samples.timeline("r1")))])
        #expect(state.runs.replayStep == 0 && state.secondsToNextTick == 0.1)
        state.receive([.tick(2)])
        #expect(state.runs.replayStep == 80)
        _ = state.press(.character("."))
        #expect(state.runs.replayStep == 120 && !state.runs.isReplaying)
        #expect(state.drawn().plainText.contains("exponent 3→4"))
        _ = state.press(.character(","))
        #expect(state.runs.replayStep == 0)
        #expect(!state.drawn().plainText.contains("(began at 3)"))
        _ = state.press(.character("L"), .character("L"), .character("L"), .character("L"))
        #expect(state.drawn().plainText.contains("exponent 4 (began at 3)"))
        state.receive([.tick(0.1)])
        _ = state.press(.escape)
        #expect(state.runs.replayStep == nil)
    }

    @Test func aPresetIsComparedWithTheSettingsOfNow() {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .backTab, .down, .character("d"))
        #expect(
            effects.contains(
                .ask(.comparison(.preset("mine"), .configuration(title: "next run", RunConfiguration())))))
        state.receive([.reply(.comparison(Samples.comparison))])
        #expect(state.drawn().plainText.contains("sliding.exponent"))
        _ = state.press(.escape)
        #expect(state.runs.presetComparison == nil)
    }

    @Test func editsAreSavedAsAScheduleAndAPresetIsNotReplacedUnasked() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .down, .character("e"))
        _ = state.type("mine")
        #expect(state.press(.enter).isEmpty)
        let effects = state.press(.down, .enter)
        guard case .ask(.saveSchedule(run: "r1", preset: "mine", note: _, replacing: true))? = effects.first else {
            Issue.record("expected a schedule, found \(effects)")
            return
        }
    }

    @Test func marksDrawGhosts() {
        var state = WorkbenchState.running()
        let effects = state.press(.character("3"), .character(" "))
        #expect(effects.contains(.ask(.curves(runs: ["r2"], series: TrainState.ghostSeries))))
        state.receive([.reply(.curves([Samples.curves("r2")]))])
        #expect(state.train.plot(.loss, Look(theme: .builtIn)).series.last?.isGhost == true)
        _ = state.press(.character("2"), .character("o"))
        #expect(state.train.plot(.loss, Look(theme: .builtIn)).series.allSatisfy { !$0.isGhost })
    }

    @Test func whatARunWasForkedFromIsAGhost() {
        var state = WorkbenchState.running()
        var child = Samples.run("r9", "demo")
        child.parent = "r1"
        let effects = state.update(.reply(.runs([child, Samples.run("r1", "base")])))
        #expect(effects.contains(.ask(.curves(runs: ["r1"], series: TrainState.ghostSeries))))
    }
}
