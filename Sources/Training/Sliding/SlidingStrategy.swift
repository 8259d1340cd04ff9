import Configuration

/// Where a run is when a batch is drawn.
public struct RunProgress: Sendable, Hashable, Codable {
    /// Counts from 0.
    public var epoch: Int
    /// Within the epoch, counts from 0.
    public var batch: Int
    public var epochs: Int
    public var batchesPerEpoch: Int

    public init(epoch: Int, batch: Int, epochs: Int, batchesPerEpoch: Int) {
        (self.epoch, self.batch, self.epochs, self.batchesPerEpoch) = (epoch, batch, epochs, batchesPerEpoch)
    }

    /// 0 at the first batch; 1 would be one past the last.
    public var share: Double {
        Double(batch + epoch * batchesPerEpoch) / Double(max(1, epochs * batchesPerEpoch))
    }
}

/// Which inputs the network trains on, and how static inputs give way to event data. To add one: a file beside this, a line
/// in `SlidingStrategyCatalogue`.
public protocol SlidingStrategy: Sendable {
    /// As it is written in presets.
    var name: String { get }
    var summary: String { get }
    var streams: StreamUse { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    /// What the static stream gets at this place of the run.
    ///
    /// - Parameter settings: of the run, as edited so far.
    func staticInput(_ progress: RunProgress, settings: RunConfiguration) -> StaticInput
}

extension SlidingStrategy {
    public var knobs: [Knob] { [] }
}

/// What the static stream of a batch is made of.
public struct StaticInput: Sendable, Hashable {
    /// Share of the static inputs that the event data of the same samples take the place of, on average; 0…1.
    public var replacementProbability: Double
    public var replacement: Replacement

    public init(replacementProbability: Double, replacement: Replacement = .wholeSamples) {
        (self.replacementProbability, self.replacement) = (replacementProbability, replacement)
    }

    /// What is replaced at once.
    public enum Replacement: Sendable, Hashable {
        /// A sample at all its time steps, each with the probability above.
        case wholeSamples
        /// A sample from a time step on, drawn anew: see `TimeStepMixing`.
        case timeSteps(TimeStepMixing)
    }

    public static let images = StaticInput(replacementProbability: 0)
}

public enum StreamUse: Sendable, Hashable {
    /// Static and event stream, each with its head.
    case both
    /// Events alone, through the event head.
    case eventsOnly
    /// Static images alone, through the event head, which evaluation then gives events.
    case imagesOnly

    public var streamCount: Int { self == .both ? 2 : 1 }
}

public enum SlidingStrategyCatalogue {
    public static let all: [any SlidingStrategy] = [
        Sliding(),
        HardSwitch(),
        Joint(),
        EventsOnly(),
        ImagesOnly(),
        TimeStepMixup(),
    ]
}
