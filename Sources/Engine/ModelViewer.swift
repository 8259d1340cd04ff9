import Data
import FileFormats
import Foundation
import Messages
import Network
import Tensors
import Training

/// What a checkpoint predicts for one recording and the static image beside it.
enum ModelViewer {
    static func view(
        _ catalogue: TrainingCatalogue, _ reference: SampleReference, contents: any DataSetContents, run: String,
        checkpoint folder: URL
    ) throws -> ModelView {
        var configuration = try Checkpoint.read(folder, described: catalogue.description).configuration
        guard configuration.data.set == reference.dataSet else {
            throw EngineRefusal("the run \(run) was trained on \(configuration.data.set), not on \(reference.dataSet)")
        }
        let network = try catalogue.makeNetwork(configuration, classCount: contents.classNames.count)
        try network.loadState(
            from: SafetensorsFile(contentsOf: folder.appendingPathComponent(Checkpoint.modelFile)))
        configuration.training.batchSize = 1
        let batch = try PreparedDataSet.single(
            recording: reference.index, options: try configuration.dataOptions(catalogue), contents: contents)
        let (frames, images) = (batch.eventFrames.count, batch.images)
        let staticFrames = (0..<configuration.data.timeStepCount).flatMap { _ in images.values }
        let trace = NetworkTrace(
            network: network, purpose: .inspection, streamCount: network.hasTwoStreams ? 2 : 1, batchSize: 1)
        trace.allocate()
        trace.input.floats.update(from: staticFrames, count: frames)
        // A network with a single head sees one after the other.
        if trace.streamCount == 1 { network.forward(trace) }
        let imageLogits =
            trace.streamCount == 1 ? Tensor(trace.logits[0].shape, trace.logits[0].values) : trace.logits[0]
        trace.input.floats.advanced(by: (trace.streamCount - 1) * frames).update(
            from: batch.eventFrames.pointer, count: frames)
        network.forward(trace)
        return ModelView(
            reference: reference, run: run, imageGuesses: guesses(imageLogits, contents.classNames),
            eventGuesses: guesses(trace.eventLogits, contents.classNames),
            spikes: SpikeReports.grid(trace.eventSpikeStatistics(), optimizerStep: 0))
    }

    /// The five most probable classes.
    private static func guesses(_ logits: Tensor, _ names: [String]) -> [ModelView.Guess] {
        let mean = logits.meanOverTime().values
        let largest = mean.max() ?? 0
        let weights = mean.map { exp(Double($0 - largest)) }
        let total = weights.reduce(0, +)
        return zip(names, weights).map { ModelView.Guess(className: $0, probability: $1 / total) }
            .sorted { $0.probability > $1.probability }.prefix(5).map { $0 }
    }
}
