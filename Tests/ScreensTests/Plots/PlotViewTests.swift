import Messages
import Terminal
import Testing

@testable import Screens

@Suite struct PlotViewTests {
    @Test func zoomingShowsTheEndAndFollows() {
        var view = PlotView()
        view.zoom(in: true, last: 1000)
        #expect(view.window(last: 1000) == 500...1000)
        #expect(view.window(last: 1200) == 700...1200)
        view.pan(by: -6, last: 1200)
        let window = view.window(last: 1200)
        #expect(window == view.window(last: 5000))
        #expect(!view.isFollowing)
        view.follow()
        #expect(view.window(last: 5000) == 4500...5000)
        view.zoom(in: false, last: 5000)
        for _ in 0..<5 { view.zoom(in: false, last: 5000) }
        #expect(view.isWhole)
    }

    @Test func zoomingAboutTheCrosshairKeepsItsPlace() {
        var view = PlotView()
        view.crosshair = 250
        view.zoom(in: true, last: 1000)
        let window = view.window(last: 1000) ?? 0...0
        #expect(abs(Double(250 - window.lowerBound) / 500 - 0.25) < 0.01)
    }

    @Test func theCrosshairStaysInTheRunAndInSight() {
        var view = PlotView()
        view.zoom(in: true, last: 1000)
        view.toggleCrosshair(last: 1000)
        for count in [-3, -10, -1000, Int.min, 5, 10_000, Int.max, -7] {
            view.moveCrosshair(by: count, last: 1000)
            let step = view.crosshair ?? -1
            #expect((0...1000).contains(step))
            #expect(view.window(last: 1000)?.contains(step) == true)
        }
    }

    @Test func theLegendReadsEveryCurveAtTheCrosshair() {
        var state = WorkbenchState.running()
        state.train.wantedGhosts = ["r1"]
        state.receive([.reply(.curves([Samples.curves("r1")]))])
        _ = state.press(.tab, .tab, .character("z"), .character("x"))
        state.train.view.crosshair = 100
        let legend = state.drawn().plainText.split(separator: "\n").first { $0.contains("▏100") } ?? ""
        for name in ["all", "event", "run-r1"] { #expect(legend.contains(name)) }
        #expect(legend.contains(Figures.text(4 / (1 + 100.0 / 40))))
    }

    @Test func anEditIsNotedWithTheSlopesBeforeAndAfter() throws {
        var curve = Curve()
        for step in 0..<200 {
            let value = step < 100 ? 3 - Double(step) * 0.02 : 1 - Double(step - 100) * 0.005
            curve.append(step: step, value: value)
        }
        let mark = PlotMark(step: 100, label: "ⓐ", text: "exponent 3→4")
        let plot = Plot(series: [.init(curve: curve, name: "all", style: .plain)], marks: [mark])
        let slopes = try #require(plot.slopes(about: mark))
        #expect(abs((slopes.before ?? 0) + 0.02) < 1e-9)
        #expect(abs((slopes.after ?? 0) + 0.005) < 1e-9)
        var canvas = Canvas(size: Size(width: 80, height: 14))
        plot.draw(&canvas, canvas.bounds, Look(theme: .builtIn))
        #expect(canvas.plainText.contains("ⓐ 100 exponent 3→4  all -2 → -0.5 per 100"))
    }

    @Test func slopesLeaveOutWhatIsNoNumber() {
        var curve = Curve()
        for step in 0..<50 { curve.append(step: step, value: step % 5 == 0 ? .nan : Double(step)) }
        #expect(abs((curve.slope(of: 0..<50) ?? 0) - 1) < 1e-9)
        #expect(curve.slope(of: 0..<3) == nil)
        #expect(curve.slope(of: 70..<90) == nil)
    }

    @Test func aForksCurveBeginsAtTheFork() {
        let ghost = RunGhost(Samples.curves("r2", from: 120), smoothing: .off)
        #expect(ghost.history.raw(.totalLoss).steps.first == 120)
    }
}
