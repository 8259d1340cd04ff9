import Foundation
import Plotting

/// Points in the plane, colored by class or by stream.
struct ScatterPanels {
    let classNames: [String]
    let labels: [Int]
    let streams: [FeatureStream]

    func byClass(_ points: [(x: Double, y: Double)], _ title: String) -> Figure.Panel {
        let present = Set(labels).sorted()
        return panel(
            title,
            present.enumerated().map { index, label in
                series(
                    classNames[label], points, color: Self.hue(Double(index) / Double(present.count), index)
                ) { labels[$0] == label }
            })
    }

    func byStream(_ points: [(x: Double, y: Double)], _ title: String) -> Figure.Panel {
        var all = [series("events", points, index: 0) { streams[$0] == .events }]
        if streams.contains(.images) { all.append(series("images", points, index: 1) { streams[$0] == .images }) }
        return panel(title, all)
    }

    private func panel(_ title: String, _ series: [PlotPanel.Series]) -> Figure.Panel {
        .plot(PlotPanel(title: title, x: .init(), y: .init(), series: series))
    }

    private func series(
        _ name: String, _ points: [(x: Double, y: Double)], color: FigureColor? = nil, index: Int? = nil,
        where isWanted: (Int) -> Bool
    ) -> PlotPanel.Series {
        .init(
            name: name,
            points: points.indices.filter(isWanted).map { .init(x: points[$0].x, y: points[$0].y) }
                .sorted { $0.x < $1.x },
            style: .dots, color: color, colorIndex: index)
    }

    /// Colors around the circle, every second one darker, so that neighbors differ.
    private static func hue(_ turn: Double, _ index: Int) -> FigureColor {
        let light = index.isMultiple(of: 2) ? 0.85 : 0.6
        func channel(_ shift: Double) -> Double {
            let wave = 0.5 + 0.5 * cos(2 * Double.pi * (turn - shift))
            return light * (0.15 + 0.85 * wave)
        }
        return FigureColor(red: channel(0), green: channel(1 / 3), blue: channel(2 / 3))
    }
}
