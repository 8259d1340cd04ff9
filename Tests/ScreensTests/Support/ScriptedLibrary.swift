import Configuration
import Messages
import Screens
import Synchronization

/// Gives the replies that a test has written down, and remembers what it was asked.
final class ScriptedLibrary: Library, RunHistory {
    private let questions = Mutex<[LibraryRequest]>([])
    private let version: @Sendable ([LibraryRequest]) -> Int?
    private let reply: @Sendable (LibraryRequest) -> LibraryReply?
    private let again: @Sendable (LibraryRequest) -> LibraryReply?

    /// - Parameters:
    ///   - version: of the history, by what has been asked so far.
    ///   - reply: `nil`: not known here.
    ///   - again: to questions that have been asked before; as the first time unless it is given.
    init(
        version: @escaping @Sendable ([LibraryRequest]) -> Int? = { _ in nil },
        reply: @escaping @Sendable (LibraryRequest) -> LibraryReply?,
        again: (@Sendable (LibraryRequest) -> LibraryReply?)? = nil
    ) {
        (self.version, self.reply, self.again) = (version, reply, again ?? reply)
    }

    var asked: [LibraryRequest] { questions.withLock { $0 } }
    var history: any RunHistory { self }
    func historyVersion() async -> Int? { version(asked) }
    func presetFolders() -> [String] { [] }

    private func take<Answer>(
        _ request: LibraryRequest, _ answer: (LibraryReply) -> Answer?
    ) throws(LibraryFailure) -> Answer {
        let isNew = questions.withLock { questions in
            defer { questions.append(request) }
            return !questions.contains(request)
        }
        guard let found = (isNew ? reply : again)(request).flatMap(answer) else { throw LibraryFailure("not here") }
        return found
    }

    func slidingPlan(of configuration: RunConfiguration) async throws(LibraryFailure) -> [Double]? {
        try take(.plan(configuration)) { if case .plan(_, let plan) = $0 { plan } else { nil } }
    }

    func dataSets() async throws(LibraryFailure) -> [DataSetSummary] {
        try take(.dataSets) { if case .dataSets(let sets) = $0 { sets } else { nil } }
    }

    func samples(of dataSet: String) async throws(LibraryFailure) -> DataSetSamples {
        try take(.samples(dataSet: dataSet)) { if case .samples(let list) = $0 { list } else { nil } }
    }

    func counted(
        _ samples: [SampleSummary], of dataSet: String, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> DataSetSamples {
        try take(.counted(dataSet: dataSet, samples)) { if case .samples(let list) = $0 { list } else { nil } }
    }

    func recording(_ reference: SampleReference) async throws(LibraryFailure) -> RecordingPicture {
        try take(.recording(reference)) { if case .recording(let picture) = $0 { picture } else { nil } }
    }

    func modelView(of reference: SampleReference, run: String) async throws(LibraryFailure) -> ModelView {
        try take(.modelView(reference, run: run)) { if case .modelView(let view) = $0 { view } else { nil } }
    }

    func check(
        dataSet: String, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> DataSetCheck {
        try take(.check(dataSet: dataSet)) { if case .checked(let check) = $0 { check } else { nil } }
    }

    var analyses: [AnalysisSummary] {
        let found = try? take(.analyses(run: "")) { if case .analyses(let all, _) = $0 { all } else { nil } }
        return found ?? []
    }

    func analysis(
        _ name: String, of run: String, _ options: AnalysisOptions, onProgress: @escaping ProgressHandler
    ) async throws(LibraryFailure) -> AnalysisReport {
        try take(.analysis(name, run: run, options)) {
            if case .analysis(let report, _) = $0 { report } else { nil }
        }
    }

    func cost(of side: ComparisonSide) async throws(LibraryFailure) -> String {
        try take(.cost(side)) { if case .cost(_, let text) = $0 { text } else { nil } }
    }

    func listRuns() throws(LibraryFailure) -> [RunSummary] {
        try take(.runs) { if case .runs(let runs) = $0 { runs } else { nil } }
    }

    func detail(of run: String) throws(LibraryFailure) -> RunDetail {
        try take(.run(run)) { if case .run(let detail) = $0 { detail } else { nil } }
    }

    func outcomes(of runs: [String]) throws(LibraryFailure) -> [RunOutcome] {
        try take(.outcomes(runs: runs)) { if case .outcomes(_, let outcomes) = $0 { outcomes } else { nil } }
    }

    func curves(of runs: [String], series: [MetricSeries]) throws(LibraryFailure) -> [RunCurves] {
        try take(.curves(runs: runs, series: series)) { if case .curves(let curves) = $0 { curves } else { nil } }
    }

    func timeline(of run: String) throws(LibraryFailure) -> RunTimeline {
        try take(.timeline(run)) { if case .timeline(let timeline) = $0 { timeline } else { nil } }
    }

    func listQueue() throws(LibraryFailure) -> [QueueEntry] {
        try take(.queue) { if case .queue(let queue) = $0 { queue } else { nil } }
    }

    func compare(_ left: ComparisonSide, _ right: ComparisonSide) throws(LibraryFailure) -> Comparison {
        try take(.comparison(left, right)) { if case .comparison(let comparison) = $0 { comparison } else { nil } }
    }

    func listPresets() throws(LibraryFailure) -> [PresetSummary] {
        try take(.presets) { if case .presets(let presets) = $0 { presets } else { nil } }
    }

    func preset(_ reference: String) throws(LibraryFailure) -> PresetContent {
        try take(.preset(reference)) { if case .preset(let preset) = $0 { preset } else { nil } }
    }

    func change(_ change: HistoryChange) throws(LibraryFailure) -> String {
        try take(.change(change)) { if case .changed(let text) = $0 { text } else { nil } }
    }
}
