import Messages
import Plotting
import Terminal

@testable import Screens

extension WorkbenchState {
    /// What the screen says.
    func text() -> String {
        var canvas = Canvas(size: size)
        _ = draw(&canvas, theme: .builtIn)
        return canvas.plainText
    }
}

extension Samples {
    /// Every kind of panel that a report can hold.
    static var analysis: AnalysisReport {
        var report = AnalysisReport(analysis: "confusion", title: "Confusion matrix")
        report.findings = ["accuracy 82.1 % (79.0 to 84.9) of 900 test recordings"]
        report.notes = ["intervals: 95 %, Wilson's score"]
        let names = ["airplane", "anchor", "ant"]
        report.tables = [
            .init(
                name: "by-class", title: "Accuracy by class", columns: ["class", "recordings", "accuracy %"],
                rows: [["airplane", "30", "93.3"], ["anchor", "9", "44.4"], ["ant", "12", "75.0"]])
        ]
        let matrix = HeatmapPanel(
            title: "by answer", rowCount: 3, columnCount: 3, values: [0.9, 0.1, 0, 0.3, 0.4, 0.3, .nan, .nan, .nan],
            scale: .sequential(least: 0, greatest: 1), rowLabels: names, columnLabels: names)
        let events = HeatmapPanel(
            title: "events", rowCount: 4, columnCount: 4, values: (0..<16).map { Double($0) - 8 },
            scale: .diverging(limit: 8), hasSquareCells: true)
        let curve = PlotPanel(
            title: "along a", x: .init(title: "distance"), y: .init(title: "loss"),
            series: [
                .init(name: "a", points: (-4...4).map { .init(x: Double($0) / 4, y: Double($0 * $0)) }),
                .init(name: "b", points: (-4...4).map { .init(x: Double($0) / 4, y: Double($0 + 4)) }, style: .dots),
            ])
        let intervals = IntervalPanel(
            title: "accuracy %", x: .init(),
            rows: names.enumerated().map {
                .init(label: $1, value: 90 - 20 * Double($0), low: 80 - 20 * Double($0), high: 95 - 20 * Double($0))
            })
        report.pictures = [
            .init(name: "confusion", figure: Figure(title: "Confusion matrix", panels: [.heatmap(matrix)])),
            .init(
                name: "maps",
                figure: Figure(
                    title: "Maps", panels: [.heatmap(events), .plot(curve), .intervals(intervals), .heatmap(events)],
                    columnCount: 2)),
        ]
        return report
    }
}
