import Configuration

/// Answers what the screens and commands ask about data sets and checkpoints, and knows the history of runs and presets.
/// Implemented on the engine's side. What takes long leaves the other answers alone.
public protocol Library: Sendable {
    /// Hears how far something is that takes long.
    typealias ProgressHandler = @Sendable (Preparation) -> Void

    /// Runs that there are and that wait, and presets.
    var history: any RunHistory { get }
    /// Many runs that answer one question.
    var studies: any StudyDesk { get }

    /// The share of event data in the static stream over a run with these settings, as `RunState.plan`; `nil` if nobody
    /// can tell.
    func slidingPlan(of configuration: RunConfiguration) async throws(LibraryFailure) -> [Double]?
    func dataSets() async throws(LibraryFailure) -> [DataSetSummary]
    /// All samples of a data set, without their events.
    func samples(of dataSet: String) async throws(LibraryFailure) -> DataSetSamples
    /// These samples with the figures that are not known yet, read from the recordings. Takes as long as that takes.
    ///
    /// - Parameter onProgress: called now and then, from any thread.
    func counted(
        _ samples: [SampleSummary], of dataSet: String, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> DataSetSamples
    /// One recording with its events and the static image paired with it.
    func recording(_ reference: SampleReference) async throws(LibraryFailure) -> RecordingPicture
    /// What a run's latest checkpoint predicts for a sample.
    func modelView(of reference: SampleReference, run: String) async throws(LibraryFailure) -> ModelView
    /// Ways to look into a trained network.
    var analyses: [AnalysisSummary] { get }
    /// Looks into the network of a run: its best checkpoint. Takes as long as that takes, and ends early where its task is
    /// cancelled.
    ///
    /// - Parameter onProgress: called now and then, from any thread.
    func analysis(
        _ name: String, of run: String, _ options: AnalysisOptions, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> AnalysisReport
    /// Reads every file of a data set. Takes as long as that takes.
    ///
    /// - Parameter onProgress: called now and then, from any thread.
    func check(dataSet: String, onProgress: @escaping ProgressHandler) async throws(LibraryFailure) -> DataSetCheck
    /// What a run with these settings would take, by a trial of its step: one line for people.
    func cost(of side: ComparisonSide) async throws(LibraryFailure) -> String

    /// A number that is another one after any process has changed the history of runs; `nil` if nobody can tell. Asked
    /// every few seconds, and so to be told without reading the history.
    func historyVersion() async -> Int?
    /// Folders that hold presets, which people may write with an editor; they are there when this returns, if they can be.
    func presetFolders() -> [String]
}

extension Library {
    public var studies: any StudyDesk { NoStudyDesk() }
}

/// Runs and presets as they are stored. Everything blocks while it reads or writes; runs are named by their identifier, the
/// beginning of one, or their name, and presets by name or file.
public protocol RunHistory: Sendable {
    func listRuns() throws(LibraryFailure) -> [RunSummary]
    func detail(of run: String) throws(LibraryFailure) -> RunDetail
    /// These runs without their curves, to be set side by side; those that are gone or damaged are left out.
    func outcomes(of runs: [String]) throws(LibraryFailure) -> [RunOutcome]
    /// Curves of several runs, to draw them as ghosts. `series` empty: all. A child begins at its fork.
    func curves(of runs: [String], series: [MetricSeries]) throws(LibraryFailure) -> [RunCurves]
    /// Everything that happened in a run, in order and with its time.
    func timeline(of run: String) throws(LibraryFailure) -> RunTimeline
    /// Runs that wait. Changes go over the bus: `TuningCommand.enqueue` and the others.
    func listQueue() throws(LibraryFailure) -> [QueueEntry]
    func compare(_ left: ComparisonSide, _ right: ComparisonSide) throws(LibraryFailure) -> Comparison
    func listPresets() throws(LibraryFailure) -> [PresetSummary]
    func preset(_ reference: String) throws(LibraryFailure) -> PresetContent

    /// Carries a change out.
    ///
    /// - Returns: what was done, for people.
    func change(_ change: HistoryChange) throws(LibraryFailure) -> String
}

/// What can be changed in the history from outside of a run.
public enum HistoryChange: Sendable, Hashable {
    case renameRun(String, name: String)
    case tagRun(String, tags: [String])
    case noteRun(String, note: String)
    /// Refused while a process trains it. Removes the run's own folder and nothing else.
    case deleteRun(String)
    /// Overwrites only if `replacing`.
    case savePreset(name: String, configuration: RunConfiguration, note: String, replacing: Bool)
    /// Makes a preset out of a run: what it was started with, and its edits as a schedule.
    case saveSchedule(run: String, preset: String, note: String, replacing: Bool)
    case renamePreset(String, to: String)
    case deletePreset(String)
}

/// Why something is not answered or was not done, with what can be done about it.
public struct LibraryFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
    public init(_ text: String) { description = text }
}
