import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// A trained network with its recordings, of a run or of a file.
struct LoadedNetwork {
    var file: URL
    /// The run's; `nil` of a file.
    var run: String?
    var configuration: RunConfiguration
    var network: SpikingNetwork
    var data: PreparedDataSet
    /// What a careful reader would want to know of the file: numbers that were converted.
    var notes: [String]

    /// - Throws: whatever is wrong with run, file, configuration or data.
    init(_ request: EvaluationRequest, _ store: RunStore, _ catalogue: TrainingCatalogue) throws {
        (file, configuration, run) = try Self.source(of: request, store)
        // A file that cannot be read is found before the data is prepared, which takes longer.
        let weights = try TensorFile.open(file.path)
        let known = try catalogue.dataSet(of: configuration)
        var folders = try configuration.dataFolders()
        folders.keep(in: store.paths)
        data = try PreparedDataSet(
            configuration.dataOptions(catalogue), contents: try RunCheck.open(known, folders),
            isSimulated: known.isSimulated)
        network = try catalogue.makeNetwork(configuration, classCount: data.classNames.count)
        notes = try network.loadState(from: weights)
    }

    /// Where the weights of a request are, and what they were trained with.
    ///
    /// - Throws: `RunStoreError`, `EngineRefusal`, or what is wrong with the file.
    static func source(
        of request: EvaluationRequest, _ store: RunStore
    ) throws -> (URL, RunConfiguration, run: String?) {
        if NIRGraph.isNamed(request.subject) {
            throw EngineRefusal(
                "\(request.subject) is a graph of NIR: it can be evaluated (`saccade evaluate`), and nothing else")
        }
        if TensorFile.isNamed(request.subject) {
            let file = URL(fileURLWithPath: request.subject)
            // A file of ours says how it was trained; what the caller says goes before.
            guard !request.isConfigured, let own = try TensorFile.open(file.path) as? SafetensorsFile else {
                return (file, request.configuration, nil)
            }
            return (
                file, Checkpoint.configuration(of: own, described: store.description) ?? request.configuration, nil
            )
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
            try Checkpoint.read(folder, described: store.description).configuration, run
        )
    }
}
