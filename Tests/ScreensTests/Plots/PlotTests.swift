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
        let braille = DotColumns(curve(values), steps: 0...9_999, scale: scale, width: 30, height: 8).points
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
        let braille = DotColumns(curve(values), steps: 0...5, scale: scale, width: 11, height: 4).points
        // Between step 1 and step 4 nothing is drawn.
        for x in 6...15 { for y in 0..<16 { #expect(!braille.isSet(x: x, y: y)) } }
        #expect((0..<16).contains { braille.isSet(x: 2, y: $0) })
    }

    /// In two colors a digit tells them apart, on the curve as in the legend; what has a style of its own needs none.
    @Test func curvesThatLookAlikeHaveDigits() {
        func series(_ name: String, _ value: Double, _ style: Style, isReference: Bool = false) -> Plot.Series {
            .init(
                curve: curve([value, value]), name: name, style: style, isGhost: true, isReference: isReference)
        }
        let dim = Style(attributes: .dim)
        let plot = Plot(series: [
            series("first", 1, dim), series("second", 2, dim), series("third", 3, Style(attributes: .bold)),
            series("pinned", 4, dim, isReference: true),
        ])
        #expect(plot.tags == [0: "1", 1: "2"])
        var canvas = Canvas(size: Size(width: 60, height: 12))
        plot.draw(&canvas, canvas.bounds, Look(theme: .builtIn))
        let lines = canvas.plainText.split(separator: "\n").map(String.init)
        let legend = lines.first { $0.contains("first") } ?? ""
        #expect(legend.contains("1 first") && legend.contains("2 second") && legend.contains("◌ third"))
        // The greater value stands above, each in a column of its own.
        let rows = ["2", "1"].map { tag in
            lines.firstIndex { $0.dropFirst(Plot.labelWidth.value).contains(tag) && !$0.contains("first") } ?? -1
        }
        #expect(rows[0] >= 0 && rows[0] < rows[1])
    }

    @Test func nothingButGapsIsNoPlot() {
        let plot = Plot(series: [.init(curve: curve([.nan, .nan]), name: "x", style: .plain)])
        #expect(plot.valueBounds == nil)
        var canvas = Canvas(size: Size(width: 40, height: 10))
        plot.draw(&canvas, canvas.bounds, Look(theme: .builtIn))
        #expect(canvas.plainText.contains("no data yet"))
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

    @Test("a loss next to nothing leaves the axis to the others")
    func aLogarithmicAxisHasAFloor() {
        let plot = Plot(
            series: [
                .init(curve: curve((0..<400).map { 2.3 - Double($0) / 200 }), name: "all", style: .plain),
                .init(curve: curve((0..<400).map { $0 < 40 ? 0.5 : 7e-15 }), name: "domain", style: .plain),
            ], isLogarithmic: true)
        let scale = PlotScale(bounds: plot.valueBounds ?? 0...1, isLogarithmic: true)
        #expect(abs(scale.low - 2.3e-5) < 1e-9 && scale.high == 2.3)
        // It leaves the plot below: nothing is drawn of it from there on.
        let braille = DotColumns(plot.series[1].curve, steps: 0...399, scale: scale, width: 40, height: 10).points
        for x in 10..<braille.dotWidth { #expect((0..<braille.dotHeight).allSatisfy { !braille.isSet(x: x, y: $0) }) }
        #expect(plot.valueTicks(scale, height: 8).count >= 2)
    }

    @Test("smoothing ends in nothing, not in the least of numbers")
    func smoothingKeepsOutOfDenormals() {
        var smoother = Smoother(decay: 0.9)
        _ = smoother.add(step: 0, value: 7e-15)
        for step in 1...20_000 {
            let value = smoother.add(step: step, value: 0)
            #expect(value == 0 || value > 1e-39)
        }
        #expect(smoother.add(step: 20_001, value: 0) == 0)
    }

    private static let ranges: [(low: Double, high: Double, isLogarithmic: Bool)] = [
        (0, 1, false), (0.3, 0.31, false), (0.99991, 0.99994, false), (-3, 7000, false), (5, 5, false),
        (0.2, 0.45, true), (1e-5, 3, true), (7e-15, 2, true), (0.31, 0.32, true), (900, 1.2e6, true),
    ]

    @Test("every axis of values has two labels that differ, at every height", arguments: ranges, [2, 3, 5, 8, 13, 40])
    func valuesHaveTwoLabels(range: (low: Double, high: Double, isLogarithmic: Bool), height: Int) {
        let scale = PlotScale(bounds: range.low...range.high, isLogarithmic: range.isLogarithmic)
        let ticks = Plot(series: []).valueTicks(scale, height: height)
        #expect(ticks.count >= 2 && Set(ticks.map(\.row)).count == ticks.count)
        #expect(Set(ticks.map(\.text)).count == ticks.count, "\(ticks)")
    }

    @Test(
        "every axis of steps has two labels that differ, at every width",
        arguments: [0...1, 0...9, 0...408, 0...999, 300...310, 0...100_000, 100_000...100_010, 1_234_567...1_300_000],
        [14, 20, 29, 36, 57, 120])
    func stepsHaveTwoLabels(steps: ClosedRange<Int>, width: Int) {
        let plot = Plot(series: [], window: steps)
        let area = Rect(row: 0, column: 7, height: 5, width: Column(width))
        let ticks = plot.stepTicks(area, trailing: area.trailing)
        #expect(ticks.count >= 2 && Set(ticks.map(\.text)).count == ticks.count, "\(ticks)")
        for (one, next) in zip(ticks, ticks.dropFirst()) { #expect(one.column + one.text.columnCount < next.column) }
        #expect(ticks.allSatisfy { $0.column + $0.text.columnCount <= area.trailing })
    }

    @Test("many points a column are a line within what they reach; few are drawn one by one")
    func longRunsHaveAnEnvelope() throws {
        let noisy = curve((0..<10_000).map { $0 % 2 == 0 ? 0 : 10 })
        let scale = PlotScale(bounds: 0...10, isLogarithmic: false)
        let trace = Plot.trace(noisy, steps: 0...9_999, scale: scale, width: 30, height: 8)
        let envelope = try #require(trace.envelope)
        // The last point stands alone in its column.
        for x in 0..<envelope.dotWidth - 2 {
            #expect(envelope.isSet(x: x, y: 0) && envelope.isSet(x: x, y: envelope.dotHeight - 1))
            #expect((0..<envelope.dotHeight).count { trace.line.isSet(x: x, y: $0) } <= 4)
        }
        #expect(Plot.trace(noisy, steps: 0...99, scale: scale, width: 30, height: 8).envelope == nil)
    }

    @Test("the first curve is in front, and other runs behind all of them")
    func theLiveCurveIsInFront() {
        let styles = [Color.rgb(1, 1, 1), .rgb(2, 2, 2), .rgb(3, 3, 3)].map { Style(foreground: $0) }
        let same = curve((0..<50).map(Double.init))
        let plot = Plot(
            series: [
                .init(curve: same, name: "all", style: styles[0]), .init(curve: same, name: "domain", style: styles[1]),
                .init(curve: same, name: "other", style: styles[2], isGhost: true),
            ])
        var canvas = Canvas(size: Size(width: 40, height: 12))
        plot.drawCurves(&canvas, canvas.bounds, Look(theme: .builtIn), PlotScale(bounds: 0...49, isLogarithmic: false))
        let points = canvas.bounds.rows.flatMap { row in
            canvas.bounds.columns.map { Point(row: row, column: $0) }
        }
        let seen = Set(points.filter { canvas[$0].character != " " }.map { canvas[$0].style.foreground })
        #expect(seen == [styles[0].foreground])
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
