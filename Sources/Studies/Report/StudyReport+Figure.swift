import Configuration
import Plotting

extension StudyReport {
    /// Dots with their intervals, a panel a point of the axes, all over the same range.
    public var figure: Figure {
        let points = rows.map(\.point).reduce(into: [[KnobChange]]()) { if !$0.contains($1) { $0.append($1) } }
        let ends = rows.flatMap { row -> [Double] in
            let mean = row.test?.mean
            return [mean, row.interval?.low ?? row.test?.low, row.interval?.high ?? row.test?.high].compactMap { $0 }
        }.map { 100 * min(1, max(0, $0)) }
        let range = (ends.min() ?? 0)...(ends.max() ?? 100)
        let panels = points.map { point in
            let own = rows.filter { $0.point == point }
            return Figure.Panel.intervals(
                IntervalPanel(
                    title: own.first?.title ?? "", x: .init(title: "test accuracy, %", range: padded(range)),
                    rows: own.map { row in
                        func percent(_ share: Double?) -> Double? { share.map { 100 * min(1, max(0, $0)) } }
                        return IntervalPanel.Row(
                            label: row.arm, value: percent(row.test?.mean) ?? .nan,
                            low: percent(row.interval?.low ?? row.test?.low),
                            high: percent(row.interval?.high ?? row.test?.high), isReference: row.isReference)
                    }))
        }
        let seedText = "\(seeds.count) seed\(seeds.count == 1 ? "" : "s")"
        let cells = rows.flatMap(\.cells)
        let finished = cells.count { $0.state.result != nil }
        return Figure(
            title: study,
            subtitle: "mean over \(seedText), 95 % interval over seeds and test recordings; line: \(reference)"
                + (isComplete ? "" : "; \(finished) of \(cells.count) runs finished"),
            panels: panels, columnCount: min(2, max(1, panels.count)))
    }

    /// Every arm has room for its name.
    public var figureSize: Figure.Size {
        let panels = max(1, axes.isEmpty ? 1 : Set(rows.map(\.point)).count)
        let columns = min(2, panels)
        let height = Double(arms.count) * 22 + 70
        return Figure.Size(
            width: Double(columns) * 520 + 20, height: Double((panels + columns - 1) / columns) * height + 56)
    }

    private func padded(_ range: ClosedRange<Double>) -> ClosedRange<Double>? {
        let room = max(0.5, (range.upperBound - range.lowerBound) * 0.05)
        return max(0, range.lowerBound - room)...min(100, range.upperBound + room)
    }
}
