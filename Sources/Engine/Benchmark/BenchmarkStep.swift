import Communication
import Configuration
import Data
import Dispatch
import Network
import Training

/// A training step on frames of a data set, to be made again and again.
final class BenchmarkStep {
    let data: PreparedDataSet
    let network: SpikingNetwork
    let step: TrainingStep
    private let batch: Batch
    private let settings: TrainingStep.Settings
    private let configuration: RunConfiguration
    private var optimizerStep = 0

    /// - Parameter group: who has the other samples of each batch.
    /// - Throws: what is wrong with data or configuration.
    init(_ setting: StepBenchmark.Setting, group: RankGroup?) throws {
        configuration = setting.configuration
        let known = try TrainingCatalogue.shipped.dataSet(of: configuration)
        var options = try configuration.dataOptions(.shipped)
        options.share = BatchShare(rank: 0, of: group?.count ?? 1)
        data = try PreparedDataSet(
            options, contents: try RunCheck.open(known, try configuration.dataFolders()), isSimulated: known.isSimulated
        )
        network = try TrainingCatalogue.shipped.makeNetwork(
            configuration, classCount: max(setting.classCount, data.classNames.count))
        batch = data.makeBatch()
        step = TrainingStep(
            network: network, streams: .both, batchSize: batch.capacity, seed: UInt64(configuration.training.seed),
            options: try configuration.traceOptions(), group: group)
        settings = TrainingStep.Settings(
            loss: try configuration.transferLoss(), learningRate: configuration.optimizer.learningRate,
            weightDecay: configuration.optimizer.weightDecay, clipNorm: 0, replacementProbability: 0)
    }

    /// - Returns: seconds, without what it takes to fill the batch; and of its parts.
    @discardableResult
    func advance() throws -> (seconds: Double, time: StepTime) {
        fill()
        return try run()
    }

    /// Puts the next samples into the batch; in a run that is done ahead.
    func fill() {
        if optimizerStep == 0 { step.prepare() }
        data.trainingBatch(
            epoch: optimizerStep / data.batchesPerEpoch, index: optimizerStep % data.batchesPerEpoch,
            options: AugmentationOptions(configuration), into: batch)
    }

    /// Makes a step on what the batch holds.
    func run() throws -> (seconds: Double, time: StepTime) {
        let begin = DispatchTime.now().uptimeNanoseconds
        let outcome = try step.run(batch, settings: settings, optimizerStep: optimizerStep)
        optimizerStep += 1
        return (Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9, outcome.time)
    }
}
