import Configuration
import Foundation

/// Answers what the screens ask about data sets, runs and presets. Implemented on the engine's side.
public protocol Library: Sendable {
    /// Never throws: an answer may be `.failure`.
    func answer(_ request: LibraryRequest) async -> LibraryReply
    /// A number that is another one after any process has changed the history of runs; `nil` if nobody can tell. Asked
    /// every few seconds, and so to be told without reading the history.
    func historyVersion() async -> Int?
    /// Folders that hold presets, which people may write with an editor; they are there when this returns, if they can be.
    func presetFolders() -> [String]
}

/// A library that never changes by itself.
extension Library {
    public func historyVersion() async -> Int? { nil }
    public func presetFolders() -> [String] { [] }
}

public enum LibraryRequest: Sendable, Hashable {
    /// How static inputs would give way with these settings: `RunState.plan`.
    case plan(RunConfiguration)
    case dataSets
    /// All samples of a data set, without their events.
    case samples(dataSet: String)
    /// These samples with the figures that are not known yet, read from the recordings. Takes as long as that takes.
    case counted(dataSet: String, [SampleSummary])
    /// One recording with its events and the static image paired with it.
    case recording(SampleReference)
    /// What a run's latest checkpoint makes of a sample.
    case modelView(SampleReference, run: String)
    /// Reads every file of a data set. Takes as long as that takes.
    case check(dataSet: String)
    /// What a run with these settings would take, by a trial of its step.
    case cost(ComparisonSide)

    case runs
    case run(String)
    /// These runs without their curves, to be set side by side; those that are gone or damaged are left out.
    case outcomes(runs: [String])
    case renameRun(String, name: String)
    case tagRun(String, tags: [String])
    case noteRun(String, note: String)
    /// Refused while a process trains it. Removes the run's own folder and nothing else.
    case deleteRun(String)
    /// Curves of several runs, to draw them as ghosts. `series` empty: all. A child begins at its fork.
    case curves(runs: [String], series: [MetricSeries])
    case comparison(ComparisonSide, ComparisonSide)
    /// Everything that happened in a run, in order and with its time.
    case timeline(String)
    /// Runs that wait. Changes go over the bus: `TuningCommand.enqueue` and the others.
    case queue

    case presets
    case preset(String)
    /// Overwrites only if `replacing`.
    case savePreset(name: String, configuration: RunConfiguration, note: String, replacing: Bool)
    /// Makes a preset out of a run: what it was started with, and its edits as a schedule.
    case saveSchedule(run: String, preset: String, note: String, replacing: Bool)
    case renamePreset(String, to: String)
    case deletePreset(String)
}

public enum LibraryReply: Sendable, Hashable {
    /// `nil`: nobody can tell.
    case plan(RunConfiguration, [Double]?)
    case dataSets([DataSetSummary])
    case samples(dataSet: String, [SampleSummary], classNames: [String])
    case recording(RecordingPicture)
    case modelView(ModelView)
    case checked(DataSetCheck)
    /// One line for people.
    case cost(ComparisonSide, String)
    case runs([RunSummary])
    case run(RunDetail)
    /// `runs`: as they were asked for.
    case outcomes(runs: [String], [RunOutcome])
    case curves([RunCurves])
    case comparison(Comparison)
    case timeline(RunTimeline)
    case queue([QueueEntry])
    case presets([PresetSummary])
    case preset(name: String, RunConfiguration)
    case presetSaved(name: String)
    /// A change was made; ask again for the list.
    case done(String)
    case failure(request: LibraryRequest, message: String)
}

public struct DataSetSummary: Sendable, Hashable, Codable {
    public var name: String
    public var title: String
    public var classCount: Int
    public var recordingCount: Int
    public var imageCount: Int
    public var sensorWidth: Int
    public var sensorHeight: Int
    /// Recordings made from still images by our simulator, never by a camera.
    public var isSimulated: Bool
    public var isPresent: Bool
    /// Where it lies; or, if absent, where it is found and what its folder must look like.
    public var location: String
    public var license: String
    /// Recordings of a whole copy; `nil` where that is not known.
    public var publishedCount: Int?
    /// What people should know before they train on it: what was left out, classes without a test recording.
    public var notes: [String]

    public init(
        name: String, title: String, classCount: Int, recordingCount: Int, imageCount: Int, sensorWidth: Int,
        sensorHeight: Int, isSimulated: Bool, isPresent: Bool, location: String, license: String,
        publishedCount: Int? = nil, notes: [String] = []
    ) {
        self.notes = notes
        (self.name, self.title, self.classCount, self.recordingCount) = (name, title, classCount, recordingCount)
        self.publishedCount = publishedCount
        (self.imageCount, self.sensorWidth, self.sensorHeight) = (imageCount, sensorWidth, sensorHeight)
        (self.isSimulated, self.isPresent) = (isSimulated, isPresent)
        (self.location, self.license) = (location, license)
    }
}

