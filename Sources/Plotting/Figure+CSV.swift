extension Figure {
    /// Every number of the figure, a line each, with a heading:
    /// `panel,kind,series,x,y,text` where kind is `point`, `mark`, `cell` (x: column, y: row, text: value) or `interval` (x:
    /// value, y: row, text: its two ends).
    public var csv: String {
        var lines = ["panel,kind,series,x,y,text"]
        for panel in panels {
            let name = Self.field(panel.title)
            switch panel {
            case .plot(let plot):
                for series in plot.series {
                    let label = Self.field(series.name)
                    for point in series.points {
                        lines.append("\(name),point,\(label),\(Self.number(point.x)),\(Self.number(point.y)),")
                    }
                }
                for mark in plot.marks {
                    lines.append(
                        "\(name),mark,\(Self.field(mark.label)),\(Self.number(mark.x)),,\(Self.field(mark.text))")
                }
            case .intervals(let intervals):
                for (index, row) in intervals.rows.enumerated() {
                    let ends = [row.low, row.high].map { $0.map(Self.number) ?? "" }.joined(separator: " ")
                    lines.append("\(name),interval,\(Self.field(row.label)),\(Self.number(row.value)),\(index),\(ends)")
                }
            case .heatmap(let heatmap):
                for row in 0..<heatmap.rowCount {
                    let label = Self.field(row < heatmap.rowLabels.count ? heatmap.rowLabels[row] : "")
                    for column in 0..<heatmap.columnCount {
                        let value = heatmap.values[row * heatmap.columnCount + column]
                        lines.append("\(name),cell,\(label),\(column),\(row),\(Self.number(value))")
                    }
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// Quoted where a comma, a quote or the end of a line would be taken for something else (RFC 4180).
    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
