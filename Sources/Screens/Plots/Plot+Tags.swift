import Terminal

/// Curves that look the same, as in a theme of two colors, are told apart by a digit: on the curve and in the legend.
extension Plot {
    /// By place among the curves; curves whose style is theirs alone have none.
    var tags: [Int: String] {
        let drawn = series.indices.filter { !series[$0].curve.isEmpty && !series[$0].isReference }
        let uses = Dictionary(drawn.map { (series[$0].style, 1) }, uniquingKeysWith: +)
        let alike = drawn.filter { uses[series[$0].style] ?? 0 > 1 }
        return Dictionary(uniqueKeysWithValues: zip(alike, (1...9).map(String.init)))
    }

    /// Each in a column of its own near the end of its curve.
    func drawTags(_ canvas: inout Canvas, _ area: Rect, _ scale: PlotScale) {
        let shown = steps
        var taken: Set<Column> = []
        for (index, tag) in tags.sorted(by: { $0.key < $1.key }) {
            let one = series[index]
            let end = min(one.curve.steps.last ?? 0, shown.upperBound, one.isGhost ? Int.max : limit ?? Int.max)
            guard end >= shown.lowerBound else { continue }
            var column = min(area.trailing - 1, self.column(of: end, area))
            while taken.contains(column) || taken.contains(column + 1) || taken.contains(column - 1) { column -= 1 }
            guard column >= area.column, let value = value(of: one.curve, under: column, area, shown),
                let share = scale.share(value), (0...1).contains(share)
            else { continue }
            let row = area.height - 1 - Row(Int((share * Double(area.height.value - 1)).rounded()))
            canvas.put(tag, row: area.row + row, column: column, style: one.style)
            taken.insert(column)
        }
    }

    private func value(of curve: Curve, under column: Column, _ area: Rect, _ shown: ClosedRange<Int>) -> Double? {
        let share = Double((column - area.column).value) / Double(max(1, area.width.value - 1))
        return curve.value(at: shown.lowerBound + Int((share * Double(shown.count - 1)).rounded()))
    }
}
