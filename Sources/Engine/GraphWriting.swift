import Configuration
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// Writes a trained network down as a graph of NIR.
public enum GraphWriting {
    /// - Parameter request: a run or a file of weights; its split does not count.
    /// - Returns: the graph, and what a careful reader would want to know of the weights.
    /// - Throws: whatever is wrong with run, file or configuration; `GraphError.notTold`.
    public static func graph(
        of request: EvaluationRequest, _ export: GraphExport, in store: RunStore,
        catalogue: TrainingCatalogue = .shipped
    ) throws -> (graph: NIRGraph, notes: [String]) {
        let (file, configuration, _) = try LoadedNetwork.source(of: request, store)
        let weights = try TensorFile.open(file.path)
        let network = try catalogue.makeNetwork(
            configuration, classCount: try classCount(in: weights, configuration, catalogue))
        let notes = try network.loadState(from: weights)
        var export = export
        export.metadata["program"] = "saccade \(EngineDescription.programVersion)"
        export.metadata["frames"] =
            "(2, H, W): counts of OFF, then ON events of a time step, \(configuration.data.timeStepCount) of them"
        export.metadata["answer"] = "the largest of the outputs' mean over time steps"
        export.metadata[LoadedGraph.configurationKey] = try Checkpoint.told(
            configuration, described: store.description)
        return (try network.graph(export), notes)
    }

    /// How many classes the weights of the last full connection are for: the data need not be there.
    private static func classCount(
        in weights: any NamedTensors, _ configuration: RunConfiguration, _ catalogue: TrainingCatalogue
    ) throws -> Int {
        let single = try catalogue.makeNetwork(configuration, classCount: 1)
        guard let last = single.eventHead.leaves.last(where: { $0 is Linear }) as? Linear else { return 1 }
        let fit = TensorFit([.init(name: last.bias.name, shape: [])], in: weights)
        guard let name = fit.names[last.bias.name], let rows = try weights.shape(of: name).first else { return 1 }
        return max(1, rows / last.outputCount)
    }
}
