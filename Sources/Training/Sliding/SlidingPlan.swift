import Configuration

/// How static inputs would give way over a run, for people to see: the strategy asked at evenly spaced places.
public enum SlidingPlan {
    /// Places from the beginning of the run to its end.
    public static let placeCount = 129

    /// - Parameter batchesPerEpoch: as many as the run has, or any number where that is not known yet.
    /// - Returns: probabilities of replacement, 0…1; `nil` with a single stream, or for a strategy that does not exist.
    public static func probabilities(
        _ configuration: RunConfiguration, _ catalogue: TrainingCatalogue, batchesPerEpoch: Int = 100
    ) -> [Double]? {
        guard let strategy = try? catalogue.strategy(of: configuration), strategy.streams == .both else { return nil }
        let epochs = configuration.training.epochs
        let steps = epochs * batchesPerEpoch
        return (0..<placeCount).map { place in
            let step = steps * place / (placeCount - 1)
            let progress = RunProgress(
                epoch: step / batchesPerEpoch, batch: step % batchesPerEpoch, epochs: epochs,
                batchesPerEpoch: batchesPerEpoch)
            return strategy.staticInput(progress, settings: configuration).replacementProbability
        }
    }
}
