import Configuration
import Messages
import Network
import Training

/// What the screens draw of the step just made.
enum SpikeReports {
    /// - Parameter measuresLayers: whether the streams are compared layer by layer, too.
    static func reports(
        of session: RunSession, measuresLayers: Bool
    ) -> (SpikeGrid, AlignmentSnapshot?, MetricPoint) {
        let statistics = session.step.trace.eventSpikeStatistics()
        let grid = grid(statistics, optimizerStep: session.optimizerStep)
        let neurons = statistics.reduce(0) { $0 + $1.neuronCount }
        let rate = statistics.reduce(0) { $0 + $1.meanRate * Double($1.neuronCount) } / Double(max(1, neurons))
        let alignment =
            session.lastLinearCKA.isEmpty
            ? nil
            : AlignmentSnapshot(
                optimizerStep: session.optimizerStep, linearCKA: session.lastLinearCKA,
                timeStepWeights: session.network.timeStepWeights.map(Double.init),
                layers: measuresLayers
                    ? session.step.trace.streamSimilarities().map {
                        AlignmentSnapshot.Layer(name: title(of: $0.layer), linearCKA: $0.linearCKA)
                    } : [])
        return (grid, alignment, MetricPoint(series: .spikeRate, optimizerStep: session.optimizerStep, value: rate))
    }

    /// Time constants and thresholds of the layers that train them.
    static func learnedConstants(of network: SpikingNetwork, optimizerStep: Int) -> [MetricPoint] {
        network.neurons.flatMap { neuron -> [MetricPoint] in
            let layer = title(of: neuron.name)
            return [
                (MetricSeries.timeConstant.ofLayer(layer), neuron.trainedTimeConstant),
                (MetricSeries.threshold.ofLayer(layer), neuron.trainedThreshold),
            ].compactMap { (series, value) in
                value.map { MetricPoint(series: series, optimizerStep: optimizerStep, value: Double($0)) }
            }
        }
    }

    static func grid(_ statistics: [SpikeStatistics], optimizerStep: Int) -> SpikeGrid {
        SpikeGrid(
            optimizerStep: optimizerStep,
            layers: statistics.map {
                SpikeGrid.Layer(
                    name: title(of: $0.layer), rates: $0.rates, deadShare: $0.deadShare,
                    saturatedShare: $0.saturatedShare)
            })
    }

    /// `feature.3.node` → `feature.3`.
    private static func title(of layer: String) -> String {
        layer.hasSuffix(".node") ? String(layer.dropLast(5)) : layer
    }
}
