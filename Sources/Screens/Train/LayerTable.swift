import Configuration
import Foundation
import Messages
import OrderedCollections
import Terminal

/// Figures that there are one a layer of, a line a layer: what each series was over the run, and is.
struct LayerTable {
    /// By layer; the series in the order in which they are declared.
    private let layers: OrderedDictionary<String, [(symbol: String, curve: Curve)]>

    init(_ history: MetricHistory, _ series: [SeriesDescription]) {
        var layers: OrderedDictionary<String, [(symbol: String, curve: Curve)]> = [:]
        for description in series where description.scope == .layer {
            for curve in history.series {
                guard let layer = description.part(of: curve) else { continue }
                layers[layer, default: []].append((description.shortTitle, history.raw(curve)))
            }
        }
        layers.sort { $0.key.localizedStandardCompare($1.key) == .orderedAscending }
        self.layers = layers
    }

    /// A line a layer.
    var rowCount: Int { layers.count }

    func draw(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, scroll: Int) {
        guard !layers.isEmpty, rect.height > 0 else { return }
        let names = SpikeTable.abbreviated(Array(layers.keys))
        let nameWidth = min(10, names.map(\.count).max() ?? 0)
        let columns = max(1, layers.values.map(\.count).max() ?? 1)
        // Of every curve: a blank, its symbol, a blank, bars, a blank, six for the figure.
        let barWidth = min(40, (rect.width.value - nameWidth) / columns - 10)
        let first = max(0, min(scroll, layers.count - rect.height.value))
        let rows = zip(names, layers.values).dropFirst(first).prefix(rect.height.value)
        for (offset, (name, curves)) in rows.enumerated() {
            let texts = curves.map { symbol, curve in
                let bars = barWidth > 0 ? Figures.left(Self.bars(curve, width: barWidth), barWidth) + " " : ""
                return " \(symbol) " + bars + Figures.right(Figures.text(curve.lastFinite), 6)
            }
            canvas.put(
                Figures.left(name, nameWidth) + texts.joined(), row: rect.row + offset, column: rect.column,
                style: look[.text], width: rect.width)
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
