import Configuration
import Messages
import Terminal
import Testing
import TestSupport
import Training

@testable import Screens

/// One color a quantity and one a run, wherever they are drawn.
@Suite struct ColorTests {
    @Test func aQuantityHasOneColorAndAPanelHasDifferentOnes() {
        let colors = EngineDescription.shipped.curveColors
        #expect(colors[.eventLoss] == colors[.eventAccuracy] && colors[.eventLoss] != nil)
        #expect(colors[.imageLoss] == colors[.imageAccuracy])
        #expect(colors[.validationLoss] == colors[.validationAccuracy])
        let loss: [MetricSeries] = [.totalLoss, .imageLoss, .eventLoss, .domainLoss, .validationLoss]
        #expect(Set(loss.map { colors[$0] }).count == loss.count)
        #expect(!colors.values.contains { !(0..<EngineDescription.curveColorCount).contains($0) })
    }

    @Test func screensAndFilesUseThem() throws {
        let state = WorkbenchState.running()
        let colors = EngineDescription.shipped.curveColors
        let names = ["event", "image", "val"]
        var seen: [String: Set<Int?>] = [:]
        for panel in state.train.plotPanels {
            let plot = state.train.plot(panel, Look(theme: .builtIn))
            let file = plot.panel(title: "").series
            for one in plot.series where names.contains(one.name) {
                seen[one.name, default: []].insert(one.color)
                for drawn in file where drawn.name == one.name { #expect(drawn.colorIndex == one.color) }
            }
        }
        #expect(seen["event"] == [colors[.eventLoss]] && seen["val"] == [colors[.validationLoss]])
    }

    @Test func aRunKeepsItsColor() {
        var colors = RunColors()
        colors.keep(["a", "b", "c"])
        #expect(["a", "b", "c"].map { colors[$0] } == [0, 1, 2])
        colors.keep(["c", "d", "b"])
        #expect(["b", "c", "d"].map { colors[$0] } == [1, 2, 0])
        colors.keep((0..<9).map { "r\($0)" })
        #expect(Set(colors.places.values).count == EngineDescription.curveColorCount)
    }

    @Test func comparedRunsHaveTheirColorInBothPlotsAndInFiles() throws {
        var state = WorkbenchState.answered()
        _ = state.press(.character("3"), .character(" "), .character(" "), .character("d"), .character("d"))
        state.receive(["r1", "r2"].map { .reply(.run(Samples.detail($0))) })
        let (first, second) = try #require(state.runs.compared)
        let look = Look(theme: .builtIn)
        let plots = [MetricSeries.totalLoss, .validationAccuracy].map { state.runs.plot([second, first], $0, look) }
        for plot in plots {
            #expect(plot.series.allSatisfy { !$0.isGhost } && Set(plot.series.map(\.color)).count == 2)
            for one in plot.series {
                let run = one.name.replacing("run-", with: "")
                #expect(one.color == state.runs.colors[run])
            }
        }
        #expect(plots[0].series.map(\.color) == plots[1].series.map(\.color))
    }
}
