import Messages
import Network
import Training

/// What the screens draw of the step just made.
enum SpikeReports {
    /// - Parameter measuresLayers: whether the streams are compared layer by layer, too.
    static func reports(
        of session: RunSession, measuresLayers: Bool
    ) -> (SpikeGrid, AlignmentSnapshot?) {
        let grid = grid(session.step.trace.eventSpikeStatistics(), optimizerStep: session.optimizerStep)
        let alignment =
            session.lastLinearCKA.isEmpty
            ? nil
            : AlignmentSnapshot(
                optimizerStep: session.optimizerStep, linearCKA: session.lastLinearCKA,
                timeStepWeights: session.network.timeStepWeights.map(Double.init),
                layers: measuresLayers
                    ? session.step.trace.streamSimilarities().map {
                        AlignmentSnapshot.Layer(name: $0.layer, linearCKA: $0.linearCKA)
                    } : [])
        return (grid, alignment)
    }

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
