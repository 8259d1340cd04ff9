import Messages
import Terminal

/// What neurons have learned of themselves, layer by layer: time constants and thresholds over the run.
struct NeuronTable {
    private struct Line {
        var title: String
        var curve: Curve
    }

    private let lines: [Line]

    init(_ history: MetricHistory) {
        lines = history.ofNeurons.map { Line(title: $0.title, curve: history.raw($0)) }
    }

    /// A line a layer.
    var rowCount: Int { lines.count }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, scroll: Int) {
        guard !lines.isEmpty, rect.height > 0 else { return }
        let nameWidth = min(14, lines.map(\.title.count).max() ?? 0)
        let barWidth = min(40, rect.width.value - nameWidth - 9)
        let first = max(0, min(scroll, lines.count - rect.height.value))
        for (offset, line) in lines.dropFirst(first).prefix(rect.height.value).enumerated() {
            let bars = barWidth > 0 ? Self.bars(line.curve, width: barWidth) : ""
            let last = Figures.right(Figures.text(line.curve.lastFinite), 7)
            canvas.put(
                Figures.left(line.title, nameWidth) + " " + Figures.left(bars, max(0, barWidth)) + " " + last,
                row: rect.row + offset, column: rect.column, style: look[.text], width: rect.width)
        }
    }

    /// From the lowest of its values to the highest.
    private static func bars(_ curve: Curve, width: Int) -> String {
        let summary = curve.summary(indices: 0..<curve.count)
        guard !summary.isEmpty else { return "" }
        let count = min(width, curve.count)
        let shown = (0..<count).map { curve.values[(curve.count - 1) * ($0 + 1) / count] }
        return Sparkline.text(shown, range: summary.least...max(summary.greatest, summary.least + 1e-6))
    }
}
