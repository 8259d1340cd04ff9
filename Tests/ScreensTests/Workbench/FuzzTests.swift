import Configuration
import Foundation
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

/// Random keys on random states: nothing crashes, and what must hold holds.
@Suite struct FuzzTests {
    /// A small generator of our own, so that a failure can be repeated from its seed.
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let keys: [KeyPress] =
        BindingTable.all.flatMap(\.keys)
        + [.control("c"), .control("u"), .control("w"), .delete, .backspace, .insert, .enter, .escape, .enter, .escape]
        + "abcxyz0159.-: é漢".map { .character($0) }

    /// Presses, drags and wheel turns somewhere on the screen or just beside it.
    private static func mouse(_ random: inout Random) -> KeyPress {
        let kinds: [MouseEvent.Kind] = [.press, .press, .drag, .drag, .release, .wheelUp, .wheelDown]
        return .mouse(
            MouseEvent(
                kind: kinds.randomElement(using: &random) ?? .press,
                point: Point(
                    row: Row(Int.random(in: -1...40, using: &random)),
                    column: Column(Int.random(in: -1...125, using: &random)))))
    }

    private static let sizes = [
        (120, 36), (80, 24), (60, 16), (40, 10), (1, 1), (0, 0), (200, 60), (61, 50), (130, 17),
    ]

    /// Eight times this. `SACCADE_FUZZ_KEYS` asks for more in all, as the release-mode step of the check does.
    private static let messagesASeed =
        max(2500, (ProcessInfo.processInfo.environment["SACCADE_FUZZ_KEYS"].flatMap(Int.init) ?? 0) / 8)

    @Test(arguments: 0..<8)
    func randomKeysNeverCrash(seed: Int) throws {
        var random = Random(state: UInt64(seed) &* 7919 &+ 1)
        var state = WorkbenchState(described: .shipped)
        if seed % 4 == 1 { state = .answered() }
        if seed % 4 == 2 { state = .running(steps: 120) }
        if seed == 5 { state = .studying() }
        if seed == 6 { state = .studying(size: Size(width: 80, height: 24), Samples.plainBoard) }
        if seed % 4 == 3 { state = .empty(Size(width: 80, height: 24)) }
        let theme = Theme.builtIn
        for count in 0..<Self.messagesASeed {
            let message = Self.message(&random)
            let before = (isIdle: !state.shared.run.isActive || state.isLeaving, isAsked: !state.dialogs.isEmpty)
            let effects = state.update(message)
            check(state, effects)
            if case .key = message, !before.isAsked { checkUnasked(effects, isIdle: before.isIdle) }
            if count % 50 == 0 {
                let charset = Bool.random(using: &random) ? Charset.unicode : .ascii
                var canvas = Canvas(size: state.size, charset: charset, style: theme.background)
                let cursor = state.draw(&canvas, theme: theme)
                #expect(cursor.map { canvas.bounds.contains($0) } ?? true)
            }
        }
    }

