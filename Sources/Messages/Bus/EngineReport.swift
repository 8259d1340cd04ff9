import Configuration

/// What the engine tells everybody who listens. Closed.
///
/// `description`, `state`, `edit`, `checkpoint`, `checkpointsRemoved`, `note`, `finished` and `failure` are on disk before they are
/// published and are never dropped. `metrics` are thinned for slow listeners. Of the others only the latest value counts.
public enum EngineReport: Sendable, Hashable, Codable {
    /// What the engine can do: the first to whoever listens.
    case description(EngineDescription)
    case state(RunState)
    case edit(AppliedEdit)
    case checkpoint(CheckpointRecord)
    /// Later ones took the place of those at these paths: nothing can go on from them any more.
    case checkpointsRemoved(run: String, paths: [String])
    case note(RunNote)
    case finished(RunResult)
    case failure(EngineFailure)
    case metrics(run: String, [MetricPoint])
    case progress(ProgressSnapshot)
    /// How far the data of a run are that begins.
    case preparation(Preparation)
    case spikes(SpikeGrid)
    case alignment(AlignmentSnapshot)
    /// What waits, in order.
    case queue([QueueEntry])
    case log(LogLine)
    /// A rule has something to say of a run. Never dropped, and nowhere on disk but in the log.
    case alert(Alert)
}

/// Where a run is.
public struct RunState: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
        case idle, preparing, running, paused, validating, testing, finished, stopped, failed

        /// Whether an engine is at work on a run, paused included.
        public var isActive: Bool {
            switch self {
            case .preparing, .running, .paused, .validating, .testing: true
            case .idle, .finished, .stopped, .failed: false
            }
        }
    }

    public var run: String?
    public var name: String?
    public var phase: Phase
    /// Optimizer steps made so far.
    public var optimizerStep: Int
    public var totalSteps: Int
    /// Epochs begun so far minus one: counts from 0.
    public var epoch: Int
    public var epochs: Int
    /// As edited so far.
    public var configuration: RunConfiguration
    /// With which probability a static input is to be replaced, at evenly spaced places of the run from its beginning to
    /// its end, as the engine would have it now; `nil` where it does not say.
    public var plan: [Double]?

    public init(
        run: String?, name: String?, phase: Phase, optimizerStep: Int, totalSteps: Int, epoch: Int, epochs: Int,
        configuration: RunConfiguration, plan: [Double]? = nil
    ) {
        self.plan = plan
        (self.run, self.name, self.phase, self.optimizerStep) = (run, name, phase, optimizerStep)
        (self.totalSteps, self.epoch, self.epochs, self.configuration) = (totalSteps, epoch, epochs, configuration)
    }

    public static let idle = RunState(
        run: nil, name: nil, phase: .idle, optimizerStep: 0, totalSteps: 0, epoch: 0, epochs: 0,
        configuration: RunConfiguration())

    /// Whether the engine is at work on a run, paused included.
    public var isActive: Bool { phase.isActive }
}

/// One entry of the journal: what changed, and the optimizer step before which it took effect.
public struct AppliedEdit: Sendable, Hashable, Codable {
    /// Counts from 1 within a run.
    public var number: Int
    public var run: String
    public var optimizerStep: Int
    public var differences: [KnobDifference]
    public var origin: Origin
    /// The checkpoint made just before it, if one was.
    public var checkpoint: String?

    public enum Origin: Sendable, Hashable, Codable {
        case user
        /// Reverts the edit of that number.
        case undo(of: Int)
        case redo(of: Int)
        /// Of the configuration's `EditSchedule`; counts from 0.
        case schedule(Int)
    }

    public init(
        number: Int, run: String, optimizerStep: Int, differences: [KnobDifference], origin: Origin,
        checkpoint: String?
    ) {
        (self.number, self.run, self.optimizerStep) = (number, run, optimizerStep)
        (self.differences, self.origin, self.checkpoint) = (differences, origin, checkpoint)
    }

