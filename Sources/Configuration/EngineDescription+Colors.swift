/// Which of the colors of curves a quantity has.
extension EngineDescription {
    /// As many as every theme and every palette of a file has.
    public static let curveColorCount = 6

    /// The place of every series among the colors of curves, the same on every plot and in every file: what has the same
    /// name in a legend has the same color, so that "event" is one for losses and accuracies. Curves of one panel differ
    /// as long as there are colors. Layers and time steps of a series are not in it: they take the colors in turn.
    public var curveColors: [MetricSeries: Int] {
        var colors: [String: Int] = [:]
        var uses = [Int](repeating: 0, count: Self.curveColorCount)
        let described = series.filter { !$0.scope.hasParts }
        for one in described where colors[one.shortTitle] == nil {
            // Wherever a curve of this name is drawn, it is beside these.
            let panels = Set(described.filter { $0.shortTitle == one.shortTitle }.compactMap(\.panel))
            let neighbors = described.filter { $0.panel.map(panels.contains) ?? false }
            let taken = Set(neighbors.compactMap { colors[$0.shortTitle] })
            let best = uses.indices.min {
                (taken.contains($0) ? 1 : 0, uses[$0], $0) < (taken.contains($1) ? 1 : 0, uses[$1], $1)
            }
            colors[one.shortTitle] = best ?? 0
            uses[best ?? 0] += 1
        }
        return Dictionary(described.map { ($0.series, colors[$0.shortTitle] ?? 0) }) { first, _ in first }
    }
}
