import Messages
import Network

/// What the screens draw of spikes.
enum SpikeReports {
    static func grid(_ statistics: [SpikeStatistics], optimizerStep: Int) -> SpikeGrid {
        SpikeGrid(
            optimizerStep: optimizerStep,
            layers: statistics.map {
                SpikeGrid.Layer(
                    name: $0.layer, rates: $0.rates, deadShare: $0.deadShare,
                    saturatedShare: $0.saturatedShare)
            })
    }
}
