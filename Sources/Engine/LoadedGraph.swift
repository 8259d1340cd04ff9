import Configuration
import Data
import FileFormats
import Messages
import Network
import RunStore
import Training

/// A graph of NIR with the recordings that it is to answer.
struct LoadedGraph {
    /// Key of the metadata with the configuration of the run that a graph was written of.
    static let configurationKey = "saccade.configuration"

    var network: GraphNetwork
    var configuration: RunConfiguration
    var data: PreparedDataSet
    /// What a careful reader would want to know: settings that the graph decided.
    var notes: [String] = []

    /// - Throws: whatever is wrong with file, configuration or data; `EngineRefusal` where they do not go together.
    init(_ request: EvaluationRequest, _ store: RunStore, _ catalogue: TrainingCatalogue) throws {
        let graph = try NIRGraph(contentsOf: request.subject)
        network = try GraphNetwork(graph, path: request.subject, timeStep: request.timeStep)
        configuration = request.configuration
        // A graph of ours says how it was trained; what the caller says goes before.
        if !request.isConfigured, let text = graph.metadata[Self.configurationKey],
            let own = Checkpoint.configuration(told: text, described: store.description)
        {
            configuration = own
        }
        let input = network.inputShape
        guard input.count == 3, input[0] == 2, input[1] == input[2] else {
            throw EngineRefusal(
                "\(request.subject): its input is of shape \(input), but frames of recordings are of (2, size, size)")
        }
        if configuration.data.size != input[1] {
            notes.append("data.size is \(input[1]), as the graph's input, not \(configuration.data.size)")
            configuration.data.size = input[1]
        }
        let known = try catalogue.dataSet(of: configuration)
        var folders = try configuration.dataFolders()
        folders.keep(in: store.paths)
        let contents = try RunCheck.open(known, folders)
        guard contents.classNames.count == network.outputCount else {
            throw EngineRefusal(
                "\(request.subject): it has \(network.outputCount) outputs, but the data set '\(configuration.data.set)' has "
                    + "\(contents.classNames.count) classes: choose its data set with --preset or --set data.set=…")
        }
        var options = try configuration.dataOptions(catalogue)
        options.needsImages = false
        data = try PreparedDataSet(options, contents: contents, isSimulated: known.isSimulated)
    }
}