    /// The letter of the mark on the plots: a…z, then a1…
    public var letter: String {
        let index = number - 1
        let letter = String(UnicodeScalar(UInt8(97 + index % 26)))
        return index < 26 ? letter : letter + String(index / 26)
    }
}

public struct CheckpointRecord: Sendable, Hashable, Codable {
    public var run: String
    public var optimizerStep: Int
    public var epoch: Int
    /// Folder that holds `model.safetensors` and what a resume needs.
    public var path: String
    /// Why it was made: `epoch`, `edit`, `best`, `stop`, `user`, `waiting`, `fork`, `final`.
    public var reason: String

    public init(run: String, optimizerStep: Int, epoch: Int, path: String, reason: String) {
        (self.run, self.optimizerStep, self.epoch, self.path, self.reason) = (run, optimizerStep, epoch, path, reason)
    }
}

public struct RunNote: Sendable, Hashable, Codable {
    public var run: String
    public var optimizerStep: Int
    public var text: String

    public init(run: String, optimizerStep: Int, text: String) {
        (self.run, self.optimizerStep, self.text) = (run, optimizerStep, text)
    }
}

/// How a run ended. Accuracies are shares, 0…1.
public struct RunResult: Sendable, Hashable, Codable {
    public var run: String
    public var optimizerSteps: Int
    public var validationAccuracy: Double?
    public var testAccuracy: Double?
    /// How the tested epoch was chosen: `training.selection`.
    public var selection: String
    public var testedEpoch: Int?
    /// Optimizer step of the weights that were tested; `nil` for runs of older programs.
    public var testedStep: Int?
    public var seconds: Double

    public init(
        run: String, optimizerSteps: Int, validationAccuracy: Double?, testAccuracy: Double?, selection: String,
        testedEpoch: Int?, testedStep: Int? = nil, seconds: Double
    ) {
        self.testedStep = testedStep
        (self.run, self.optimizerSteps, self.validationAccuracy) = (run, optimizerSteps, validationAccuracy)
        (self.testAccuracy, self.selection) = (testAccuracy, selection)
        (self.testedEpoch, self.seconds) = (testedEpoch, seconds)
    }
}

extension RunResult {
    /// Which weights were tested, and why those: `epoch 4, step 340: best on validation`.
    public var testedText: String {
        let place = [testedEpoch.map { "epoch \($0)" }, testedStep.map { "step \($0)" }].compactMap { $0 }
        let reason =
            switch selection {
            case "validation": "best validation"
            case "last": "last epoch"
            default: selection
            }
        return place.isEmpty ? reason : place.joined(separator: ", ") + ": " + reason
    }

    /// Every key, with null where there is nothing: scripts look for them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(run, forKey: .run)
        try container.encode(optimizerSteps, forKey: .optimizerSteps)
        try container.encode(validationAccuracy, forKey: .validationAccuracy)
        try container.encode(testAccuracy, forKey: .testAccuracy)
        try container.encode(selection, forKey: .selection)
        try container.encode(testedEpoch, forKey: .testedEpoch)
        try container.encode(testedStep, forKey: .testedStep)
        try container.encode(seconds, forKey: .seconds)
    }
}

/// A run that could not go on, or could not begin. `advice` says what to do.
public struct EngineFailure: Sendable, Hashable, Codable {
    public var run: String?
    public var optimizerStep: Int
    public var message: String
    public var advice: String

    public init(run: String?, optimizerStep: Int, message: String, advice: String) {
        (self.run, self.optimizerStep, self.message, self.advice) = (run, optimizerStep, message, advice)
    }

    /// Message and advice in one.
    public var text: String { advice.isEmpty ? message : "\(message); \(advice)" }
}

/// How far the data of a run are that begins, or something else that reads data for long.
public struct Preparation: Sendable, Hashable, Codable {
    /// What is done, for people: `simulating recordings`.
    public var title: String
    public var done: Int
    public var all: Int
    public var seconds: Double
    public var secondsLeft: Double

