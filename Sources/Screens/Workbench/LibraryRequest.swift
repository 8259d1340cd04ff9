import Configuration
import Messages

/// A question of the screens to the library, as a value: the state that wants it answered stays pure.
public enum LibraryRequest: Sendable, Hashable {
    case plan(RunConfiguration)
    case dataSets
    case samples(dataSet: String)
    case counted(dataSet: String, [SampleSummary])
    case recording(SampleReference)
    case modelView(SampleReference, run: String)
    case check(dataSet: String)
    case analyses(run: String)
    case analysis(String, run: String, AnalysisOptions)
    case cost(ComparisonSide)

    case runs
    case run(String)
    case outcomes(runs: [String])
    case curves(runs: [String], series: [MetricSeries])
    case comparison(ComparisonSide, ComparisonSide)
    case timeline(String)
    case queue
    case presets
    case preset(String)
    case change(HistoryChange)

    case studies
    /// What the path of a study may become that is being typed.
    case studyPaths(String)
    /// Opens a study: a file, or the name of one that is known.
    case study(String)
    case board
    case order(StudyOrder)
    case studyReport(StudyReportFormat)

    /// Whether everything is as before when it has been answered.
    var onlyReads: Bool {
        switch self {
        case .change, .order: false
        default: true
        }
    }

    /// Asks the library; whatever goes wrong is an answer too.
    ///
    /// - Parameter onProgress: hears how far it is, if it takes long.
    func answer(
        of library: any Library, onProgress: @escaping @Sendable (Preparation) -> Void = { _ in }
    ) async -> LibraryReply {
        do throws(LibraryFailure) {
            return try await reply(of: library, onProgress)
        } catch {
            return .failure(request: self, message: error.description)
        }
    }

    private func reply(
        of library: any Library, _ onProgress: @escaping @Sendable (Preparation) -> Void
    ) async throws(LibraryFailure) -> LibraryReply {
        switch self {
        case .plan(let configuration): .plan(configuration, try await library.slidingPlan(of: configuration))
        case .dataSets: .dataSets(try await library.dataSets())
        case .samples(let dataSet): .samples(try await library.samples(of: dataSet))
        case .counted(let dataSet, let samples):
            .samples(try await library.counted(samples, of: dataSet, onProgress: onProgress))
        case .recording(let reference): .recording(try await library.recording(reference))
        case .modelView(let reference, let run): .modelView(try await library.modelView(of: reference, run: run))
        case .check(let dataSet): .checked(try await library.check(dataSet: dataSet, onProgress: onProgress))
        case .analyses(let run): .analyses(library.analyses, run: run)
        case .analysis(let name, let run, let options):
            .analysis(try await library.analysis(name, of: run, options, onProgress: onProgress), run: run)
        case .cost(let side): .cost(side, try await library.cost(of: side))
        case .runs: .runs(try library.history.listRuns())
        case .run(let run): .run(try library.history.detail(of: run))
        case .outcomes(let runs): .outcomes(runs: runs, try library.history.outcomes(of: runs))
        case .curves(let runs, let series): .curves(try library.history.curves(of: runs, series: series))
        case .comparison(let left, let right): .comparison(try library.history.compare(left, right))
        case .timeline(let run): .timeline(try library.history.timeline(of: run))
        case .queue: .queue(try library.history.listQueue())
        case .presets: .presets(try library.history.listPresets())
        case .preset(let reference): .preset(try library.history.preset(reference))
        case .change(let change): .changed(try library.history.change(change))
        case .studies: .studies(try await library.studies.studies())
        case .studyPaths(let text): .studyPaths(text, await library.studies.completions(of: text))
        case .study(let reference): .board(try await library.studies.open(reference))
        case .board: .board(try await library.studies.board())
        case .order(let order): .ordered(order, try await library.studies.carryOut(order))
        case .studyReport(let format): .studyReport(format, try await library.studies.report(format))
        }
    }
}

/// What came of a question, for the state that asked it.
public enum LibraryReply: Sendable, Hashable {
    case plan(RunConfiguration, [Double]?)
    case dataSets([DataSetSummary])
    case samples(DataSetSamples)
    case recording(RecordingPicture)
    case modelView(ModelView)
    case checked(DataSetCheck)
    case analyses([AnalysisSummary], run: String)
    case analysis(AnalysisReport, run: String)
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
    case preset(PresetContent)
    /// What was done; ask again for the lists.
    case changed(String)
    case studies([StudySummary])
    case studyPaths(String, [String])
    case board(StudyBoard)
    /// What was done.
    case ordered(StudyOrder, String)
    case studyReport(StudyReportFormat, String)
    case failure(request: LibraryRequest, message: String)
}
