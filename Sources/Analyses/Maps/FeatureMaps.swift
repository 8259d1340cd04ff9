import Data
import Messages
import Network
import Plotting

/// What the channels of each layer answer to a recording.
struct FeatureMaps: Analysis {
    let name = "feature-maps"
    let title = "Feature maps"
    let summary = "spikes of each layer's busiest channels, mean over time, for some recordings"

    private static let channels = 8

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options)
        let samples = try subject.samples(subject.examples(split, options), split)
        let trace = NetworkTrace(
            network: subject.network, purpose: .inspection, streamCount: 1, batchSize: 1,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        var report = report()
        report.notes.append(
            "mean of spikes over time; of each layer the \(Self.channels) channels with the most spikes, each layer on its own "
                + "scale")
        for (number, sample) in samples.enumerated() {
            trace.fill([sample])
            subject.network.forward(trace)
            let maps = trace.layerMaps().filter { options.layer == nil || $0.layer == options.layer }
            guard !maps.isEmpty else {
                throw AnalysisError.unknownLayer(
                    options.layer ?? "", known: trace.layerMaps().map(\.layer))
            }
            let className = subject.classNames[sample.label]
            report.pictures.append(
                .init(
                    name: "feature-maps-\(number + 1)",
                    figure: figure(sample, className, maps, subject),
                    size: .init(width: Double(Self.channels + 1) * 110 + 20, height: Double(maps.count) * 130 + 60)))
            report.tables.append(
                .init(
                    name: "activity-\(number + 1)", title: "\(sample.name) (\(className)): channels",
                    columns: ["layer", "channels", "silent", "busiest", "spikes a neuron"],
                    rows: maps.map { Self.activity(MeanMaps($0)) }))
            try progress(number + 1, samples.count)
        }
        report.findings.append("\(samples.count) \(split.rawValue) recordings, a picture each")
        return report
    }

    private func figure(
        _ sample: Sample, _ className: String, _ maps: [LayerMaps], _ subject: AnalysisSubject
    ) -> Figure {
        var panels: [Figure.Panel] = []
        for (index, layer) in maps.enumerated() {
            let means = MeanMaps(layer)
            // The input stands beside the first layer only; the others keep its place.
            panels.append(
                .heatmap(
                    index == 0
                        ? MapPanel.events(sample, size: subject.size, steps: subject.timeStepCount, title: "events")
                        : MapPanel.map(means.total, width: means.width, title: "\(layer.layer) mean")))
            let greatest = means.maps.reduce(0) { max($0, $1.max() ?? 0) }
            for place in 0..<Self.channels {
                let channel = place < means.order.count ? means.order[place] : nil
                panels.append(
                    .heatmap(
                        MapPanel.map(
                            channel.map { means.maps[$0] } ?? [.nan], width: channel == nil ? 1 : means.width,
                            title: channel.map { "\(layer.layer) \($0)" } ?? "", greatest: greatest)))
            }
        }
        return Figure(
            title: "\(title): \(className)", subtitle: "\(sample.name), \(subject.title)", panels: panels,
            columnCount: Self.channels + 1)
    }

    private static func activity(_ means: MeanMaps) -> [String] {
        let rates = means.rates
        return [
            means.layer, "\(rates.count)", "\(rates.count { $0 == 0 })", means.order.first.map(String.init) ?? "",
            Format.number(rates.reduce(0, +) / Double(max(1, rates.count)), places: 4),
        ]
    }
}

/// Maps of one sample's channels, mean over the time steps of the last stream.
struct MeanMaps {
    let layer: String
    let width: Int
    /// By channel, row by row.
    let maps: [[Double]]

    init(_ layer: LayerMaps, sample: Int = 0) {
        let shape = layer.output.shape
        let (groups, batch, height) = (shape[0], shape[1], shape[2])
        (self.layer, width) = (layer.layer, shape[3])
        let (pixels, channels) = (height * shape[3], shape[4])
        var maps = [[Double]](repeating: .init(repeating: 0, count: pixels), count: channels)
        for group in 0..<groups {
            let image = layer.output.pointer + (group * batch + sample) * pixels * channels
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    maps[channel][pixel] += Double(image[pixel * channels + channel]) / Double(groups)
                }
            }
        }
        self.maps = maps
    }

    /// Mean of each channel.
    var rates: [Double] { maps.map { $0.reduce(0, +) / Double(max(1, $0.count)) } }
    /// Channels, the busiest first.
    var order: [Int] {
        let rates = rates
        return rates.indices.sorted { (rates[$1], $0) < (rates[$0], $1) }
    }
    /// Over all channels.
    var total: [Double] {
        let pixels = maps.first?.count ?? 0
        return (0..<pixels).map { pixel in maps.reduce(0) { $0 + $1[pixel] } / Double(max(1, maps.count)) }
    }
}