/// What came of looking at every file of a data set.
public struct DataSetCheck: Sendable, Hashable, Codable {
    public var dataSet: String
    public var recordings: Int
    /// Files that cannot be read whole.
    public var damaged: Int
    /// Recordings that a whole copy has and this one has not.
    public var missing: Int
    /// Files in the wrong place, or with the content of another.
    public var misplaced: Int
    /// Files that are none of the data set's.
    public var extra: Int
    /// Path and problem of each file, as far as they are worth a line.
    public var problems: [String]

    public init(
        dataSet: String, recordings: Int, damaged: Int, missing: Int, misplaced: Int, extra: Int, problems: [String]
    ) {
        (self.dataSet, self.recordings, self.damaged, self.missing) = (dataSet, recordings, damaged, missing)
        (self.misplaced, self.extra, self.problems) = (misplaced, extra, problems)
    }
}

public struct SampleReference: Sendable, Hashable, Codable {
    public var dataSet: String
    /// Position among the data set's recordings.
    public var index: Int

    public init(dataSet: String, index: Int) { (self.dataSet, self.index) = (dataSet, index) }
}

public struct SampleSummary: Sendable, Hashable, Codable {
    public var index: Int
    public var name: String
    public var classIndex: Int
    public var split: String
    /// `nil` where counting would mean reading the file.
    public var eventCount: Int?
    public var durationMicroseconds: Int?

    public init(
        index: Int, name: String, classIndex: Int, split: String, eventCount: Int?, durationMicroseconds: Int?
    ) {
        (self.index, self.name, self.classIndex, self.split) = (index, name, classIndex, split)
        (self.eventCount, self.durationMicroseconds) = (eventCount, durationMicroseconds)
    }
}

/// One event as the screens see it. Time counts from the recording's first event.
public struct PictureEvent: Sendable, Hashable {
    public var microseconds: Int32
    public var x: UInt16
    public var y: UInt16
    public var isOn: Bool

    public init(microseconds: Int32, x: UInt16, y: UInt16, isOn: Bool) {
        (self.microseconds, self.x, self.y, self.isOn) = (microseconds, x, y, isOn)
    }
}

/// A grey picture, row by row, 0…1.
public struct GrayPicture: Sendable, Hashable {
    public var width: Int
    public var height: Int
    public var values: [Float]

    public init(width: Int, height: Int, values: [Float]) {
        (self.width, self.height, self.values) = (width, height, values)
    }
}

public struct RecordingPicture: Sendable, Hashable {
    public var reference: SampleReference
    public var name: String
    public var className: String
    public var split: String
    public var width: Int
    public var height: Int
    public var durationMicroseconds: Int
    public var events: [PictureEvent]
    public var staticPair: GrayPicture?
    /// How the pair was found, "paired by class name", or why there is none.
    public var pairing: String
    public var isSimulated: Bool
    /// Where width and height come from.
    public var sensorOrigin: String?

    public init(
        reference: SampleReference, name: String, className: String, split: String, width: Int, height: Int,
        durationMicroseconds: Int, events: [PictureEvent], staticPair: GrayPicture?, pairing: String,
        isSimulated: Bool, sensorOrigin: String? = nil
    ) {
        self.sensorOrigin = sensorOrigin
        (self.reference, self.name, self.className, self.split) = (reference, name, className, split)
        (self.width, self.height, self.durationMicroseconds) = (width, height, durationMicroseconds)
        (self.events, self.staticPair, self.pairing) = (events, staticPair, pairing)
        self.isSimulated = isSimulated
    }
}

/// What a network makes of one sample.
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

