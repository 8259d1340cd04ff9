import Configuration
import Foundation
import Messages
import Terminal
import Testing
import Training

@testable import Screens

/// Screens as text and attributes, compared with files. `SACCADE_RECORD=1` writes the files anew, and fails all the same,
/// so that a recording is never mistaken for a test that passed.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

    private static let sizes = [(120, 36), (80, 24), (40, 10)]

    /// What is on the screen: a name, and how it comes about.
    static let scenes: [String: @Sendable (inout WorkbenchState) -> Void] = [
        "start": { state in
            state.dialogs = [.chooser(state.startPage)]
        },
        "empty": { state in state = WorkbenchState.empty(state.size) },
        "train": { _ in },
        "staged": { state in
            _ = state.press(.down, .right, .right, .down)
            _ = state.press(.left)
        },
        "data": { state in _ = state.press(.character("1"), .tab, .character("."), .character(".")) },
        "absent": { state in
            _ = state.press(.character("1"), .escape)
            state.data.focus = .dataSets
            _ = state.press(.down)
        },
        "runs": { state in _ = state.press(.character("3"), .enter) },
        "compare": { state in
            _ = state.press(.character("3"), .character(" "), .character(" "), .character("d"), .character("d"))
        },
        "table": { state in
            state = .comparing(size: state.size, pinned: "a1")
            _ = state.press(.character("b"), .character("o"))
        },
        "columns": { state in
            state = .comparing(size: state.size)
            _ = state.press(.character("c"), .down, .enter)
        },
        "pinned": { state in
            _ = state.press(.character("3"), .character("p"), .character("2"))
            state.receive([.reply(.curves([Samples.curves("r2")]))])
        },
        "log": { state in _ = state.press(.character("4")) },
        "finished": { state in
            var batch = ReportSubscription.Batch()
            batch.lossless = [
                .finished(
                    RunResult(
                        run: "r9", optimizerSteps: 400, validationAccuracy: 0.983, testAccuracy: 0.972,
                        selection: "validation", testedEpoch: 4, testedStep: 340, seconds: 12)),
                .state(Samples.state(.finished, step: 400)),
            ]
            state.receive([.reports(batch)])
        },
        "better": { state in
            // Ended, and better than the pinned run, over three seeds of both.
            var own = Samples.outcome("r9", seed: 1, test: 0.640, exponent: 5)
            own.summary.name = "demo"
            let list = [own] + Samples.compared.filter { $0.summary.id != "b1" }
            var batch = ReportSubscription.Batch()
            batch.lossless = [own.result.map(EngineReport.finished), .state(Samples.state(.finished, step: 400))]
                .compactMap { $0 }
            state.shared.pinned = "a1"
            state.receive([.reports(batch), .reply(.runs(list.map(\.summary)))])
            let asked = state.train.wantedDifference?.candidates ?? []
            state.receive([.reply(.outcomes(runs: asked, list)), .reply(.curves([Samples.curves("a1")]))])
        },
        "hair": { state in
            // One plot closer, with the crosshair on the edit.
            state.train.wantedGhosts = ["r1"]
            state.receive([.reply(.curves([Samples.curves("r1", from: 60)]))])
            _ = state.press(.tab, .tab, .character("x"), .character("n"), .right, .character("+"))
        },
        "plot": { state in _ = state.press(.tab, .tab, .character("z"), .character("x"), .character("H")) },
        "curve": { state in
            _ = state.press(.tab, .up, .up, .right, .character("n"), .up, .character("+"), .character("K"))
        },
        "sextants": { state in _ = state.press(.character("1"), .character("b"), .character("m")) },
        "pixel": { state in
            state.data.focus = .events
            _ = state.press(.character("1"), .character("x"), .left, .up, .up)
        },
        "playback": { state in
            _ = state.press(.character("3"), .character("j"), .enter, .tab, .character(" "))
            state.receive([.reply(.timeline(Samples.timeline("r1"))), .tick(5)])
        },
        "queue": { state in
            var batch = ReportSubscription.Batch()
            batch.queue =
                Samples.queue + [
                    QueueEntry(
                        number: 9, job: .reproduce(run: "r7", name: nil), title: "r7 reproduced", created: 2,
                        problem: "no run 'r7'")
                ]
            state.receive([.reports(batch)])
            _ = state.press(.character("3"), .tab, .tab, .up, .character("G"))
        },
        "filter": { state in
            _ = state.press(.character("3"), .character("/"))
            _ = state.type("tag:slide val>61")
        },
        "fork": { state in
            _ = state.press(.right, .backTab, .up, .up, .up, .character("f"))
        },
        "preset": { state in
            _ = state.press(.character("3"), .backTab, .down, .character("d"))
            state.receive([.reply(.comparison(Samples.comparison))])
        },
        "analysis": { state in state.dialogs = [.analysis(AnalysisView(Samples.analysis, run: "slow slide"))] },
        "maps": { state in
            state.dialogs = [.analysis(AnalysisView(Samples.analysis, run: "slow slide"))]
            _ = state.press(.backTab)
        },
        "export": { state in _ = state.press(.character("X")) },
        "stop": { state in _ = state.press(.character("S")) },
        "begin": { state in
            _ = state.press(.character("b"))
            state.receive([
                .reply(
                    .cost(
                        .configuration(title: "current settings", state.train.tuning.edited(state.shared.run)),
                        "about 2.1 hours: 100 epochs of 47 steps of 1.6 s; 480 MiB beside the data, 3.1 GiB free; "
                            + "3030 training recordings"))
            ])
        },
        "hot": { state in
            state.data.show(Samples.hotRecording)
            _ = state.press(.character("1"), .character("V"))
            state.receive([
                .reply(
                    .checked(
                        DataSetCheck(
                            dataSet: "digits", recordings: 200, damaged: 2, missing: 1, misplaced: 0, extra: 0,
                            problems: ["a.bin: ends amid an event"])))
            ])
            _ = state.press(.character("w"))
        },
        "neurons": { state in
            var batch = ReportSubscription.Batch()
            for layer in ["feature.0", "feature.3"] {
                batch.metrics[.timeConstant.ofLayer(layer)] = (1...60).map {
                    MetricPoint(
                        series: .timeConstant.ofLayer(layer), optimizerStep: $0 * 5, value: 2 - Double($0) / 200)
                }
            }
            batch.metrics[.threshold.ofLayer("feature.0")] = (1...60).map {
                MetricPoint(
                    series: .threshold.ofLayer("feature.0"), optimizerStep: $0 * 5, value: 0.5 + Double($0) / 400)
            }
            state.receive([.reports(batch)])
            state.train.focus = .init("spikes")
            _ = state.press(.character("z"))
        },
        "study": { state in
            _ = state.press(.character("5"))
            state.receive([.reply(.board(Samples.board()))])
        },
        // A line an arm, and everything that is said of the protocol.
        "protocol": { state in
            _ = state.press(.character("5"))
            state.receive([.reply(.board(Samples.plainBoard))])
            _ = state.press(.character("a"), .tab, .tab)
        },
        "studies": { state in
            _ = state.press(.character("5"))
            state.receive([.reply(.studies(Samples.studies))])
        },
        "help": { state in _ = state.press(.character("?")) },
        "palette": { state in _ = state.press(.character(":"), .character("u"), .character("n")) },
    ]

    private static let cases: [(scene: String, width: Int, height: Int, charset: Charset)] = scenes.keys.sorted()
        .flatMap { scene in
            sizes.flatMap { size in Charset.allCases.map { (scene, size.0, size.1, $0) } }
        }

    @Test(arguments: cases)
    func screen(scene: String, width: Int, height: Int, charset: Charset) throws {
        let size = Size(width: Column(width), height: Row(height))
        var state = WorkbenchState.running(size: size)
        state.receive([.now(1_764_180_000), .screenShare(0.015)])
        let arrange = try #require(Self.scenes[scene])
        arrange(&state)
        let theme = try ThemeCatalogue(environment: [:]).theme(named: "dark")
        let canvas = state.drawn(charset: charset, theme: theme)
        #expect(canvas.cells.count == width * height)
        if charset == .ascii { #expect(canvas.cells.allSatisfy { $0.character?.isASCII ?? true }) }

        let found = canvas.plainText + "\n\n-- attributes --\n" + canvas.attributeLayer + "\n"
        let file = Self.folder.appendingPathComponent("\(scene)-\(width)x\(height)-\(charset.rawValue).txt")
        if ProcessInfo.processInfo.environment["SACCADE_RECORD"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try found.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(file.lastPathComponent): look at it, then run again without SACCADE_RECORD")
            return
        }
        guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
            Issue.record("\(file.lastPathComponent) is missing: record it with SACCADE_RECORD=1")
            return
        }
        if expected != found {
            Issue.record("\(file.lastPathComponent) differs:\n\(Self.difference(expected, found))")
        }
    }

    private static func difference(_ expected: String, _ found: String) -> String {
        let (left, right) = (
            expected.split(separator: "\n", omittingEmptySubsequences: false),
            found.split(separator: "\n", omittingEmptySubsequences: false)
        )
        return (0..<max(left.count, right.count)).compactMap { row in
            let (one, two) = (row < left.count ? left[row] : "", row < right.count ? right[row] : "")
            return one == two ? nil : "\(row + 1) expected: \(one)\n\(row + 1) found:    \(two)"
        }.prefix(12).joined(separator: "\n")
    }
}

extension WorkbenchState {
    static func empty(_ size: Size) -> WorkbenchState {
        var state = WorkbenchState(described: .shipped)
        state.receive([.size(size)])
        return state
    }
}
