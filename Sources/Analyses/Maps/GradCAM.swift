import Data
import Messages
import Network
import Plotting
import Tensors

/// Where in the event frames the answer comes from (Selvaraju et al. 2017): a layer's maps, each weighed by the spatial mean of
/// the class's gradient, rectified; at every time step, through the surrogate gradients that training uses.
struct GradCAM: Analysis {
    let name = "grad-cam"
    let title = "Grad-CAM on event frames"
    let summary = "which places of the recording speak for its class, by time step"

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options)
        let samples = try subject.samples(subject.examples(split, options), split)
        let network = subject.network
        let trace = NetworkTrace(
            network: network, purpose: .attribution, streamCount: 1, batchSize: 1,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        var report = report()
        var panels: [Figure.Panel] = []
        var rows: [[String]] = []
        var layerName = ""
        for (number, sample) in samples.enumerated() {
            trace.fill([sample])
            network.forward(trace)
            let answer = Self.answer(trace)
            Self.ask(trace, class: sample.label)
            network.clearGradients()
            network.backward(trace)
            let layer = try Self.layer(options.layer, of: trace.layerMaps())
            layerName = layer.layer
            let maps = Self.maps(layer)
            let mean = maps.reduce([Double](repeating: 0, count: maps.first?.count ?? 0)) { zip($0, $1).map(+) }
            let width = layer.output.shape[3]
            func panel(_ map: [Double], _ title: String) -> Figure.Panel {
                let large = MapPanel.resized(map, width: width, to: subject.size)
                return .heatmap(
                    MapPanel.map(MapPanel.normalized(large), width: subject.size, title: title, greatest: 1))
            }
            let className = subject.classNames[sample.label]
            panels.append(
                .heatmap(
                    MapPanel.events(sample, size: subject.size, steps: subject.timeStepCount, title: className)))
            panels.append(panel(mean, "all steps"))
            for (step, map) in maps.enumerated() { panels.append(panel(map, "t = \(step + 1)")) }
            rows.append([
                sample.name, className, subject.classNames[answer], answer == sample.label ? "yes" : "no",
                Self.center(mean, width: width),
            ])
            try progress(number + 1, samples.count)
        }
        report.findings.append("maps of \(layerName) for \(samples.count) \(split.rawValue) recordings")
        report.notes.append(
            "for the recording's own class; weights are spatial means of the gradient of its output averaged over time, by "
                + "time step; each map goes from its least to its greatest value")
        report.tables = [
            .init(
                name: "answers", title: "Recordings",
                columns: ["recording", "class", "answer", "right", "center of the map"], rows: rows)
        ]
        let columns = subject.timeStepCount + 2
        report.pictures = [
            .init(
                name: "grad-cam",
                figure: Figure(
                    title: title, subtitle: "\(layerName), \(subject.title)", panels: panels, columnCount: columns),
                size: .init(width: Double(columns) * 130 + 20, height: Double(samples.count) * 150 + 60))
        ]
        return report
    }

    /// The class whose output, averaged over time, is greatest.
    private static func answer(_ trace: NetworkTrace) -> Int {
        let values = trace.eventLogits.meanOverTime().values
        return values.indices.max { values[$0] < values[$1] } ?? 0
    }

    /// Gradients of one class's output, averaged over time.
    static func ask(_ trace: NetworkTrace, class label: Int) {
        let shape = trace.eventLogits.shape
        guard let gradients = trace.logitGradients.last else { return }
        gradients.fill(0)
        for step in 0..<shape[0] {
            for sample in 0..<shape[1] {
                gradients[(step * shape[1] + sample) * shape[2] + label] = 1 / Float(shape[0])
            }
        }
    }

    /// - Throws: `AnalysisError` if there is no such layer, or none with an extent.
    private static func layer(_ name: String?, of maps: [LayerMaps]) throws(AnalysisError) -> LayerMaps {
        if let name {
            guard let found = maps.first(where: { $0.layer == name }) else {
                throw .unknownLayer(name, known: maps.map(\.layer))
            }
            return found
        }
        guard let last = maps.last(where: { $0.output.shape[2] > 1 || $0.output.shape[3] > 1 }) else {
            throw .impossible("no layer of the network has an extent in space: there is nothing to map")
        }
        return last
    }

    /// By time step, row by row, 0 or more.
    static func maps(_ layer: LayerMaps, sample: Int = 0) -> [[Double]] {
        guard let gradient = layer.gradient else { return [] }
        let shape = layer.output.shape
        let (pixels, channels) = (shape[2] * shape[3], shape[4])
        return (0..<shape[0]).map { group in
            let at = (group * shape[1] + sample) * pixels * channels
            let (values, slopes) = (layer.output.pointer + at, gradient.pointer + at)
            var weights = [Double](repeating: 0, count: channels)
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    weights[channel] += Double(slopes[pixel * channels + channel]) / Double(pixels)
                }
            }
            return (0..<pixels).map { pixel in
                let sum = weights.indices.reduce(0.0) { $0 + weights[$1] * Double(values[pixel * channels + $1]) }
                return max(0, sum)
            }
        }
    }

    /// Column and row, in shares of the image from the top left.
    private static func center(_ map: [Double], width: Int) -> String {
        let total = map.reduce(0, +)
        guard total > 0, width > 0 else { return "nothing speaks for it" }
        let x = map.indices.reduce(0.0) { $0 + map[$1] * (Double($1 % width) + 0.5) } / total / Double(width)
        let y =
            map.indices.reduce(0.0) { $0 + map[$1] * (Double($1 / width) + 0.5) } / total / Double(map.count / width)
        return "\(Format.number(x, places: 2)), \(Format.number(y, places: 2))"
    }
}
