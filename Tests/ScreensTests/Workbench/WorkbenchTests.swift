import Configuration
import Foundation
import Glibc
import Messages
import Synchronization
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct WorkbenchTests {
    @Test func anInterruptedRunIsResumedFromItsCheckpoint() {
        var state = WorkbenchState(described: .shipped)
        let reply = LibraryReply.runs([Samples.run("r1", "a"), Samples.run("r2", "b", isInterrupted: true)])
        _ = state.update(.reply(reply))
        #expect(state.dialogs.isEmpty)
        var detail = Samples.detail("r2")
        detail.summary = Samples.run("r2", "b", isInterrupted: true)
        state.runs.cursor.select(state.runs.shown(state.shared).firstIndex { $0.id == "r2" } ?? 0)
        #expect(state.press(.character("3"), .character("R")).contains(.ask(.run("r2"))))
        _ = state.update(.reply(.run(detail)))
        guard case .question(let question)? = state.dialogs.last else {
            Issue.record("expected a question")
            return
        }
        #expect(question.choices[question.focused].intent == .nothing)
        #expect(state.press(.down, .enter).contains(.send(.resume(run: "r2"))))
    }

    @Test func leavingWithARunUnderWayIsAskedAndCancelled() {
        var state = WorkbenchState.running()
        #expect(state.press(.character("q")).isEmpty)
        #expect(state.press(.enter).isEmpty)
        #expect(state.dialogs.isEmpty)
        #expect(state.press(.character("q"), .down, .down, .enter) == [.quit(stopping: true)])
        #expect(state.update(.answer(.stop, .tookEffect(run: "r9", optimizerStep: 3))) == [.quit(stopping: false)])
    }

    @Test func leavingWithoutARunIsNotAsked() {
        var state = WorkbenchState.answered()
        #expect(state.press(.character("q")) == [.quit(stopping: false)])
    }

    @Test func controlCTwiceLeavesWithACheckpoint() {
        var state = WorkbenchState.running()
        _ = state.press(.character("p"))
        #expect(state.press(.control("c")).isEmpty)
        #expect(state.press(.control("c")) == [.quit(stopping: true)])
        #expect(state.press(.control("c")) == [.quit(stopping: false)])
    }

    @Test func theScreenStaysWhenTrainingEnds() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .finished(
                RunResult(
                    run: "r9", optimizerSteps: 300, validationAccuracy: 0.7, testAccuracy: 0.65,
                    selection: "validation",
                    testedEpoch: 5, seconds: 12)), .state(Samples.state(.finished, step: 300)),
        ]
        #expect(!state.update(.reports(batch)).contains(.quit(stopping: false)))
        #expect(state.drawn().plainText.contains("finished"))
        #expect(!state.train.history.isEmpty)
    }

    @Test func aNewRunBeginsWithEmptyPlots() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.running, step: 0, run: "r10"))]
        state.receive([.reports(batch)])
        #expect(state.train.history.isEmpty && state.train.edits.isEmpty)
    }

    @Test func aResumedRunBringsItsPast() {
        var state = WorkbenchState.answered()
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(.running, step: 400, run: "r1"))]
        batch.metricsRun = "r1"
        batch.metrics[.totalLoss] = [MetricPoint(series: .totalLoss, optimizerStep: 401, value: 0.25)]
        #expect(state.update(.reports(batch)).contains(.ask(.run("r1"))))
        state.receive([.reply(.run(Samples.detail("r1"))), .reply(.run(Samples.detail("r1")))])
        let loss = state.train.history.raw(.totalLoss)
        #expect(loss.count == 401 && loss.steps.last == 401)
        #expect(state.train.marks == [PlotMark(step: 120, label: "ⓐ", text: "exponent 3→4")])
        #expect(state.train.events.contains { $0.text == "“plateau”" })
        // Of the checkpoints those that are there, to fork from.
        let checkpoints = state.train.events.filter { $0.role == .checkpoint }
        #expect(checkpoints.map(\.checkpoint) == ["/runs/r1"] && checkpoints.map(\.optimizerStep) == [400])
        #expect(state.train.checkpoints.map(\.path) == ["/runs/r1"])
    }

    @Test func checkpointsThatWentAreNotOffered() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .checkpoint(CheckpointRecord(run: "r9", optimizerStep: 310, epoch: 6, path: "/ck2", reason: "epoch")),
            .checkpointsRemoved(run: "r9", paths: ["/ck"]),
        ]
        state.receive([.reports(batch)])
        #expect(state.train.events.compactMap(\.checkpoint) == ["/ck2"])
        _ = state.press(.character("f"))
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected a list of checkpoints")
            return
        }
        #expect(chooser.entries.map(\.title) == ["step 310"])
    }

    @Test func failuresAreKeptInTheLog() {
        var state = WorkbenchState.running()
        var batch = ReportSubscription.Batch()
        batch.lossless = [
            .failure(EngineFailure(run: "r9", optimizerStep: 31, message: "loss is NaN", advice: "lower the rate"))
        ]
        state.receive([.reports(batch), .reply(.failure(request: .dataSets, message: "no disk"))])
        #expect(state.log.lines.contains { $0.line.text.contains("loss is NaN") && $0.line.level == .error })
        #expect(state.shared.status?.text == "no disk")
    }

    @Test func marksOfTwoRunsAreCompared() {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("3"), .character(" "), .character(" "), .character("d"))
        #expect(
            Set(effects.filter { if case .ask(.run) = $0 { true } else { false } })
                == [.ask(.run("r1")), .ask(.run("r2"))])
        #expect(effects.contains(.ask(.outcomes(runs: state.runs.marked))))
        // All that are marked in a table; then the last two in every setting.
        #expect(state.drawn().plainText.contains("Compare 2 runs"))
        _ = state.press(.character("d"))
        let text = state.drawn().plainText
        #expect(text.contains("sliding.exponent"))
    }

    @Test func builtInPresetsStay() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .backTab)
        #expect(state.press(.character("D")).isEmpty && state.dialogs.isEmpty)
        #expect(state.press(.character("r")).isEmpty && state.dialogs.isEmpty)
        _ = state.press(.down)
        #expect(state.press(.character("D"), .down, .enter) == [.ask(.change(.deletePreset("mine")))])
    }

    @Test func aPresetIsLoadedIntoTheDraftOrStaged() {
        var other = RunConfiguration()
        other[Sliding.exponent] = 7
        var idle = WorkbenchState.answered()
        #expect(idle.press(.character("3"), .backTab, .down, .enter).contains(.ask(.preset("mine"))))
        idle.receive([.reply(.preset(PresetContent(name: "mine", configuration: other)))])
        #expect(idle.train.tuning.draft == other && idle.screen == .train)
        var running = WorkbenchState.running()
        _ = running.press(.character("3"), .backTab, .down, .enter)
        running.receive([.reply(.preset(PresetContent(name: "mine", configuration: other)))])
        #expect(running.train.tuning.staged["sliding.exponent"] == .number(7))
    }

    @Test func filteringShowsWhatItLeavesAndEscapeClears() {
        var state = WorkbenchState.answered()
        state.data.focus = .samples
        _ = state.press(.character("1"), .character("/"))
        _ = state.type("s3")
        #expect(state.data.shownSamples.count == 11)
        _ = state.press(.escape)
        #expect(state.data.shownSamples.count == 40)
    }

    @Test func samplesAreSortedByTheirEvents() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"), .character("o"))
        let counts = state.data.shownSamples.map { Samples.samples[$0].eventCount ?? -1 }
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test func playbackMovesWithTimeAndOnlyThen() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        #expect(state.secondsToNextTick == nil)
        _ = state.press(.character(" "))
        #expect(state.secondsToNextTick == 0.1)
        state.receive([.tick(0.4)])
        #expect(abs(state.data.playhead - 100_000) < 1)
        _ = state.press(.character("."))
        #expect(!state.data.isPlaying)
        #expect(state.data.currentSlice == 5)
    }

    @Test func simulatedDataIsAlwaysCalledSo() {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        #expect(state.drawn().plainText.contains("simulated"))
    }

    @Test func layoutsAreKept() throws {
        var state = WorkbenchState.answered()
        let effects = state.press(.character("1"), .character("m"))
        guard case .savedLayout(let layout)? = effects.last else {
            Issue.record("expected a layout")
            return
        }
        let again = WorkbenchState(layout: layout, described: .shipped)
        #expect(again.screen == .data && again.data.mode == .count)
    }

    @Test func aLayoutOfAnOlderProgramIsRead() throws {
        let text = #"{"screen":"runs","isLossLogarithmic":false}"#
        let layout = try JSONDecoder().decode(WorkbenchLayout.self, from: Data(text.utf8))
        #expect(layout.screen == .runs && !layout.isLossLogarithmic && layout.glyphs == .halfBlocks)
    }

    // MARK: The whole loop, in memory

    private static let small = ScriptedLibrary { request in
        switch request {
        case .runs: .runs([])
        case .presets: .presets(Samples.presets)
        case .plan(let configuration): .plan(configuration, SlidingPlan.probabilities(configuration, .shipped))
        case .dataSets: .dataSets(Samples.dataSets)
        case .preset(let name): .preset(PresetContent(name: name, configuration: RunConfiguration()))
        default: nil
        }
    }

    /// A history that somebody else writes.
    @Test(.endsSomeTime) func whatAnotherProcessDoesAppears() async throws {
        let library = ScriptedLibrary(
            version: { $0.contains(.runs) ? 2 : 1 },
            reply: { request in request == .runs ? .runs([]) : nil },
            again: { request in request == .runs ? .runs([Samples.run("r1", "elsewhere")]) : nil })
        var layout = WorkbenchLayout()
        layout.screen = .runs
        let exit = try await Workbench.run(
            bus: MessageBus(description: .shipped), library: library, theme: .builtIn, layout: layout,
            onLayout: { _ in },
            onTerminate: {}
        ) { _, _ in ScriptedBackend(steps: [(when: "elsewhere", keys: [.character("q")])]) }
        #expect(exit == .left)
    }

    /// The planned curve is asked for as soon as the screen that draws it opens.
    @Test(.endsSomeTime) func thePlanIsAskedForAtOnce() async throws {
        let library = ScriptedLibrary { request in
            guard case .plan(let configuration) = request else { return nil }
            return .plan(configuration, SlidingPlan.probabilities(configuration, .shipped))
        }
        _ = try await Workbench.run(
            bus: MessageBus(description: .shipped), library: library, theme: .builtIn, layout: WorkbenchLayout(),
            onLayout: { _ in }, onTerminate: {}
        ) { _, _ in ScriptedBackend(steps: [(when: "progress 0.25", keys: [.character("q")])]) }
        #expect(library.asked.count { if case .plan = $0 { true } else { false } } == 1)
    }

    @Test(.endsSomeTime) func aRunIsBegunAndStoppedThroughTheBus() async throws {
        let bus = MessageBus(description: .shipped)
        let commands = Mutex<[TuningCommand]>([])
        let engine = Task {
            while let envelope = await bus.nextCommand() {
                commands.withLock { $0.append(envelope.command) }
                if case .start(let configuration, _, _) = envelope.command {
                    await bus.publish(.state(Samples.state(.running, step: 1, configuration: configuration)))
                }
                envelope.answer(.tookEffect(run: "r9", optimizerStep: 1))
            }
        }
        // The keys that need the engine's word come once it has given it.
        let exit = try await Workbench.run(
            bus: bus, library: Self.small, theme: .builtIn, layout: WorkbenchLayout(), onLayout: { _ in },
            onTerminate: {}
        ) { _, _ in
            ScriptedBackend(steps: [
                (when: "No runs yet", keys: [.character("b"), .enter]),
                (when: "Tuning  live", keys: [.character("q")]),
                (when: "Quit while", keys: [.down, .down, .enter]),
            ])
        }
        #expect(exit == .left)
        await bus.close()
        await engine.value
        #expect(commands.withLock { $0 } == [.start(configuration: RunConfiguration(), name: nil), .halt])
    }
}

/// Presses keys once a text is on the screen.
private final class ScriptedBackend: TerminalBackend {
    private var steps: [(when: String, keys: [KeyPress])]
    private var waiting: [KeyPress] = []
    private var ends: [Int32] = [-1, -1]

    init(steps: [(when: String, keys: [KeyPress])]) {
        self.steps = steps
        _ = pipe(&ends)
    }

    deinit { for end in ends { Glibc.close(end) } }

    let size = Size(width: 120, height: 36)
    let charset = Charset.unicode
    let depth = ColorDepth.monochrome
    func open() {}
    func close() {}
    func resize() {}
    func invalidate() {}
    func suspend() {}
    let isInForeground = true
    func retake() {}
    var inputDescriptor: Int32? { ends[0] }

    func nextKey() -> KeyPress? {
        guard !waiting.isEmpty else { return nil }
        var byte: UInt8 = 0
        _ = read(ends[0], &byte, 1)
        return waiting.removeFirst()
    }

    func present(_ canvas: Canvas, cursor: Point?) {
        guard let next = steps.first, canvas.plainText.contains(next.when) else { return }
        steps.removeFirst()
        waiting += next.keys
        for _ in next.keys { _ = write(ends[1], [1], 1) }
    }
}
