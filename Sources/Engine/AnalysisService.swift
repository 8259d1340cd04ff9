import Analyses
import Configuration
import Data
import Messages
import Network
import RunStore
import Training

/// Looks into trained networks, on a thread of its own.
public actor AnalysisService {
    private let executor = ThreadExecutor(name: "saccade-analysis")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let store: RunStore
    private let catalogue: TrainingCatalogue
    private let analyses: AnalysisCatalogue
    private let keepsNetwork: Bool
    private var last: (subject: String, loaded: LoadedNetwork)?

    /// - Parameter keepsNetwork: whether network and recordings stay in memory, for another analysis of the same subject.
    public init(
        store: RunStore, catalogue: TrainingCatalogue = .shipped, analyses: AnalysisCatalogue = .shipped,
        keepsNetwork: Bool
    ) {
        (self.store, self.catalogue, self.analyses) = (store, catalogue, analyses)
        self.keepsNetwork = keepsNetwork
    }

    /// - Parameters:
    ///   - request: what to look into; its split does not count.
    ///   - progress: called now and then, on the analysis' thread; throws if nobody waits any more.
    /// - Throws: `AnalysisError`, what `progress` throws, whatever is wrong with run, file, configuration or data.
    public func run(
        _ name: String, of request: EvaluationRequest, _ options: AnalysisOptions,
        progress: @escaping @Sendable (_ done: Int, _ all: Int) throws -> Void
    ) throws -> AnalysisReport {
        let analysis = try analyses.analysis(name)
        try options.check()
        if last?.subject != request.subject {
            last = nil
            last = (request.subject, try LoadedNetwork(request, store, catalogue))
        }
        guard let loaded = last?.loaded else { preconditionFailure("a network that was just loaded") }
        defer { if !keepsNetwork { last = nil } }
        let title = try loaded.run.map { try store.summary(of: $0).name } ?? loaded.file.lastPathComponent
        let subject = AnalysisSubject(
            title: title, network: loaded.network, data: loaded.data, configuration: loaded.configuration,
            curves: try loaded.run.map { try curves(of: $0) } ?? [:],
            reference: { try options.reference.map { try self.predictions(of: $0) } })
        var report = try analysis.run(subject, options, progress)
        report.notes += loaded.notes
        return report
    }

    private func predictions(of reference: String) throws -> (name: String, predictions: TestPredictions) {
        let run = try store.identifier(of: reference)
        let name = try store.summary(of: run).name
        guard let predictions = try store.predictions(of: run) else {
            throw AnalysisError.impossible(
                "of \(name) no answers to single recordings are kept: it is not finished, or of an older version")
        }
        return (name, predictions)
    }

    private func curves(of run: String) throws -> [MetricSeries: [MetricPoint]] {
        let found = try store.curves(of: [run], series: [.linearCKA]).first?.points ?? []
        return Dictionary(grouping: found, by: \.series)
    }
}