public struct RunSummary: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var phase: RunState.Phase
    /// Was running when its process died: can be resumed.
    public var isInterrupted: Bool
    /// Seconds since 1970.
    public var created: Double
    public var epoch: Int
    public var epochs: Int
    public var optimizerStep: Int
    public var validationAccuracy: Double?
    public var testAccuracy: Double?
    public var lastLoss: Double?
    public var editCount: Int
    public var tags: [String]
    public var note: String
    public var parent: String?
    public var dataSet: String
    public var seed: Int
    /// The optimizer step at which it was forked from its parent.
    public var forkStep: Int?
    /// Of the process that trains it now; `nil` if none does.
    public var processIdentifier: Int32?
    /// What its settings came from, changed or not.
    public var preset: String?
    /// What is wrong with what the history holds of it, if it is damaged; nothing else here is known then.
    public var problem: String?

    public init(
        id: String, name: String, phase: RunState.Phase, isInterrupted: Bool, created: Double, epoch: Int,
        epochs: Int, optimizerStep: Int, validationAccuracy: Double?, testAccuracy: Double?, lastLoss: Double?,
        editCount: Int, tags: [String], note: String, parent: String?, dataSet: String, seed: Int,
        forkStep: Int? = nil, processIdentifier: Int32? = nil, preset: String? = nil
    ) {
        (self.id, self.name, self.phase, self.isInterrupted) = (id, name, phase, isInterrupted)
        (self.created, self.epoch, self.epochs, self.optimizerStep) = (created, epoch, epochs, optimizerStep)
        (self.validationAccuracy, self.testAccuracy) = (validationAccuracy, testAccuracy)
        (self.lastLoss, self.editCount, self.tags, self.note) = (lastLoss, editCount, tags, note)
        (self.parent, self.dataSet, self.seed) = (parent, dataSet, seed)
        (self.forkStep, self.processIdentifier, self.preset) = (forkStep, processIdentifier, preset)
    }

    /// A run that is there, but damaged in the history.
    public init(damaged id: String, problem: String) {
        self.init(
            id: id, name: "", phase: .failed, isInterrupted: false, created: 0, epoch: 0, epochs: 0, optimizerStep: 0,
            validationAccuracy: nil, testAccuracy: nil, lastLoss: nil, editCount: 0, tags: [], note: "", parent: nil,
            dataSet: "", seed: 0)
        self.problem = problem
    }

    /// For lists: by name as people sort them, and who has none last.
    public static func inOrderOfNames(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left != nil && right == nil }
        return left.localizedStandardCompare(right) == .orderedAscending
    }

    /// For lists: `finished`, `interrupted`, `damaged`, …
    public var stateName: String {
        problem != nil ? "damaged" : isInterrupted ? "interrupted" : phase.rawValue
    }
}

public struct RunDetail: Sendable, Hashable, Codable {
    public var summary: RunSummary
    /// As started; the edits lead from here to the last values.
    public var configuration: RunConfiguration
    public var edits: [AppliedEdit]
    /// All that were ever made.
    public var checkpoints: [CheckpointRecord]
    /// The paths of those that are not there any more: later ones took their place, or somebody removed them.
    public var goneCheckpoints: [String]
    public var notes: [RunNote]
    public var failure: EngineFailure?
    public var metrics: [MetricPoint]
    /// Where it was begun: the same settings give the same bits on the same machine only.
    public var origin: RunOrigin?
    /// How it ended; `nil` if it has not.
    public var result: RunResult?

    public init(
        summary: RunSummary, configuration: RunConfiguration, edits: [AppliedEdit], checkpoints: [CheckpointRecord],
        notes: [RunNote], failure: EngineFailure?, metrics: [MetricPoint], origin: RunOrigin? = nil,
        goneCheckpoints: [String] = [], result: RunResult? = nil
    ) {
        self.result = result
        (self.origin, self.goneCheckpoints) = (origin, goneCheckpoints)
        (self.summary, self.configuration, self.edits) = (summary, configuration, edits)
        (self.checkpoints, self.notes, self.failure, self.metrics) = (checkpoints, notes, failure, metrics)
    }

    /// Those from which a run can go on, in the order in which they were made.
    public var presentCheckpoints: [CheckpointRecord] {
        let gone = Set(goneCheckpoints)
        return checkpoints.filter { !gone.contains($0.path) }
    }

    /// Where a resume begins: of those that are there the one with the most steps, of several the one made last.
    public var latestCheckpoint: CheckpointRecord? {
        presentCheckpoints.enumerated()
            .max { ($0.element.optimizerStep, $0.offset) < ($1.element.optimizerStep, $1.offset) }?.element
    }
}

public struct PresetSummary: Sendable, Hashable, Codable {
    public var name: String
    public var note: String
    /// Ships with the program: it cannot be renamed or deleted.
    public var isBuiltIn: Bool
    public var path: String
    /// What is wrong with the file, if it cannot be read; with its line.
    public var problem: String?
    /// When the file was last written, in seconds since 1970.
    public var modified: Double?
    /// Edits that the preset makes by itself.
    public var editCount: Int
    /// Runs of the history that were begun with it.
    public var useCount: Int
    /// Name of the data set that it trains on, where it can be read.
    public var dataSet: String?

    public init(
        name: String, note: String, isBuiltIn: Bool, path: String, problem: String?, modified: Double? = nil,
        editCount: Int = 0, useCount: Int = 0, dataSet: String? = nil
    ) {
        self.dataSet = dataSet
        (self.name, self.note, self.isBuiltIn, self.path, self.problem) = (name, note, isBuiltIn, path, problem)
        (self.modified, self.editCount, self.useCount) = (modified, editCount, useCount)
    }
}
