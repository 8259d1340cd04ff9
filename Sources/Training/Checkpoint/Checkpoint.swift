import FileFormats
import Foundation
import Messages
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
    private static let metadataKey = "saccade.checkpoint"
    private static let configurationKey = "saccade.configuration"

    /// Writes the folder whole or not at all; it is on the disk when this returns.
    ///
    /// - Throws: `FileFormatError`.
    public func write(to folder: URL, network: SpikingNetwork, optimizer: AdamW) throws {
        try AtomicFolder.replace(folder.path) { path in
            let temporary = URL(fileURLWithPath: path, isDirectory: true)
            try SafetensorsWriter.write(
                network.stateEntries(),
                metadata: ["format": "pt", Self.configurationKey: try Self.text(of: configuration)],
                to: temporary.appendingPathComponent(Self.modelFile))
            try SafetensorsWriter.write(
                optimizer.stateEntries(),
                metadata: [Self.metadataKey: try Self.text(of: self)],
                to: temporary.appendingPathComponent(Self.trainingFile))
        }
    }

    private static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The configuration that a model file was trained with; `nil` if another program wrote it.
    public static func configuration(of model: SafetensorsFile) -> RunConfiguration? {
        model.metadata[configurationKey].flatMap {
            try? JSONDecoder().decode(RunConfiguration.self, from: Foundation.Data($0.utf8))
        }
    }

    /// What a checkpoint says of itself, without the numbers.
    ///
    /// - Throws: `TrainingError.damagedCheckpoint` or `FileFormatError`.
    public static func read(_ folder: URL) throws -> Checkpoint {
        try decode(SafetensorsFile(contentsOf: folder.appendingPathComponent(trainingFile)))
    }

    /// Restores network and optimizer.
    public static func restore(_ folder: URL, network: SpikingNetwork, optimizer: AdamW) throws -> Checkpoint {
        let training = try SafetensorsFile(contentsOf: folder.appendingPathComponent(trainingFile))
        let checkpoint = try decode(training)
        try network.loadState(from: SafetensorsFile(contentsOf: folder.appendingPathComponent(modelFile)))
        try optimizer.loadState(from: training)
        return checkpoint
    }

    private static func decode(_ file: SafetensorsFile) throws -> Checkpoint {
        guard let text = file.metadata[metadataKey] else {
            throw TrainingError.damagedCheckpoint(
                path: file.path, problem: "it lacks the entry '\(metadataKey)' that every checkpoint of a run has")
        }
        do {
            return try JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8))
        } catch {
            throw TrainingError.damagedCheckpoint(path: file.path, problem: "\(error)")
        }
    }
}

extension AdamW {
    func stateEntries() -> [SafetensorsWriter.Entry] {
        moments.flatMap { entry -> [SafetensorsWriter.Entry] in
            let (name, shape) = (entry.parameter.name, entry.parameter.referenceShape.sizes)
            return [
                ("first.\(name)", shape, .float32(entry.parameter.referenceOrder(of: entry.first))),
                ("second.\(name)", shape, .float32(entry.parameter.referenceOrder(of: entry.second))),
                ("updates.\(name)", [], .int64([Int64(entry.updates)])),
            ]
        }
    }

    func loadState(from file: SafetensorsFile) throws {
        for index in moments.indices {
            let entry = moments[index]
            let name = entry.parameter.name
            for (kind, tensor) in [("first", entry.first), ("second", entry.second)] {
                let shape = try file.shape(of: "\(kind).\(name)")
                guard shape == entry.parameter.referenceShape.sizes else {
                    throw NetworkStateError.wrongShape(
                        name: "\(kind).\(name)", path: file.path, found: shape,
                        expected: entry.parameter.referenceShape.sizes)
                }
                entry.parameter.load(referenceOrder: try file.floats("\(kind).\(name)"), into: tensor)
            }
            moments[index].updates = try file.integers("updates.\(name)").first ?? 0
        }
    }
}
