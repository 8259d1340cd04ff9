import Plotting

/// Means of a figure of every layer at every time step, over passes through the network.
struct LayerStepMeans {
    private(set) var layers: [String] = []
    private var sums: [[Double]] = []
    private(set) var count = 0

    /// The figures of one pass: the same layers every time.
    mutating func add(_ figures: [(layer: String, values: [Double])]) {
        if layers.isEmpty {
            layers = figures.map(\.layer)
            sums = figures.map { $0.values.map { _ in 0 } }
        }
        for (layer, figure) in figures.enumerated() {
            for step in figure.values.indices { sums[layer][step] += figure.values[step] }
        }
        count += 1
    }

    /// By layer, by time step.
    var values: [[Double]] { sums.map { $0.map { $0 / Double(max(1, count)) } } }

    /// A row a layer: its name, its means and their mean.
    var rows: [[String]] {
        zip(layers, values).map { layer, means in
            [layer] + (means + [Self.mean(means)]).map { Format.number($0, places: 4) }
        }
    }

    func columns(_ steps: Int) -> [String] { ["layer"] + (1...steps).map { "t = \($0)" } + ["mean"] }

    /// Layers down, time steps across.
    func heatmap(title: String, steps: Int, greatest: Double) -> HeatmapPanel {
        HeatmapPanel(
            title: title, rowCount: layers.count, columnCount: steps, values: values.flatMap { $0 },
            scale: .sequential(least: 0, greatest: greatest), rowLabels: layers,
            columnLabels: (1...steps).map(String.init), xTitle: "time step", yTitle: "layer")
    }

    static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}
