import Data
import Messages
import Network
import Plotting
import Training

/// How the network spikes, and what that costs.
struct SpikeActivity: Analysis {
    let name = "spikes"
    let title = "Spikes and energy"
    let summary = "spike rates by layer and time step, operations and energy by layer"

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options)
        let places = subject.places(split, options, usual: 256)
        let trace = NetworkTrace(
            network: subject.network, purpose: .inspection, streamCount: 1, batchSize: 1,
            options: try subject.configuration.traceOptions())
        trace.allocate()
        var means = LayerStepMeans()
        var operations: [LayerOperations]?
        var isSpiking = true
        try subject.eachChunk(of: places, split, size: 1) { samples in
            trace.fill(samples)
            subject.network.forward(trace)
            means.add(trace.eventSpikeStatistics().map { ($0.layer, $0.rates) })
            if let more = trace.eventOperations(of: subject.network, samples: 1) {
                operations = Self.sum(operations, more, weight: 1 / Double(places.count))
            } else {
                isSpiking = false
            }
            try progress(means.count, places.count)
        }
        var report = report()
        report.notes.append("means over \(places.count) \(split.rawValue) recordings")
        let steps = subject.timeStepCount
        report.tables.append(
            .init(
                name: "rates", title: "Spikes a neuron, by time step", columns: means.columns(steps), rows: means.rows))
        let greatest = max(1e-6, means.values.flatMap { $0 }.max() ?? 1)
        report.pictures.append(
            .init(
                name: "rates",
                figure: Figure(
                    title: "Spike rates", subtitle: subject.title,
                    panels: [.heatmap(means.heatmap(title: "spikes a neuron", steps: steps, greatest: greatest))])))
        if isSpiking, let operations { add(operations, to: &report) }
        return report
    }

    private static func sum(
        _ known: [LayerOperations]?, _ more: [LayerOperations], weight: Double
    ) -> [LayerOperations] {
        var sums =
            known
            ?? more.map { LayerOperations(layer: $0.layer, accumulates: 0, multiplyAccumulates: 0, inputSpikes: 0) }
        for (place, layer) in more.enumerated() {
            sums[place].accumulates += weight * layer.accumulates
            sums[place].multiplyAccumulates += weight * layer.multiplyAccumulates
            sums[place].inputSpikes += weight * layer.inputSpikes
        }
        return sums
    }

    private func add(_ operations: [LayerOperations], to report: inout AnalysisReport) {
        let total = operations.reduce(0) { $0 + $1.nanojoules }
        report.findings.append("\(Energy.text(nanojoules: total)) for one recording, estimated")
        report.notes.append(
            "energy: \(LayerOperations.picojoulesPerMultiplyAccumulate) pJ a multiply-accumulate where numbers arrive, "
                + "\(LayerOperations.picojoulesPerAccumulate) pJ an accumulate a spike and synapse (45 nm, float32); neurons, "
                + "biases and memory are not counted")
        report.tables.append(
            .init(
                name: "energy", title: "Operations and energy, for one recording",
                columns: ["layer", "spikes in", "accumulates", "multiply-accumulates", "energy nJ", "share %"],
                rows: operations.map { layer in
                    [
                        layer.layer, Format.number(layer.inputSpikes, places: 0),
                        Format.number(layer.accumulates, places: 0),
                        Format.number(layer.multiplyAccumulates, places: 0), Format.number(layer.nanojoules, places: 3),
                        Format.number(100 * layer.nanojoules / max(total, 1e-30)),
                    ]
                }))
        report.pictures.append(
            .init(
                name: "energy",
                figure: Figure(
                    title: "Energy by layer", subtitle: "45 nm estimate",
                    panels: [
                        .intervals(
                            IntervalPanel(
                                title: "for one recording", x: .init(title: "nJ"),
                                rows: operations.map { .init(label: $0.layer, value: $0.nanojoules) }))
                    ])))
    }
}
