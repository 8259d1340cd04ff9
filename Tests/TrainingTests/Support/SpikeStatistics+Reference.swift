import Network

/// Figures that the reference gives and nothing else needs.
extension SpikeStatistics {
    /// Unbiased standard deviation of the spikes a neuron.
    var countDeviation: Double {
        let mean = rates.reduce(0, +)
        let variance = histogram.enumerated().reduce(0) { sum, entry in
            sum + entry.element * (Double(entry.offset) - mean) * (Double(entry.offset) - mean)
        }
        return (variance * Double(neuronCount) / Double(max(1, neuronCount - 1))).squareRoot()
    }
    /// Share of neurons that fired at least once: what the reference calls fire rate.
    var firedShare: Double { 1 - (histogram.first ?? 0) }
}
