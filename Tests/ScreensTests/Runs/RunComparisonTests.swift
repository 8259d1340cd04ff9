import Configuration
import Foundation
import Messages
import Terminal
import Testing
import Training

@testable import Screens

/// Many runs beside each other.
@Suite struct RunComparisonTests {
    private func names(_ state: WorkbenchState) -> [String] {
        state.runs.table.lines.compactMap { if case .run(let row) = $0 { row.run.summary.id } else { nil } }
    }

    @Test(arguments: [(120, 36), (200, 60), (80, 24), (60, 18)])
    func markedRunsAreATable(width: Int, height: Int) {
        var state = WorkbenchState.comparing(size: Size(width: Column(width), height: Row(height)))
        #expect(state.context == .runTable)
        let text = state.drawn().plainText
        for word in ["Compare 6 runs", "test %", "val %", "exponent-5-seed-3", "64.5"] { #expect(text.contains(word)) }
        if width >= 80 { for word in ["exponent ", "seed ", "steps"] { #expect(text.contains(word)) } }
        #expect(!text.contains("batch size"), "what does not differ is no column")
        // What has no room is reached.
        for _ in 0..<8 where !state.drawn().plainText.contains("tested step") { _ = state.press(.right) }
        #expect(state.drawn().plainText.contains("tested step"))
    }

    @Test func groupsTellMeanAndInterval() {
        var state = WorkbenchState.comparing(pinned: "a1")
        var seen: [String] = []
        for _ in 0..<4 {
            _ = state.press(.character("b"))
            seen.append(state.runs.table.grouping.key)
        }
        #expect(seen == ["settings", "sliding.exponent", "training.seed", "none"])
        _ = state.press(.character("b"))
        let lines = state.drawn().plainText.split(separator: "\n")
        // 61, 60 and 62: s = 1, t = 4.303; seed by seed 3, 3.5 and 2.5 points better.
        #expect(lines.contains { $0.contains("n 3  exponent 3") && $0.contains("61.0 ±2.5") })
        #expect(
            lines.contains { $0.contains("n 3  exponent 5") && $0.contains("64.0 ±1.2") && $0.contains("+3.0 ±1.2") })
        #expect(lines.contains { $0.contains("±: half the 95 % interval (Student's t)") })
        #expect(lines.contains { $0.contains("vs ★ exponent-3-seed-1") })
    }

    @Test func anyColumnSortsBothWays() {
        var state = WorkbenchState.comparing()
        var keys: [String] = []
        for _ in state.runs.table.columns {
            _ = state.press(.character("o"))
            let key = state.runs.table.sort?.key ?? ""
            keys.append(key)
            let title = state.runs.table.sort?.title(.shipped) ?? ""
            #expect(state.drawn().plainText.contains("sorted by \(title) "))
            let before = names(state)
            _ = state.press(.character("O"))
            #expect(key == "steps" || key == "tested_step" || names(state) != before, "\(key)")
            _ = state.press(.character("O"))
        }
        #expect(keys == state.runs.table.columns.map(\.key))
        _ = state.press(.character("o"))
        #expect(state.runs.table.sort == nil && names(state) == state.runs.marked)
    }

    @Test func theBestIsFirst() {
        var state = WorkbenchState.comparing()
        _ = state.press(.character("o"), .character("o"))
        #expect(names(state) == ["b3", "b1", "b2", "a3", "a1", "a2"])
        #expect(state.drawn().plainText.contains("sorted by test % ▼"))
        _ = state.press(.character("O"))
        #expect(names(state).first == "a2" && state.drawn().plainText.contains("sorted by test % ▲"))
    }

    @Test func aPressOnAHeadSorts() throws {
        var state = WorkbenchState.comparing()
        let lines = state.drawn().plainText.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.lastIndex { $0.contains("val %") })
        let place = try #require(lines[row].range(of: "exponent "))
        let column = String(lines[row][..<place.lowerBound]).columnCount
        _ = state.press(.mouse(MouseEvent(kind: .press, point: Point(row: Row(row), column: column))))
        #expect(state.runs.table.layout.sort == "sliding.exponent" && !state.runs.table.layout.isReversed)
        _ = state.press(.mouse(MouseEvent(kind: .press, point: Point(row: Row(row), column: column))))
        #expect(state.runs.table.layout.isReversed)
    }

    @Test func columnsAreChosenAndKept() throws {
        var state = WorkbenchState.comparing()
        #expect(!state.drawn().plainText.contains("loss  "))
        _ = state.press(.character("c"))
        _ = state.type("training loss")
        let effects = state.press(.enter)
        #expect(state.runs.table.layout.columns == ["loss": true])
        guard case .savedLayout(let layout)? = effects.last else {
            Issue.record("expected a layout")
            return
        }
        // The list stays, and takes back what it did.
        guard case .chooser(let chooser)? = state.dialogs.last else {
            Issue.record("expected the list of columns")
            return
        }
        #expect(chooser.chosen?.title == "● loss")
        _ = state.press(.enter)
        #expect(state.runs.table.layout.columns.isEmpty)
        _ = state.press(.escape)
        #expect(state.runs.showsTable)
        let kept = try JSONDecoder().decode(WorkbenchLayout.self, from: JSONEncoder().encode(layout))
        #expect(WorkbenchState(layout: kept, described: .shipped).runs.table.layout.columns == ["loss": true])
    }

    @Test func theLastTwoAreSideBySide() {
        var state = WorkbenchState.comparing()
        _ = state.press(.character("d"))
        #expect(state.runs.showsPair && state.runs.comparedRuns == Array(state.runs.marked.suffix(2)))
        #expect(state.drawn().plainText.contains("same: "))
        _ = state.press(.character("d"))
        #expect(state.runs.showsTable && state.context == .runTable)
        _ = state.press(.escape)
        #expect(!state.runs.isComparing && state.context == .runList)
    }

    @Test func aRunIsOpenedPinnedAndTakenOut() {
        var state = WorkbenchState.comparing()
        let (first, second) = (names(state)[0], names(state)[1])
        _ = state.press(.character("p"))
        #expect(state.shared.pinned == first && state.drawn().plainText.contains("Δ test"))
        _ = state.press(.character(" "))
        #expect(names(state).count == 5 && !state.runs.marked.contains(first))
        #expect(state.press(.enter).contains(.ask(.run(second))))
        #expect(!state.runs.isComparing && state.runs.opened == second)
        #expect(state.runs.chosen(state.shared)?.id == second)
    }

    @Test func ofManyMarksTheLastAreDrawn() {
        var state = WorkbenchState.answered()
        state.receive([.reply(.runs((0..<70).map { Samples.run("m\($0)", "m\($0)", created: Double($0)) }))])
        let effects = state.press(.character("3"), .character("A"))
        #expect(state.runs.marked.count == RunsState.markLimit && state.runs.drawnMarks.count == 6)
        #expect(effects.contains(.ask(.curves(runs: state.runs.drawnMarks, series: state.train.ghostSeries))))
        #expect(Set(state.runs.drawnMarks.map { state.runs.colors[$0] }).count == 6)
        _ = state.press(.character("A"), .character("A"))
        #expect(state.runs.marked.count == RunsState.markLimit)
    }

    @Test func whatGoesOnIsReadAgain() {
        var state = WorkbenchState.comparing()
        let effects = state.update(.historyChanged)
        #expect(effects.contains(.ask(.outcomes(runs: state.runs.marked))))
        // Fewer than two are no comparison.
        state.receive([.reply(.runs([Samples.compared[0].summary]))])
        #expect(!state.runs.isComparing && state.runs.focus == .runs)
    }

    @Test func theTableIsAFile() {
        let table = RunTable(Samples.compared, reference: nil, described: .shipped)
        let lines = WorkbenchState.csv(table).split(separator: "\n")
        #expect(lines.count == 7 && lines[0].hasPrefix("id,name,test,validation,sliding.exponent"))
        #expect(lines[1].hasPrefix("a1,exponent-3-seed-1,0.61,"))
    }
}
