import Configuration
import Data
import Training

extension RunConfiguration {
    /// The same settings with draws of another seed, on the same training and validation recordings.
    ///
    /// - Parameter seed: `nil`: as they are.
    func drawing(from seed: Int?, described description: EngineDescription) throws -> RunConfiguration {
        guard let seed, seed != training.seed else { return self }
        var other = self
        if data.selectionSeed < 0 {
            try description.restore(KnownKnob.selectionSeed, to: .integer(training.seed), in: &other)
        }
        try description.restore(KnownKnob.seed, to: .integer(seed), in: &other)
        return other
    }
}
