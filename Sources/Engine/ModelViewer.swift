import Data
import FileFormats
import Foundation
import Messages
import Network
import Tensors
import Training

/// What a checkpoint makes of one recording and the static image beside it.
enum ModelViewer {
    static func view(
        _ reference: SampleReference, contents: any DataSetContents, run: String, checkpoint folder: URL
    ) throws -> ModelView {
        var configuration = try Checkpoint.read(folder).configuration
        guard configuration.data.set == reference.dataSet else {
            throw EngineRefusal("the run \(run) was trained on \(configuration.data.set), not on \(reference.dataSet)")
        }
        let network = try configuration.makeNetwork(classCount: contents.classNames.count)
        try network.loadState(
            from: SafetensorsFile(contentsOf: folder.appendingPathComponent(Checkpoint.modelFile)))
        configuration.training.batchSize = 1
        let batch = try PreparedDataSet.single(
            recording: reference.index, options: configuration.dataOptions, contents: contents)
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 2, batchSize: 1)
        trace.allocate()
        let (frame, input) = (batch.images.count, trace.input.floats)
        for timeStep in 0..<configuration.data.timeStepCount {
            (input + timeStep * frame).update(from: batch.images.pointer, count: frame)
        }
        (input + batch.eventFrames.count).update(from: batch.eventFrames.pointer, count: batch.eventFrames.count)
        network.forward(trace)
        return ModelView(
            reference: reference, run: run, imageGuesses: guesses(trace.logits[0], contents.classNames),
            eventGuesses: guesses(trace.logits[1], contents.classNames),
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
