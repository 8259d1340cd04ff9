import Configuration
import Data
import Training

extension RunConfiguration {
    /// The same settings with draws of another seed, on the same training and validation recordings.
    ///
    /// - Parameter seed: as a fork's changes have it; `nil`: as they are.
    /// - Throws: `ConfigurationError` for a seed that is none.
    func drawing(from seed: KnobChange?, described description: EngineDescription) throws -> RunConfiguration {
        guard let seed else { return self }
        var other = self
        // Also with the same seed: forks with several differ in nothing else.
        if data.selectionSeed < 0 {
            try description.set(KnownKnob.selectionSeed, to: .integer(training.seed), in: &other)
        }
        try description.set(KnownKnob.seed, to: seed.value, in: &other)
        return other
    }
}

extension [KnobChange] {
    /// The seed that a fork is to go on with, which is no live setting, and what else is to be different in it.
    var splittingSeed: (seed: KnobChange?, others: [KnobChange]) {
        (last { $0.key == KnownKnob.seed }, filter { $0.key != KnownKnob.seed })
    }
}
