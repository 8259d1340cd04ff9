import Messages
import Terminal
import Testing

@testable import Screens

@Suite("Spike table") struct SpikeTableTests {
    private func rows(_ names: [String], steps: Int, width: Int) -> [String] {
        let grid = SpikeGrid(
            optimizerStep: 1,
            layers: names.map {
                .init(
                    name: $0, rates: [Double](repeating: 0.1, count: steps), deadShare: 0.1, saturatedShare: 0)
            })
        var canvas = Canvas(size: Size(width: Column(width), height: 6))
        SpikeTable(grid, width: width).draw(&canvas, canvas.bounds, Look(theme: .builtIn), scroll: 0)
        return canvas.plainText.split(separator: "\n").map(String.init)
    }

    @Test("shortens a word that all names begin with, where that leaves room for the steps' numbers")
    func shortNames() {
        let narrow = rows(["feature.0", "feature.2", "feature.4"], steps: 6, width: 37)
        #expect(narrow[0].contains("1 2 3 4 5 6") && narrow[0].contains("dead%"))
        #expect(narrow[1].hasPrefix("f.0 ") && narrow[3].hasPrefix("f.4 "))
        let wide = rows(["feature.0", "feature.2", "feature.4"], steps: 6, width: 60)
        #expect(wide[0].contains("6") && wide[1].hasPrefix("feature.0 "))
        #expect(rows(["feature.0", "layer1.0"], steps: 6, width: 37)[1].hasPrefix("feature.0 "))
    }
}
