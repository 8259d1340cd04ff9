/// What a network predicts for one sample.
public struct ModelView: Sendable, Hashable {
    public struct Guess: Sendable, Hashable {
        public var className: String
        /// 0…1.
        public var probability: Double

        public init(className: String, probability: Double) {
            (self.className, self.probability) = (className, probability)
        }
    }

    public var reference: SampleReference
    public var run: String
    public var imageGuesses: [Guess]
    public var eventGuesses: [Guess]
    /// Event stream.
    public var spikes: SpikeGrid

    public init(
        reference: SampleReference, run: String, imageGuesses: [Guess], eventGuesses: [Guess], spikes: SpikeGrid
    ) {
        (self.reference, self.run) = (reference, run)
        (self.imageGuesses, self.eventGuesses, self.spikes) = (imageGuesses, eventGuesses, spikes)
    }
}
