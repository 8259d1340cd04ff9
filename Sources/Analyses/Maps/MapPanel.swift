import Plotting

/// Frames and maps as panels of a figure.
enum MapPanel {
    /// ON minus OFF of a sample, mean over time: blue and orange as everywhere.
    static func events(_ sample: Sample, size: Int, steps: Int, title: String) -> HeatmapPanel {
        var values = [Double](repeating: 0, count: size * size)
        for step in 0..<steps {
            for pixel in values.indices {
                let at = (step * size * size + pixel) * 2
                values[pixel] += Double(sample.frames[at + 1] - sample.frames[at]) / Double(steps)
            }
        }
        let limit = values.reduce(0) { max($0, abs($1)) }
        return HeatmapPanel(
            title: title, rowCount: size, columnCount: size, values: values,
            scale: .diverging(limit: max(limit, 1e-6)), hasSquareCells: true, hasScale: false)
    }

    /// Values that are 0 or more.
    static func map(_ values: [Double], width: Int, title: String, greatest: Double? = nil) -> HeatmapPanel {
        HeatmapPanel(
            title: title, rowCount: values.count / max(1, width), columnCount: width, values: values,
            scale: .sequential(least: 0, greatest: max(greatest ?? values.max() ?? 0, 1e-6)), hasSquareCells: true,
            hasScale: false)
    }

    /// Bilinear, centers of pixels on centers of pixels.
    static func resized(_ values: [Double], width: Int, to size: Int) -> [Double] {
        let height = values.count / max(1, width)
        func place(_ position: Int, _ count: Int) -> (Int, Int, Double) {
            let at = min(max((Double(position) + 0.5) * Double(count) / Double(size) - 0.5, 0), Double(count - 1))
            let low = Int(at)
            return (low, min(low + 1, count - 1), at - Double(low))
        }
        return (0..<size * size).map { index in
            let (top, bottom, down) = place(index / size, height)
            let (left, right, across) = place(index % size, width)
            func row(_ y: Int) -> Double {
                values[y * width + left] * (1 - across) + values[y * width + right] * across
            }
            return row(top) * (1 - down) + row(bottom) * down
        }
    }

    /// From 0 to 1; all 0 where nothing differs.
    static func normalized(_ values: [Double]) -> [Double] {
        guard let least = values.min(), let greatest = values.max(), greatest > least else {
            return values.map { _ in 0 }
        }
        return values.map { ($0 - least) / (greatest - least) }
    }
}
