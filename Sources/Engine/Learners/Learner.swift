import Configuration
import Data
import Foundation
import Messages
import RunStore
import Training

/// What learns in a run: the network of this program, or a program of somebody else. Between two calls it does nothing. It
/// writes nothing into the history and hears no commands: the run session and the engine do.
protocol Learner: AnyObject {
    /// As edited so far.
    var configuration: RunConfiguration { get }
    var stepsPerEpoch: Int { get }
    /// Whether there are recordings of this part.
    func hasRecordings(of split: Split) -> Bool
    /// Of the data it is trained on, so that a resume notices other data; `nil` where nobody can tell.
    var dataFingerprint: String? { get }
    /// What people should know before the first step, a line each.
    var openingNotes: [String] { get }
    /// With which probability a static input is to be replaced, at evenly spaced places of the run; `nil` where none is.
    var plan: [Double]? { get }
    /// How many processes train together; `nil` alone.
    var rankCount: Int? { get }
    /// The files that it is trained on, with their hashes; `nil` where there are none, or nobody can tell.
    func makeManifest() throws -> Manifest?

    /// Checks a configuration that an edit asks for without taking it; values are known to be in their ranges.
    func check(_ edited: RunConfiguration) throws
    /// Takes what was checked. Throws if it cannot: nothing has changed then.
    func adopt(_ edited: RunConfiguration) throws

    /// Makes one optimizer step.
    func advance(_ moment: StepMoment) throws -> LearnerStep
    /// What there is to say of its first step, a line each; nothing later.
    func takeNotes() -> [String]
    /// Of the step just made: spikes, and how the streams agree.
    func pictures(optimizerStep: Int, measuresLayers: Bool) -> LearnerPictures
    /// An evaluation that has seen nothing yet.
    func evaluation(of split: Split) throws -> any PartialEvaluation

    /// Writes a folder from which it can go on; whole or not at all.
    func write(_ checkpoint: Checkpoint, to folder: URL) throws
    /// Takes the weights of such a folder, and where `goesOn` is set all that it needs to go on from there as well.
    ///
    /// - Throws: `TrainingError.damagedCheckpoint`, `FileFormatError`.
    func restore(_ folder: URL, goesOn: Bool) throws

    /// What each test recording was taken for; `nil` where nobody can tell.
    func predictions(of evaluation: LearnerEvaluation) -> TestPredictions?
    /// Nanojoules of one inference with the weights as they are; `nil` where it cannot be estimated.
    func energyPerInference() throws -> Double?
    /// What training has cost since the process went on with the run, for people; `nil` where there is nothing to say.
    func summary(steps: Int, seconds: Double) -> String?
    /// Nothing follows.
    func end()
}

/// Where a run is when a step is made, and what is wanted of it.
struct StepMoment {
    var progress: RunProgress
    /// Steps made before it.
    var optimizerStep: Int
    /// Whether what takes a while is measured of it, too.
    var samples: Bool
    /// That the run has worked so far, pauses not counted, and the process used meanwhile.
    var workSeconds: () -> Double
    var processorSeconds: () -> Double
}

/// What came of a step.
struct LearnerStep {
    /// Of every step: they count for the epoch's figures.
    var points: [MetricPoint]
    /// Those that are measured now and then.
    var others: [MetricPoint] = []
    var samples: Int
    var seconds: Double
    /// Of these, waiting for data.
    var waiting: Double
}

struct LearnerPictures {
    var spikes: SpikeGrid?
    var alignment: AlignmentSnapshot?
}

/// What an evaluation has found.
struct LearnerEvaluation {
    /// 0…1.
    var accuracy: Double
    /// `nil` where it is not measured.
    var loss: Double?
    /// Figures besides accuracy and loss, by their series.
    var figures: [(series: MetricSeries, value: Double)] = []
    /// Spikes of the whole network for one recording; `nil` where it is not measured.
    var spikesPerInference: Double?
    /// What each recording was taken for, in the order of the recordings; empty where nobody can tell.
    var answers: [Int] = []
}

/// An evaluation that is made in parts, between which the engine hears commands.
protocol PartialEvaluation: AnyObject {
    /// - Returns: what was found; `nil` while there is more to do.
    func proceed() throws -> LearnerEvaluation?
}