    private func check(_ state: WorkbenchState, _ effects: [WorkbenchEffect]) {
        for case .send(.edit(let changes, _)) in effects {
            // Only what is allowed ever reaches the engine.
            for change in changes {
                #expect(throws: Never.self) {
                    var configuration = state.shared.run.configuration
                    #expect(try EngineDescription.shipped.knob(change.key).isLive)
                    try configuration.set(change.key, to: change.value)
                }
            }
            #expect(!changes.isEmpty && state.shared.run.isActive)
        }
        for case .send(.start(let configuration, _, _)) in effects {
            for knob in EngineDescription.shipped.knobs {
                #expect(throws: Never.self) { try knob.parse(knob.value(in: configuration).description) }
            }
        }
        for case .ask(.change(.deleteRun(let run))) in effects { #expect(state.shared.runs.contains { $0.id == run }) }
        #expect(state.runs.marked.count <= RunsState.markLimit)
        #expect(Set(state.runs.marked).count == state.runs.marked.count)
        if let handles = SlidingCurve.handles(fromText: state.train.tuning.edited(state.shared.run)[Sliding.curve]) {
            #expect(handles.count != 1)
        } else {
            Issue.record("a curve that cannot be read was staged")
        }
        if let window = state.train.view.window(last: state.train.history.lastStep) {
            #expect(window.lowerBound >= 0 && window.lowerBound < window.upperBound)
        }
        if let step = state.runs.playbackStep { #expect((0...max(0, state.runs.lastStep)).contains(step)) }
        #expect(state.dialogs.count < 40)
        if let wanted = state.secondsToNextTick { #expect(wanted > 0) }
        for (key, value) in state.train.tuning.staged {
            #expect((try? EngineDescription.shipped.knob(key).parse(value.description)) == value)
        }
    }

    /// Leaving with a run under way, and what cannot be taken back, is never one key away: a question comes first.
    private func checkUnasked(_ effects: [WorkbenchEffect], isIdle: Bool) {
        for effect in effects {
            switch effect {
            case .quit: #expect(isIdle)
            case .ask(.order(.hold)), .ask(.order(.stop)), .ask(.change(.deleteRun)), .ask(.change(.deletePreset)),
                .send(.stop), .send(.halt),
                .send(.removeFromQueue):
                Issue.record("\(effect) without a question")
            default: break
            }
        }
    }

    private static func message(_ random: inout Random) -> WorkbenchMessage {
        switch Int.random(in: 0..<100, using: &random) {
        case 98: .reply(study.randomElement(using: &random) ?? .studies([]))
        case 99: [.historyChanged, .presetFilesChanged, .studyChanged].randomElement(using: &random) ?? .historyChanged
        case 0: .reports(Samples.batch(steps: Int.random(in: 1...60, using: &random)))
        case 1: .reply(Samples.replies.randomElement(using: &random) ?? .runs([]))
        case 2:
            .reply(
                [
                    .runs([]), .presets([]), .dataSets([]), .plan(RunConfiguration(), [0, 1]),
                    .recording(Samples.recording(3, eventCount: 0)),
                    .samples(DataSetSamples(dataSet: "digits", samples: [], classNames: [])),
                    .failure(request: .runs, message: "no disk"),
                    .preset(PresetContent(name: "mine", configuration: RunConfiguration())), .changed("done"),
                    .runs([Samples.run("r5", "cut", isInterrupted: true)]),
                ].randomElement(using: &random) ?? .runs([]))
        case 3:
            .answer(
                [.pause, .stop, .edit([KnobChange(key: "sliding.end", value: .number(0.5))], at: .nextStep)]
                    .randomElement(using: &random) ?? .pause,
                [.refused("not now"), .waitsForEpoch, .tookEffect(run: "r9", optimizerStep: 3)]
                    .randomElement(using: &random) ?? .waitsForEpoch)
        case 4:
            .size(
                sizes.randomElement(using: &random).map { Size(width: Column($0.0), height: Row($0.1)) }
                    ?? Size(width: 80, height: 24))
        case 5...8: .tick(Double.random(in: 0...2, using: &random))
        case 9:
            .reports(
                phase(
                    RunState.Phase.allCases.randomElement(using: &random) ?? .idle,
                    step: Int.random(in: 0...900, using: &random)))
        case 10, 11: .key(mouse(&random))
        case 12:
            .reply(
                [
                    .curves([Samples.curves("r1"), Samples.curves("r2", from: 100)]), .timeline(Samples.timeline("r1")),
                    .comparison(Samples.comparison), .queue(Samples.queue), .queue([]),
                    .cost(.preset("mine"), "two hours"), .cost(.run("r1"), ""), .recording(Samples.hotRecording),
                    .failure(request: .cost(.preset("digits")), message: "no such network"),
                    .analyses([.init(name: "confusion", title: "Confusion", summary: "")], run: "r1"),
                    .analysis(Samples.analysis, run: "r1"),
                    .failure(request: .analysis("confusion", run: "r1", AnalysisOptions()), message: "no checkpoint"),
                    .failure(request: .check(dataSet: "digits"), message: "the folder is gone"),
                    .failure(request: .counted(dataSet: "digits", []), message: "the folder is gone"),
                    .checked(
                        DataSetCheck(
                            dataSet: "digits", recordings: 3, damaged: 1, missing: 2, misplaced: 0, extra: 0,
                            problems: ["a: b"])),
                ].randomElement(using: &random) ?? .queue([]))
        case 13:
            .themes(
                ["dark", "light", "mono"].map { ThemeSummary(name: $0, note: "") },
                shown: ["dark", "light", "gone"].randomElement(using: &random) ?? "dark",
                problems: Bool.random(using: &random) ? [] : ["mine.yaml:2: no color"])
        default: .key(keys.randomElement(using: &random) ?? .escape)
        }
    }

    /// What may come of questions about studies.
    private static let study: [LibraryReply] = [
        .studies(Samples.studies), .studies([]), .board(Samples.board()), .board(Samples.board(isCounting: true)),
        .board(Samples.plainBoard), .ordered(.train, "it trains"), .ordered(.stop, "it stops"),
        .ordered(.hold(cells: ["c002"]), "held"), .studyReport(.csv, "a,b"), .studyPaths("x", ["xy.yaml", "xz/"]),
        .failure(request: .study("x"), message: "x:1:1: no such thing"), .failure(request: .board, message: "gone"),
        .failure(request: .order(.train), message: "cannot start"),
    ]

    private static func phase(_ phase: RunState.Phase, step: Int) -> ReportSubscription.Batch {
        var batch = ReportSubscription.Batch()
        batch.lossless = [.state(Samples.state(phase, step: step, run: "r\(step % 3)"))]
        return batch
    }
}
