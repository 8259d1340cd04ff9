import Configuration
import Data
import Messages
import Network
import Plotting

/// How alike recordings and images are inside the network.
struct StreamAlignment: Analysis {
    let name = "alignment"
    let title = "Alignment of images and events"
    let summary = "linear CKA between both streams by layer and time step, and over training"

    /// Samples whose features are compared at a time: CKA depends on how many there are.
    private static let batchSize = 32

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        guard subject.network.hasTwoStreams, subject.hasImages else {
            throw AnalysisError.impossible("the run has a single stream: there are no images to align with events")
        }
        let split = try subject.split(options)
        let places = subject.places(split, options, usual: 256)
        let size = min(Self.batchSize, places.count)
        guard size > 1 else { throw AnalysisError.impossible("similarity needs two recordings: take more of them") }
        let trace = NetworkTrace(
            network: subject.network, purpose: .inspection, streamCount: 2, batchSize: size,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        let full = places.count / size * size
        // A batch of another size would give other values.
        var means = LayerStepMeans()
        // Neighbors are often of one class: every batch is from all over.
        let order = (0..<full).sorted { ($0 % (full / size), $0) < ($1 % (full / size), $1) }.map { places[$0] }
        for begin in stride(from: 0, to: full, by: size) {
            try subject.eachChunk(of: order[begin..<begin + size].sorted(), split, size: size) { samples in
                trace.fill(samples)
                subject.network.forward(trace)
                means.add(trace.streamSimilarities().map { ($0.layer, $0.linearCKA) })
                try progress(begin + size, full)
            }
        }
        guard let layer = means.layers.last, let last = means.values.last else {
            throw AnalysisError.impossible("the neurons fire other values than 0 and 1: their similarity is not known")
        }
        var report = report()
        report.findings.append(
            "linear CKA of spikes in \(layer): \(Format.number(LayerStepMeans.mean(last), places: 3))")
        report.notes.append(
            "linear CKA of spikes (biased, as the paper), means over \(means.count) batches of \(size) \(split.rawValue) "
                + "recordings from all over it, each with an image of its class")
        let steps = subject.timeStepCount
        report.tables = [
            .init(
                name: "by-layer", title: "Linear CKA by layer and time step",
                columns: means.columns(steps), rows: means.rows)
        ]
        var panels: [Figure.Panel] = [
            .heatmap(means.heatmap(title: "by layer and time step", steps: steps, greatest: 1))
        ]
        if let curve = subject.curves[.linearCKA], !curve.isEmpty {
            panels.append(
                .plot(
                    PlotPanel(
                        title: "of what is aligned, over training", x: .init(title: "step"),
                        y: .init(title: "linear CKA", range: 0...1),
                        series: [
                            .init(name: "CKA", points: curve.map { .init(x: Double($0.optimizerStep), y: $0.value) })
                        ])))
        }
        report.pictures = [
            .init(
                name: "alignment",
                figure: Figure(title: title, subtitle: subject.title, panels: panels, columnCount: panels.count))
        ]
        return report
    }
}
