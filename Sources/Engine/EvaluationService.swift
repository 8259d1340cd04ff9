import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// What is to be tested, and on which recordings.
public struct EvaluationRequest: Sendable {
    /// A run, or a path that ends as a checkpoint's name does: safetensors, PyTorch's, or a graph of NIR.
    public var subject: String
    /// `training`, `validation` or `test`.
    public var split: String
    /// For a file; a run has its own.
    public var configuration: RunConfiguration
    /// Whether the caller said anything about the configuration.
    public var isConfigured: Bool
    /// Seconds a time step, of a graph of NIR; `nil`: as it says itself. Networks of this program count in time steps.
    public var timeStep: Double?

    public init(subject: String, split: String, configuration: RunConfiguration, isConfigured: Bool) {
        (self.subject, self.split) = (subject, split)
        (self.configuration, self.isConfigured) = (configuration, isConfigured)
    }
}

/// What came of it. Accuracy is a share, 0…1.
public struct EvaluationReport: Sendable, Encodable {
    public var subject: String
    public var split: String
    public var accuracy: Double
    public var loss: Double
    public var count: Int
    public var classNames: [String]
    /// [class][answer] counts.
    public var confusion: [[Int]]
    /// Spikes of the whole network for one recording; `nil` where neurons fire something else.
    public var spikesPerInference: Double?
    /// Of the layers with weights, for one recording; `nil` where neurons fire something else than spikes.
    public var operations: [LayerOperations]?
    /// What a careful reader would want to know of the file: numbers that were converted.
    public var notes: [String] = []
}

/// Tests networks outside of a run, on a thread of its own.
public actor EvaluationService {
    private let executor = ThreadExecutor(name: "saccade-evaluation")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let store: RunStore
    private let catalogue: TrainingCatalogue

    public init(store: RunStore, catalogue: TrainingCatalogue = .shipped) {
        (self.store, self.catalogue) = (store, catalogue)
    }

    /// - Throws: whatever is wrong with run, file, configuration or data.
    public func evaluate(_ request: EvaluationRequest) throws -> EvaluationReport {
        try evaluate(request, keepsAnswers: false).report
    }

    /// - Parameter keepsAnswers: whether what was shown and answered comes with the report.
    /// - Throws: whatever is wrong with run, file, configuration or data.
    public func evaluate(
        _ request: EvaluationRequest, keepsAnswers: Bool
    ) throws -> (report: EvaluationReport, answers: RecordedAnswers?) {
        guard let split = Split(rawValue: request.split) else {
            throw TrainingError.unknownName(
                key: "--split", name: request.split, known: Split.allCases.map(\.rawValue))
        }
        guard !NIRGraph.isNamed(request.subject) else {
            let loaded = try LoadedGraph(request, store, catalogue)
            let answers = GraphEvaluation(
                network: loaded.network, timeStepCount: loaded.configuration.data.timeStepCount,
                batchSize: loaded.configuration.training.batchSize)
            var (report, kept) = try show(loaded.data, split, to: answers, keepsAnswers: keepsAnswers)
            (report.subject, report.notes) = (loaded.network.path, loaded.notes)
            return (report, kept)
        }
        let loaded = try LoadedNetwork(request, store, catalogue)
        let (network, data, configuration) = (loaded.network, loaded.data, loaded.configuration)
        let evaluation = Evaluation(
            network: network, batchSize: configuration.training.batchSize, options: try configuration.traceOptions())
        var (report, kept) = try show(data, split, to: evaluation, keepsAnswers: keepsAnswers)
        (report.subject, report.notes) = (loaded.file.path, loaded.notes)
        report.operations = data.operations(
            on: split, OperationMeasurement(network: network, options: try configuration.traceOptions()))
        return (report, kept)
    }

    private func show(
        _ data: PreparedDataSet, _ split: Split, to network: some RecordingAnswers, keepsAnswers: Bool
    ) throws -> (EvaluationReport, RecordedAnswers?) {
        var answers = keepsAnswers ? try RecordedAnswers(to: split, of: data) : nil
        let batch = data.makeBatch()
        var tally = network.begin()
        for index in 0..<data.batchCount(of: split) {
            data.evaluationBatch(split: split, index: index, into: batch)
            let (logits, spikes) = network.logits(of: batch)
            tally.add(logits.meanOverTime(), labels: Array(batch.labels.prefix(batch.count)), spikes: spikes)
            answers?.add(batch, logits)
        }
        let result = tally.result
        let report = EvaluationReport(
            subject: "", split: split.rawValue, accuracy: result.accuracy, loss: result.loss,
            count: result.count, classNames: data.classNames, confusion: result.confusion,
            spikesPerInference: result.spikesPerInference)
        return (report, answers)
    }
}
