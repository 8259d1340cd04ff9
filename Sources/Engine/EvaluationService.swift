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
    /// A run, or a path that ends as a checkpoint's name does: safetensors, or PyTorch's.
    public var subject: String
    /// `training`, `validation` or `test`.
    public var split: String
    /// For a file; a run has its own.
    public var configuration: RunConfiguration
    /// Whether the caller said anything about the configuration.
    public var isConfigured: Bool

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
        guard let split = Split(rawValue: request.split) else {
            throw TrainingError.unknownName(
                key: "--split", name: request.split, known: Split.allCases.map(\.rawValue))
        }
        let (file, configuration) = try subject(of: request)
        // A file that cannot be read is found before the data is prepared, which takes longer.
        let weights = try TensorFile.open(file.path)
        let known = try catalogue.dataSet(of: configuration)
        var folders = try configuration.dataFolders()
        folders.keep(in: store.paths)
        let data = try PreparedDataSet(
            configuration.dataOptions(catalogue), contents: try RunCheck.open(known, folders),
            isSimulated: known.isSimulated)
        let network = try catalogue.makeNetwork(configuration, classCount: data.classNames.count)
        let notes = try network.loadState(from: weights)
        let evaluation = Evaluation(
            network: network, batchSize: configuration.training.batchSize, options: try configuration.traceOptions())
        let batch = data.makeBatch()
        var tally = evaluation.begin()
        for index in 0..<data.batchCount(of: split) {
            data.evaluationBatch(split: split, index: index, into: batch)
            evaluation.add(batch, to: &tally)
        }
        let result = tally.result
        return EvaluationReport(
            subject: file.path, split: split.rawValue, accuracy: result.accuracy, loss: result.loss,
            count: result.count, classNames: data.classNames, confusion: result.confusion,
            spikesPerInference: result.spikesPerInference,
            operations: data.operations(
                on: split, OperationMeasurement(network: network, options: try configuration.traceOptions())),
            notes: notes)
    }

    private func subject(of request: EvaluationRequest) throws -> (URL, RunConfiguration) {
        if TensorFile.isNamed(request.subject) {
            let file = URL(fileURLWithPath: request.subject)
            // A file of ours says how it was trained; what the caller says goes before.
            guard !request.isConfigured, let own = try TensorFile.open(file.path) as? SafetensorsFile else {
                return (file, request.configuration)
            }
            return (file, Checkpoint.configuration(of: own, described: store.description) ?? request.configuration)
        }
        let run = try store.identifier(of: request.subject)
        guard let checkpoint = try store.bestCheckpoint(run: run) ?? store.latestCheckpoint(run: run) else {
            throw EngineRefusal("the run \(run) has no checkpoint: it ended before the first one")
        }
        guard !request.isConfigured else {
            throw EngineRefusal(
                "a run is evaluated with its own configuration: --preset, --set and the like apply to files only")
        }
        let folder = URL(fileURLWithPath: checkpoint.path)
        return (
            folder.appendingPathComponent(Checkpoint.modelFile),
            try Checkpoint.read(folder, described: store.description).configuration
        )
    }
}
