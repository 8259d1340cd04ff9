import Configuration
import FileFormats
import Foundation
import Network
import Tensors

/// A folder from which a run goes on bit for bit as if it had never stopped.
///
/// `model.safetensors` holds the network with the reference's names; `training.safetensors` the optimizer's moments and,
/// as metadata, where the run was. Batches and draws depend on seed and position alone, so there is no other state.
public struct Checkpoint: Sendable, Hashable, Codable {
    /// Optimizer steps made.
    public var optimizerStep: Int
    public var epoch: Int
    /// As edited so far.
    public var configuration: RunConfiguration
    /// Edits of the journal that `configuration` holds.
    public var editCount: Int
    public var bestValidationAccuracy: Double?
    public var bestEpoch: Int?
    /// Its validation loss and optimizer step; `nil` in checkpoints of older programs.
    public var bestValidationLoss: Double?
    public var bestStep: Int?
    /// Of the run with `training.selection` `reference-best-test`.
    public var bestReferenceTestAccuracy: Double?
    public var bestReferenceTestEpoch: Int?
    /// Epochs that are over, validation included. Less than `epoch` if the checkpoint was made during a validation.
    public var endedEpochs: Int
    /// Changes that were accepted for the next epoch.
    public var waiting: [[KnobChange]] = []
    /// Changes that were accepted for the epoch that begins here and not journalled yet: a run that goes on makes them.
    public var due: [[KnobChange]]?
    /// `PreparedDataSet.fingerprint` of the data it was trained on.
    public var dataFingerprint: String?
    /// Seconds of training, validation and tests so far, this run's own; `nil` in checkpoints of older programs.
    public var seconds: Double?

    public init(
        optimizerStep: Int, epoch: Int, configuration: RunConfiguration, editCount: Int,
        bestValidationAccuracy: Double?, bestEpoch: Int?, bestReferenceTestAccuracy: Double? = nil,
        bestReferenceTestEpoch: Int? = nil, endedEpochs: Int
    ) {
        (self.optimizerStep, self.epoch, self.configuration) = (optimizerStep, epoch, configuration)
        self.editCount = editCount
        (self.bestValidationAccuracy, self.bestEpoch) = (bestValidationAccuracy, bestEpoch)
        self.bestReferenceTestAccuracy = bestReferenceTestAccuracy
        self.bestReferenceTestEpoch = bestReferenceTestEpoch
        self.endedEpochs = endedEpochs
    }

    public static let modelFile = "model.safetensors"
    static let trainingFile = "training.safetensors"
    /// Both.
    public static let files = [modelFile, trainingFile]
    private static let metadataKey = "saccade.checkpoint"
    private static let configurationKey = "saccade.configuration"

    /// Writes the folder whole or not at all; it is on the disk when this returns.
    ///
    /// - Throws: `FileFormatError`.
    public func write(
        to folder: URL, network: SpikingNetwork, optimizer: any Optimizer,
        described description: EngineDescription = .shipped
    ) throws {
        try AtomicFolder.replace(folder.path) { path in
            let temporary = URL(fileURLWithPath: path, isDirectory: true)
            try SafetensorsWriter.write(
                network.stateEntries(),
                metadata: ["format": "pt", Self.configurationKey: try Self.text(of: configuration, description)],
                to: temporary.appendingPathComponent(Self.modelFile))
            try SafetensorsWriter.write(
                optimizer.stateEntries(),
                metadata: [Self.metadataKey: try Self.text(of: self, description)],
                to: temporary.appendingPathComponent(Self.trainingFile))
        }
    }

    /// The same for what another program has learned: there is no model of ours, and its own files lie beside.
    ///
    /// - Parameter fill: writes them, each flushed, and returns what is to be kept with the checkpoint, by keys.
    public func write(
        to folder: URL, described description: EngineDescription, _ fill: (URL) throws -> [String: String]
    ) throws {
        try AtomicFolder.replace(folder.path) { path in
            let temporary = URL(fileURLWithPath: path, isDirectory: true)
            var metadata = try fill(temporary)
            metadata[Self.metadataKey] = try Self.text(of: self, description)
            try SafetensorsWriter.write([], metadata: metadata, to: temporary.appendingPathComponent(Self.trainingFile))
        }
    }

    /// What a checkpoint of another program says of itself, and what was kept with it: a table of texts.
    ///
    /// - Throws: `TrainingError.damagedCheckpoint` or `FileFormatError`.
    public static func read(
        _ folder: URL, described description: EngineDescription, key: String
    ) throws -> (Checkpoint, [String: String]) {
        let file = try SafetensorsFile(contentsOf: folder.appendingPathComponent(trainingFile))
        guard let text = file.metadata[key],
            let table = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else {
            throw TrainingError.damagedCheckpoint(
                path: file.path, problem: "it lacks the entry '\(key)' that those of external trainers have")
        }
        return (try decode(file, description), table)
    }

    private static func text(of value: some Encodable, _ description: EngineDescription) throws -> String {
        String(decoding: try description.encoder.encode(value), as: UTF8.self)
    }

    /// The configuration that a model file was trained with; `nil` if another program wrote it.
    public static func configuration(
        of model: SafetensorsFile, described description: EngineDescription = .shipped
    ) -> RunConfiguration? {
        model.metadata[configurationKey].flatMap { configuration(told: $0, described: description) }
    }

    /// A configuration that `told` gave; `nil` if it is none.
    public static func configuration(
        told text: String, described description: EngineDescription = .shipped
    ) -> RunConfiguration? {
        try? description.decoder.decode(RunConfiguration.self, from: Foundation.Data(text.utf8))
    }

    /// A configuration as model files say it.
    public static func told(
        _ configuration: RunConfiguration, described description: EngineDescription = .shipped
    ) throws -> String { try text(of: configuration, description) }

    /// What a checkpoint says of itself, without the numbers.
    ///
    /// - Throws: `TrainingError.damagedCheckpoint` or `FileFormatError`.
    public static func read(
        _ folder: URL, described description: EngineDescription = .shipped
    ) throws -> Checkpoint {
        try decode(SafetensorsFile(contentsOf: folder.appendingPathComponent(trainingFile)), description)
    }

    /// Restores network and optimizer.
    public static func restore(
        _ folder: URL, network: SpikingNetwork, optimizer: any Optimizer,
        described description: EngineDescription = .shipped
    ) throws -> Checkpoint {
        let training = try SafetensorsFile(contentsOf: folder.appendingPathComponent(trainingFile))
        let checkpoint = try decode(training, description)
        try network.loadState(from: SafetensorsFile(contentsOf: folder.appendingPathComponent(modelFile)))
        try optimizer.loadState(from: training)
        return checkpoint
    }

    private static func decode(_ file: SafetensorsFile, _ description: EngineDescription) throws -> Checkpoint {
        guard let text = file.metadata[metadataKey] else {
            throw TrainingError.damagedCheckpoint(
                path: file.path, problem: "it lacks the entry '\(metadataKey)' that every checkpoint of a run has")
        }
        do {
            return try description.decoder.decode(Checkpoint.self, from: Data(text.utf8))
        } catch {
            throw TrainingError.damagedCheckpoint(path: file.path, problem: "\(error)")
        }
    }
}
