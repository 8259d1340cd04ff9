import Configuration
import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct PlotTests {
    private func curve(_ values: [Double]) -> Curve {
        var curve = Curve()
        for (step, value) in values.enumerated() { curve.append(step: step, value: value) }
        return curve
    }

    @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 4095, 9_999])
    func aSpikeNeverDisappears(place: Int) {
        var values = [Double](repeating: 1, count: 10_000)
        values[place] = 100
        let scale = PlotScale(bounds: 0...100, isLogarithmic: false)
        let braille = Plot.raster(curve(values), steps: 0...9_999, scale: scale, width: 30, height: 8)
        #expect((0..<braille.dotWidth).contains { braille.isSet(x: $0, y: 0) })
        #expect(braille.isSet(x: 30, y: braille.dotHeight - 1))
    }

    @Test(arguments: [0..<1, 0..<16, 3..<300, 16..<512, 255..<4097, 0..<5000, 4999..<5000])
    func thePyramidSaysWhatThePointsSay(range: Range<Int>) {
        let values = (0..<5000).map { $0 % 97 == 13 ? Double.nan : Double($0 * 7919 % 1009) }
        let summary = curve(values).summary(indices: range)
        let finite = values[range].filter(\.isFinite)
        #expect(summary.first == finite.first)
        #expect(summary.least == finite.min())
        #expect(summary.greatest == finite.max())
        #expect(summary.hasGap == (finite.count < range.count))
        if values[range.upperBound - 1].isFinite {
            #expect(summary.last == finite.last)
        } else {
            #expect(summary.last == nil)
        }
    }

    @Test func notANumberIsAGapAndNoBound() {
        let values = [1.0, 2, .nan, .infinity, 3, 4]
        let plot = Plot(series: [.init(curve: curve(values), name: "", style: .plain)])
        #expect(plot.valueBounds == 1...4)
        let scale = PlotScale(bounds: 1...4, isLogarithmic: false)
        let braille = Plot.raster(curve(values), steps: 0...5, scale: scale, width: 11, height: 4)
        // Between step 1 and step 4 nothing is drawn.
        for x in 6...15 { for y in 0..<16 { #expect(!braille.isSet(x: x, y: y)) } }
        #expect((0..<16).contains { braille.isSet(x: 2, y: $0) })
    }

    @Test func nothingButGapsIsNoPlot() {
        let plot = Plot(series: [.init(curve: curve([.nan, .nan]), name: "x", style: .plain)])
        #expect(plot.valueBounds == nil)
        var canvas = Canvas(size: Size(width: 40, height: 10))
        plot.draw(&canvas, canvas.bounds, Look(theme: .builtIn))
        #expect(canvas.plainText.contains("nothing yet"))
    }

    @Test func aLogarithmicAxisLeavesOutWhatIsNotPositive() {
        let plot = Plot(series: [.init(curve: curve([0, -1, 0.01, 10]), name: "", style: .plain)], isLogarithmic: true)
        #expect(plot.valueBounds == 0.01...10)
    }

    @Test(arguments: [(0.0, 1.0), (0, 97), (-3, 5), (0.001, 0.0042), (1e-9, 2e-9), (5, 5)])
    func ticksAreRound(low: Double, high: Double) {
        let ticks = PlotScale(bounds: low...high, isLogarithmic: false).ticks(about: 5)
        #expect((2...12).contains(ticks.count))
        for (one, next) in zip(ticks, ticks.dropFirst()) {
            var step = next - one
            while step < 0.9 { step *= 10 }
            while step > 9.9 { step /= 10 }
            #expect([1, 2, 5].contains { abs(step - $0) < 1e-3 * $0 })
        }
    }

    @Test func everyMarkIsOnEveryPlot() {
        let state = WorkbenchState.running()
        for panel in state.train.plotPanels {
            #expect(
                state.train.plot(panel, Look(theme: .builtIn)).marks == [
                    PlotMark(step: 100, label: "ⓐ", text: "exponent 3→4")
                ])
        }
        // Four plots, the sliding curve, two notes below plots, and the list of edits.
        let text = state.drawn().plainText
        #expect(text.filter { $0 == "ⓐ" }.count == 8)
    }

    @Test func aRunThatWentBackForgetsWhatCameAfter() {
        var curve = curve((0..<100).map(Double.init))
        curve.append(step: 50, value: -1)
        #expect(curve.count == 51)
        #expect(curve.summary(indices: 0..<51).greatest == 49)
    }

    @Test func smoothingStartsUnbiasedAndForgetsByTime() {
        var smoother = Smoother(decay: 0.9)
        #expect(abs(smoother.add(step: 0, value: 5) - 5) < 1e-12)
        #expect(abs(smoother.add(step: 1, value: 5) - 5) < 1e-12)
        #expect(smoother.add(step: 2, value: .nan).isNaN)
        let near = smoother.add(step: 3, value: 10)
        #expect(near > 5 && near < 8)
        #expect(abs(smoother.add(step: 1000, value: 1) - 1) < 1e-6)
    }

    @Test func smoothedCurvesFollowTheChoice() {
        var history = MetricHistory(
            (0..<50).map { MetricPoint(series: .totalLoss, optimizerStep: $0, value: Double($0 % 2)) })
        #expect(history.curve(.totalLoss).values.suffix(2) == [0, 1])
        history.set(smoothing: .strong)
        #expect(abs(history.curve(.totalLoss).values[49] - 0.5) < 0.05)
        history.append(MetricPoint(series: .totalLoss, optimizerStep: 50, value: 0))
        #expect(history.curve(.totalLoss).count == 51)
    }
}
