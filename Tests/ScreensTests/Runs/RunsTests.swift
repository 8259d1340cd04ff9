import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct RunsTests {
    private func filtered(_ text: String) -> [String] {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("/"))
        _ = state.type(text)
        _ = state.press(.enter)
        return state.runs.shown(state.shared).map(\.name)
    }

    @Test(arguments: [Size(width: 120, height: 36), Size(width: 80, height: 24), Size(width: 60, height: 18)])
    func whatIsWrongWithAFilterIsSaidWhileItIsTyped(size: Size) {
        var state = WorkbenchState.answered()
        _ = state.update(.size(size))
        _ = state.press(.character("3"), .character("/"))
        func says(_ text: String) -> Bool {
            state.drawn().plainText.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(text)
        }
        _ = state.type("clas")
        #expect(!says("unknown filter field"))
        _ = state.type(":3")
        #expect(says("unknown filter field 'clas'"))
        for _ in 0..<6 { _ = state.press(.backspace) }
        _ = state.type("state:")
        // Not at its end yet, and then right.
        #expect(!says("unknown filter field") && !says("has no value"))
        _ = state.type("finished acc>x")
        #expect(says("'x' after acc is not"))
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
        #expect(state.drawn().plainText.contains("invalid filter"))
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
        // Its details are known, and yet read again: a checkpoint may have gone since.
        #expect(state.press(.character("3"), .down, .character("f")).contains(.ask(.run("r1"))))
        #expect(state.dialogs.isEmpty)
        state.receive([.reply(.run(Samples.detail("r1")))])
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected a list of checkpoints")
            return
        }
        #expect(chooser.entries.map(\.title) == ["step 400"], "only what is there")
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

    /// Values are chosen where they are always chosen: sliders, lists and help, and no key to be known by heart.
    @Test func aForkIsNamedAndItsValuesAreTuned() throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("f"))
        state.receive([.reply(.run(Samples.detail("r2")))])
        _ = state.press(.enter)
        #expect(state.drawn().plainText.contains("run-r2@400"))
        _ = state.press(.up, .enter)
        _ = state.type("gentle")
        _ = state.press(.enter)
        #expect(state.drawn().plainText.contains("called gentle,"))
        #expect(state.press(.up, .up, .enter).contains(.ask(.run("r2"))))
        state.receive([.reply(.run(Samples.detail("r2", exponent: 5)))])
        #expect(state.drawn().plainText.contains("Fork of run-r2 at step 400"))
        // What the panel shows are the values at the checkpoint.
        let exponent = try EngineDescription.shipped.knob("sliding.exponent")
        #expect(state.train.tuning.value(of: exponent, state.shared.run) == .number(5))
        _ = state.press(.character("/"))
        _ = state.type("domain_coefficient")
        _ = state.press(.enter, .character("="))
        _ = state.type("0.3")
        _ = state.press(.enter)
        let changes = [KnobChange(key: "loss.domain_coefficient", value: .number(0.3))]
        let fork = TuningCommand.fork(run: "r2", checkpoint: "/runs/r2", changes: changes, name: "gentle")
        #expect(state.press(.enter).contains(.send(fork)))
        // Refused, nothing is lost; begun, the panel is about the run again.
        _ = state.update(.answer(fork, .refused("no room")))
        #expect(state.train.tuning.editedFork?.changes == changes && state.train.tuning.fork?.point.name == "gentle")
        _ = state.update(.answer(fork, .tookEffect(run: "r10", optimizerStep: 400)))
        #expect(state.train.tuning.fork == nil && state.train.tuning.staged.isEmpty)
    }

    @Test func aForkIsMadeOnceWithEachOfSeveralSeeds() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("f"))
        state.receive([.reply(.run(Samples.detail("r2")))])
        _ = state.press(.enter, .up, .up, .up, .enter)
        _ = state.type("2-x")
        _ = state.press(.enter)
        #expect(state.drawn().plainText.contains("'2-x' is not a list of seeds"))
        _ = state.press(.backspace)
        _ = state.type("3")
        let forks = [2, 3].map { seed in
            WorkbenchEffect.send(
                .enqueue(
                    .fork(
                        run: "r2", checkpoint: "/runs/r2",
                        changes: [KnobChange(key: "training.seed", value: .integer(seed))], name: nil)))
        }
        #expect(state.press(.enter).filter { forks.contains($0) } == forks)
    }

    @Test func aNameThatIsRefusedIsAskedForAgain() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character("f"))
        state.receive([.reply(.run(Samples.detail("r2")))])
        _ = state.press(.enter, .up, .enter)
        _ = state.type("taken")
        _ = state.press(.enter)
        let fork = TuningCommand.fork(run: "r2", checkpoint: "/runs/r2", changes: [], name: "taken")
        #expect(state.press(.down, .enter).contains(.send(fork)))
        _ = state.update(.answer(fork, .refused("there is a run 'taken' already")))
        let text = state.drawn().plainText
        #expect(text.contains("called taken,") && text.contains("there is a run 'taken' already"))
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
        // The choice goes along, before and after the engine's word.
        #expect(state.runs.chosenEntry(state.shared)?.number == 4)
        batch.queue = Samples.queue.reversed()
        state.receive([.reports(batch)])
        #expect(state.runs.chosenEntry(state.shared)?.number == 4)
        _ = state.press(.up)
        #expect(state.press(.character("D")).isEmpty)
        #expect(state.press(.down, .enter) == [.send(.removeFromQueue(entry: 7))])
        #expect(state.press(.enter).isEmpty)
        #expect(state.press(.down, .enter).contains(.send(.trainFromQueue(entry: 7))))
        // Neither is about a run of the list.
        (state.screen, state.dialogs) = (.runs, [])
        #expect(state.context == .queue)
        #expect(state.press(.character("r"), .character("f")).withoutLayouts.isEmpty && state.dialogs.isEmpty)
    }

    @Test func whatCannotBeginIsMarkedAndSaid() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.queue = Samples.queue
        state.receive([.reports(batch)])
        #expect(state.shared.status?.kind != .bad)
        batch.queue?[0].problem = "no model 'nothing'"
        state.receive([.reports(batch)])
        #expect(state.shared.status?.kind == .bad)
        #expect(state.shared.status?.text.contains("no model 'nothing'") == true)
        _ = state.press(.character("3"), .tab, .tab)
        #expect(state.drawn().plainText.contains("✗ new run of digits, seed 3 — could not start"))
        // Said once.
        #expect(state.shared.status == nil)
        state.receive([.reports(batch)])
        #expect(state.shared.status == nil)
    }

    @Test func longRunsStandInTheColumnsOfTheOthers() {
        var state = WorkbenchState.answered()
        var long = Samples.run("r3", "long", created: 3)
        (long.epoch, long.epochs) = (196, 100_000)
        state.receive([.reply(.runs([long, Samples.run("r1", "🚀", created: 1), Samples.run("r2", "漢字", created: 2)]))])
        _ = state.press(.character("3"))
        let rows = state.drawn().plainText.split(separator: "\n").filter { $0.contains("○") }
        let losses = rows.compactMap { row in
            row.range(of: "0.412").map { String(row[..<$0.lowerBound]).columnCount }
        }
        #expect(losses.count == 3 && Set(losses).count == 1)
    }

    // MARK: Which run is meant

    /// The first opened and shown beside the list, which stands on the second.
    private func openedBesideAnother() -> WorkbenchState {
        var state = WorkbenchState.answered()
        state.receive([.reply(.runs(["r1", "r2"].map { Samples.run($0, $0, isInterrupted: true) }))])
        state.dialogs = []
        (state.shared.awaitedResume, state.screen) = (nil, .runs)
        state.runs.open("r1")
        state.runs.keepingChoices(&state.shared) { runs, shared in
            runs.cursor.select(runs.shown(shared).firstIndex { $0.id == "r2" } ?? 0)
        }
        return state
    }

    @Test(arguments: [RunsState.Panel.runs, .detail])
    func keysAreAboutTheRunOfThePanel(panel: RunsState.Panel) {
        let run = panel == .detail ? "r1" : "r2"
        func pressed(_ key: Character, _ more: KeyPress...) -> (WorkbenchState, [WorkbenchEffect]) {
            var state = openedBesideAnother()
            state.runs.focus = panel
            var effects = state.press(.character(key))
            for key in more { effects += state.press(key) }
            return (state, effects.withoutLayouts)
        }
        func purpose(_ key: Character) -> PromptPurpose? {
            if case .prompt(let prompt)? = pressed(key).0.dialogs.last { prompt.purpose } else { nil }
        }
        #expect(purpose("r") == .runName(run))
        #expect(purpose("t") == .runTags(run))
        #expect(purpose("i") == .runNote(run))
        #expect(purpose("e") == .scheduleName(run: run))
        #expect(pressed("w").1.contains(.send(.enqueue(.resume(run: run)))))
        #expect(pressed("f").1 == [.ask(.run(run))])
        #expect(pressed("R").1 == [.ask(.run(run))])
        #expect(pressed("B", .down, .enter).1.contains(.send(.reproduce(run: run, name: nil))))
        #expect(pressed("D", .down, .enter).1.contains(.ask(.change(.deleteRun(run)))))
    }

    @Test func theDetailPanelSaysThatItIsEmptyInsteadOfTakingAnotherRun() {
        var state = WorkbenchState.answered()
        state.receive([.reply(.runs([]))])
        _ = state.press(.character("3"), .tab)
        for key in "rtieRBwfD" {
            #expect(state.press(.character(key)).isEmpty && state.dialogs.isEmpty)
            #expect(state.shared.status?.text.contains("Enter on a run") == true)
        }
    }

    // MARK: What changes elsewhere

    @Test func theChoiceStaysOnItsRunAndItsPreset() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .down)
        #expect(state.runs.chosen(state.shared)?.id == "r1")
        let runs = ["r1", "r2", "r3"].map { Samples.run($0, $0, created: $0 == "r1" ? 1 : 5) }
        state.receive([.reply(.runs(runs))])
        #expect(state.runs.chosen(state.shared)?.id == "r1")
        for _ in RunsState.Order.allCases {
            _ = state.press(.character("o"), .character("O"))
            #expect(state.runs.chosen(state.shared)?.id == "r1")
        }
        _ = state.press(.backTab, .down)
        let preset = state.runs.chosenPreset(state.shared)?.name
        var another = Samples.presets[0]
        another.name = "aaa"
        state.receive([.reply(.presets([another] + Samples.presets))])
        #expect(state.runs.chosenPreset(state.shared)?.name == preset && preset != nil)
    }

    @Test func whatOthersDoIsReadAgainOnceSomebodyLooks() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .down, .enter, .character("2"))
        #expect(state.update(.historyChanged) == [.refresh(.queue)])
        #expect(state.update(.historyChanged) == [.refresh(.queue)])
        #expect(state.press(.character("3")).withoutLayouts == [.refresh(.runs), .refresh(.run("r1"))])
        // What was not shown is forgotten: it may be old.
        #expect(!state.runs.hasDetail(of: "r2") && state.runs.hasDetail(of: "r1"))
        #expect(state.press(.up) == [.ask(.run("r2"))])
        state.receive([.reply(.run(Samples.detail("r2")))])
        #expect(state.update(.historyChanged) == [.refresh(.queue), .refresh(.runs), .refresh(.run("r2"))])
        #expect(!state.runs.hasDetail(of: "r1") && state.runs.hasDetail(of: "r2"))
        #expect(state.update(.presetFilesChanged) == [.ask(.presets)])
        // A run that went meanwhile is no error.
        state.receive([.reply(.failure(request: .run("r2"), message: "no run 'r2'"))])
        #expect(state.shared.status?.kind != .bad)
    }

    @Test func aNewNameReachesDetailAndHeader() {
        var state = WorkbenchState.running()
        state.receive([.reply(.runs([Samples.run("r9", "demo")]))])
        _ = state.press(.character("3"), .enter)
        state.receive([.reply(.run(Samples.detail("r9")))])
        #expect(state.update(.reply(.changed("r9 renamed to 'better'"))).contains(.ask(.run("r9"))))
        var detail = Samples.detail("r9")
        detail.summary.name = "better"
        state.receive([.reply(.runs([Samples.run("r9", "better")])), .reply(.run(detail))])
        let lines = state.drawn().plainText.split(separator: "\n")
        #expect(lines[0].contains("better ▶") && lines.contains { $0.contains("Detail  better") })
        // The engine goes on calling it what it was called when it began.
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.paused, step: 300))]
        state.receive([.reports(batch)])
        #expect(state.drawn().plainText.split(separator: "\n")[0].contains("better ⏸"))
    }

    // MARK: Going on

    private func resumed(_ change: (inout RunDetail) -> Void) -> WorkbenchState {
        var state = WorkbenchState.answered()
        var detail = Samples.detail("r1")
        detail.summary = Samples.run("r1", "slide-base", isInterrupted: true)
        change(&detail)
        state.receive([.reply(.runs([detail.summary]))])
        (state.dialogs, state.shared.awaitedResume) = ([], nil)
        #expect(state.press(.character("3"), .character("R")).contains(.ask(.run("r1"))))
        state.receive([.reply(.run(detail))])
        return state
    }

    @Test func resumingNamesTheCheckpoint() {
        var state = resumed { $0.summary.optimizerStep = 412 }
        let text = state.drawn().plainText
        #expect(text.contains("from its checkpoint at step 400; the 12 steps after"))
        #expect(state.press(.down, .enter).contains(.send(.resume(run: "r1"))))
    }

    @Test func resumingWithoutACheckpointSaysThatItBeginsAgain() {
        #expect(resumed { $0.checkpoints = [] }.drawn().plainText.contains("starts again from step 0"))
        var lost = resumed { $0.goneCheckpoints = $0.checkpoints.map(\.path) }
        #expect(lost.drawn().plainText.contains("Its checkpoints no longer exist"))
        #expect(lost.press(.down, .enter).contains(.send(.reproduce(run: "r1", name: nil))))
    }

    @Test func aRunThatAnotherProcessTrainsIsAttachedTo() {
        var state = resumed { ($0.summary.isInterrupted, $0.summary.processIdentifier) = (false, 4711) }
        let text = state.drawn().plainText
        #expect(text.contains("Process 4711") && text.contains("saccade attach r1"))
        #expect(state.press(.down, .enter).contains(.attach("r1")))
    }

    @Test func beginningWhileARunIsActiveQueues() {
        var state = WorkbenchState.running()
        let effects = state.press(.character("b"), .enter).withoutCosts
        #expect(effects == [.send(.enqueue(.start(configuration: state.shared.run.configuration, name: nil)))])
        _ = state.press(.character("b"))
        #expect(state.press(.down, .enter).withoutCosts == [.ask(.preset("digits"))])
        #expect(
            state.update(.reply(.preset(PresetContent(name: "digits", configuration: RunConfiguration()))))
                == [.send(.enqueue(.start(configuration: RunConfiguration(), name: nil, preset: "digits")))])
    }

    @Test func aRunIsGoneThroughAgain() {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .down, .enter, .tab, .character(" "))
        #expect(effects.contains(.ask(.timeline("r1"))))
        state.receive([.reply(.timeline(Samples.timeline("r1")))])
        #expect(state.runs.playbackStep == 0 && state.secondsToNextTick == 0.1)
        state.receive([.tick(2)])
        #expect(state.runs.playbackStep == 80)
        _ = state.press(.character("."))
        #expect(state.runs.playbackStep == 120 && !state.runs.isPlayingBack)
        #expect(state.drawn().plainText.contains("exponent 3→4"))
        _ = state.press(.character(","))
        #expect(state.runs.playbackStep == 0)
        #expect(!state.drawn().plainText.contains("(started at 3)"))
        _ = state.press(.character("L"), .character("L"), .character("L"), .character("L"))
        #expect(state.drawn().plainText.contains("exponent 4 (started at 3)"))
        state.receive([.tick(0.1)])
        _ = state.press(.escape)
        #expect(state.runs.playbackStep == nil)
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
        guard case .ask(.change(.saveSchedule(run: "r1", preset: "mine", note: _, replacing: true)))? = effects.first
        else {
            Issue.record("expected a schedule, found \(effects)")
            return
        }
    }

    @Test func marksDrawGhosts() {
        var state = WorkbenchState.running()
        let effects = state.press(.character("3"), .character(" "))
        #expect(effects.contains(.ask(.curves(runs: ["r2"], series: state.train.ghostSeries))))
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
        #expect(effects.contains(.ask(.curves(runs: ["r1"], series: state.train.ghostSeries))))
    }
}
