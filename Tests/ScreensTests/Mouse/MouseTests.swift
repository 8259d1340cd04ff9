import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

@Suite struct MouseTests {
    private func find(_ text: String, in state: WorkbenchState) throws -> Point {
        let lines = state.drawn().plainText.split(separator: "\n", omittingEmptySubsequences: false)
        for (row, line) in lines.enumerated() {
            if let range = line.range(of: text) {
                return Point(row: Row(row), column: String(line[..<range.lowerBound]).columnCount)
            }
        }
        throw MissingText(text: text)
    }

    private struct MissingText: Error { var text: String }

    private func mouse(_ kind: MouseEvent.Kind, _ point: Point) -> KeyPress {
        .mouse(MouseEvent(kind: kind, point: point))
    }

    @Test func aPressFocusesAPanelAndATab() throws {
        var state = WorkbenchState.running()
        _ = state.press(mouse(.press, try find("Accuracy %", in: state)))
        #expect(state.train.focus == .init("accuracy"))
        _ = state.press(mouse(.press, try find("3 Runs", in: state)))
        #expect(state.screen == .runs)
    }

    @Test func aDragMovesASlider() throws {
        var state = WorkbenchState.running()
        let row = try find("λ domain", in: state).row
        let start = Point(row: row, column: try find("◂━━●", in: state).column + 1)
        _ = state.press(mouse(.press, start), mouse(.drag, Point(row: row + 5, column: start.column + 7)))
        #expect(state.train.tuning.staged["loss.domain_coefficient"] == .number(10))
        _ = state.press(mouse(.drag, Point(row: row, column: start.column)), mouse(.release, start))
        #expect(state.train.tuning.staged["loss.domain_coefficient"] == .number(0))
        // After the release a drag holds nothing.
        _ = state.press(mouse(.drag, Point(row: row, column: start.column + 7)))
        #expect(state.train.tuning.staged["loss.domain_coefficient"] == .number(0))
    }

    @Test(arguments: EngineDescription.shipped.knobs.map(\.key))
    func everySliderIsRoundAndWithinItsRange(key: String) throws {
        let knob = try EngineDescription.shipped.knob(key)
        guard case .number(let range, _, _) = knob.kind else { return }
        for share in [0, 0.1, 0.37, 0.5, 0.99, 1] {
            guard let value = KnobSlider.value(at: share, knob), let number = value.asNumber else { continue }
            #expect(range.contains(number))
            #expect(try knob.parse(value.description) == value)
        }
        #expect(KnobSlider.value(at: 0, knob)?.asNumber == range.lowerBound)
        #expect(KnobSlider.value(at: 1, knob)?.asNumber == range.upperBound)
    }

    @Test func aPressOnAPlotReadsIt() throws {
        var state = WorkbenchState.running()
        let title = try find("Loss", in: state)
        _ = state.press(mouse(.press, Point(row: title.row + 3, column: title.column + 20)))
        let step = try #require(state.train.view.crosshair)
        #expect((100...250).contains(step))
        _ = state.press(mouse(.wheelUp, Point(row: title.row + 3, column: title.column + 20)))
        #expect(!state.train.view.isWhole)
    }

    @Test func theCurveIsBentByDragging() throws {
        var state = WorkbenchState.running()
        let title = try find("Sliding curve", in: state)
        let place = Point(row: title.row + 2, column: title.column + 26)
        _ = state.press(mouse(.press, place), mouse(.drag, Point(row: title.row + 1, column: title.column + 26)))
        let text = try #require(state.train.tuning.staged["sliding.curve"]).description
        let handles = try #require(SlidingCurve.handles(fromText: text))
        // As high as the next one, and no higher.
        let index = try #require(
            handles.indices.min { abs(handles[$0].progress - 0.69) < abs(handles[$1].progress - 0.69) })
        #expect(handles[index].probability == handles[index + 1].probability)
    }

    @Test func aPressOnARunOpensItAndOnAHeadSorts() throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"))
        #expect(state.press(mouse(.press, try find("slide-base", in: state))).contains(.ask(.run("r1"))))
        _ = state.press(mouse(.press, try find("loss", in: state)))
        #expect(state.runs.order == .loss && !state.runs.isReversed)
        _ = state.press(mouse(.press, try find("  loss", in: state)))
        #expect(state.runs.isReversed)
    }

    @Test func aPressOnTheEventsReadsAPixelAndOnTheRatesScrubs() throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("1"))
        let events = try find("Events", in: state)
        _ = state.press(mouse(.press, Point(row: events.row + 8, column: events.column + 18)))
        #expect(state.data.pixel != nil)
        let rates = try find("Event rate", in: state)
        _ = state.press(mouse(.press, Point(row: rates.row + 2, column: rates.column + 40)))
        #expect(state.data.playhead > 50_000)
    }

    @Test func aQuestionIsNotAnsweredByOnePress() throws {
        var state = WorkbenchState.running()
        _ = state.press(.character("S"))
        let button = try find("Stop with a checkpoint", in: state)
        #expect(state.press(mouse(.press, button)).isEmpty)
        #expect(state.dialogs.count == 1)
        #expect(state.press(mouse(.press, button)) == [.send(.stop)])
    }

    @Test func theFooterIsPressed() throws {
        var state = WorkbenchState.running()
        _ = state.press(mouse(.press, try find("? help", in: state)))
        #expect(state.dialogs == [.help(scroll: 0)])
        _ = state.press(mouse(.wheelDown, Point(row: 10, column: 50)))
        #expect(state.dialogs == [.help(scroll: 1)])
    }
}