    public init(title: String, done: Int, all: Int, seconds: Double, secondsLeft: Double) {
        (self.title, self.done, self.all) = (title, done, all)
        (self.seconds, self.secondsLeft) = (seconds, secondsLeft)
    }
}

/// Latest figures of a running run.
public struct ProgressSnapshot: Sendable, Hashable, Codable {
    public var optimizerStep: Int
    public var secondsPerStep: Double
    /// Share of a step spent waiting for data.
    public var secondsWaitingForData: Double
    public var samplesPerSecond: Double
    public var secondsLeft: Double
    public var residentBytes: Int

    public init(
        optimizerStep: Int, secondsPerStep: Double, secondsWaitingForData: Double, samplesPerSecond: Double,
        secondsLeft: Double, residentBytes: Int
    ) {
        (self.optimizerStep, self.secondsPerStep) = (optimizerStep, secondsPerStep)
        (self.secondsWaitingForData, self.samplesPerSecond) = (secondsWaitingForData, samplesPerSecond)
        (self.secondsLeft, self.residentBytes) = (secondsLeft, residentBytes)
    }
}

/// Spike rates of one optimizer step, event stream: spikes per neuron and time step, 0…1.
public struct SpikeGrid: Sendable, Hashable, Codable {
    public struct Layer: Sendable, Hashable, Codable {
        public var name: String
        /// One value a time step.
        public var rates: [Double]
        /// Share of neurons that never fired in this batch.
        public var deadShare: Double
        /// Share of neurons that fired at every time step of every sample.
        public var saturatedShare: Double

        public init(name: String, rates: [Double], deadShare: Double, saturatedShare: Double) {
            (self.name, self.rates) = (name, rates)
            (self.deadShare, self.saturatedShare) = (deadShare, saturatedShare)
        }
    }

    public var optimizerStep: Int
    public var layers: [Layer]

    public init(optimizerStep: Int, layers: [Layer]) {
        (self.optimizerStep, self.layers) = (optimizerStep, layers)
    }
}

/// Linear CKA between the streams at each time step, and the learnable weights σ(coefficient).
public struct AlignmentSnapshot: Sendable, Hashable, Codable {
    public struct Layer: Sendable, Hashable, Codable {
        public var name: String
        /// Of the layer's spikes, one value a time step.
        public var linearCKA: [Double]

        public init(name: String, linearCKA: [Double]) { (self.name, self.linearCKA) = (name, linearCKA) }
    }

    public var optimizerStep: Int
    /// Of the domain feature.
    public var linearCKA: [Double]
    public var timeStepWeights: [Double]
    /// Measured now and then, because it takes a while: at the end of an epoch, and about once a second. Else empty.
    public var layers: [Layer]

    public init(optimizerStep: Int, linearCKA: [Double], timeStepWeights: [Double], layers: [Layer] = []) {
        (self.optimizerStep, self.linearCKA, self.timeStepWeights) = (optimizerStep, linearCKA, timeStepWeights)
        self.layers = layers
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        optimizerStep = try values.decode(Int.self, forKey: .optimizerStep)
        linearCKA = try values.decode([Double].self, forKey: .linearCKA)
        timeStepWeights = try values.decode([Double].self, forKey: .timeStepWeights)
        // Older runs have none.
        layers = try values.decodeIfPresent([Layer].self, forKey: .layers) ?? []
    }

    /// With the layers of an older one where this has none of its own.
    public func keepingLayers(of older: AlignmentSnapshot?) -> AlignmentSnapshot {
        guard layers.isEmpty, let older else { return self }
        var copy = self
        copy.layers = older.layers
        return copy
    }
}

public struct LogLine: Sendable, Hashable, Codable {
    public enum Level: String, Sendable, Hashable, Codable { case debug, info, warning, error }
    public var level: Level
    public var text: String

    public init(level: Level, text: String) { (self.level, self.text) = (level, text) }
}
