import Communication
import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// What trains: data, network and optimizer, and nothing that is written down. Where several ranks train together each has
/// one, and they do the same at the same time: the first rank's says what (`RankOrder`), its run session says when.
final class Replica {
    /// What a replica is made of; the same for all ranks.
    struct Plan: Sendable, Codable {
        var configuration: RunConfiguration
        /// Also where the configuration needs none: an edit may go back to what needs them.
        var needsImages: Bool
        var teacher: TeacherSource?
    }

    let catalogue: TrainingCatalogue
    let group: RankGroup?
    private(set) var configuration: RunConfiguration
    let dataSet: PreparedDataSet
    /// How tables are read whose files do not tell it.
    let tableNote: String?
    let network: SpikingNetwork
    private(set) var step: TrainingStep
    let evaluation: Evaluation
    private let prefetcher: BatchPrefetcher
    private let evaluationBatch: Batch
    /// What the other ranks know.
    private var toldConfiguration: RunConfiguration

    /// Reads the data, makes the network, plans and takes the memory.
    ///
    /// - Parameters:
    ///   - paths: of the home whose cache may keep what can be made again.
    ///   - exchange: how recordings that other ranks read come here.
    /// - Throws: `DataSetError`, `TrainingError`, `FileFormatError`.
    init(
        _ plan: Plan, _ catalogue: TrainingCatalogue, paths: StoragePaths, group: RankGroup? = nil,
        exchange: FrameExchange? = nil
    ) throws {
        (self.catalogue, self.group) = (catalogue, group)
        let configuration = plan.configuration
        (self.configuration, toldConfiguration) = (configuration, configuration)
        let known = try catalogue.dataSet(of: configuration)
        var folders = try configuration.dataFolders()
        folders.keep(in: paths)
        var options = try configuration.dataOptions(catalogue)
        options.needsImages = options.needsImages || plan.needsImages
        options.share = BatchShare(rank: group?.rank ?? 0, of: group?.count ?? 1)
        let contents = try RunCheck.open(known, folders)
        tableNote = TableGuess.note(contents, folders.table)
        dataSet = try PreparedDataSet(
            options, contents: contents, isSimulated: known.isSimulated, exchange: exchange?.exchange)
        try LongWork.check()
        network = try catalogue.makeNetwork(configuration, classCount: dataSet.classNames.count)
        try LongWork.check()
        let teacher = try plan.teacher?.teacher(
            of: configuration, catalogue, classCount: dataSet.classNames.count,
            batchSize: options.share.size(of: options.batchSize))
        step = try Self.step(
            configuration, catalogue, network, try catalogue.strategy(of: configuration).streams, group,
            optimizer: try catalogue.optimizer(of: configuration).make(network.parameters), teacher)
        evaluation = Evaluation(
            network: network, batchSize: configuration.training.batchSize, options: try configuration.traceOptions())
        try Self.refuseWhatDoesNotFit(
            step: step, evaluation: evaluation, batchSize: configuration.training.batchSize)
        step.prepare()
        try LongWork.check()
        evaluationBatch = dataSet.makeEvaluationBatch()
        prefetcher = BatchPrefetcher(dataSet)
        contentsFolder = contents.folder
        makeManifest = { [dataSet] in try Manifest(of: dataSet, contents: contents) }
    }

    deinit { prefetcher.stop() }

    /// Where the recordings lie; `nil` for what comes with the program.
    let contentsFolder: String?
    let makeManifest: () throws -> Manifest

    /// Bytes of a step and an evaluation, as planned before the run.
    var plannedBytes: Int { step.plannedBytes + evaluation.plannedBytes }

    private static func step(
        _ configuration: RunConfiguration, _ catalogue: TrainingCatalogue, _ network: SpikingNetwork,
        _ streams: StreamUse, _ group: RankGroup?, optimizer: any Optimizer, _ teacher: Teacher?
    ) throws -> TrainingStep {
        TrainingStep(
            network: network, streams: streams, batchSize: configuration.training.batchSize / (group?.count ?? 1),
            seed: UInt64(configuration.training.seed), optimizer: optimizer,
            options: try configuration.traceOptions(), terms: catalogue.losses, teacher: teacher, group: group,
            statistics: configuration.batchStatistics)
    }

    /// - Parameter held: bytes of an earlier step and evaluation, which these take the place of.
    static func refuseWhatDoesNotFit(
        step: TrainingStep, evaluation: Evaluation, batchSize: Int, held: Int = 0
    ) throws(TrainingError) {
        let needed = step.plannedBytes + evaluation.plannedBytes
        // Others of this machine want as much at the same time.
        let places = step.group?.places ?? []
        let here = max(1, places.count { $0.machine == places[step.group?.rank ?? 0].machine })
        guard let free = MachineMemory.available, case let available = free / here + held, needed > available else {
            return
        }
        let fitting = Int(Double(batchSize) * Double(available) / Double(needed) * 0.9)
        throw .doesNotFit(
            needed: needed, available: available, batchSize: batchSize, fittingBatchSize: fitting >= 2 ? fitting : nil)
    }

    // MARK: Edits

    /// A step for other inputs, which need other memory; network and optimizer stay.
    func plannedStep(_ streams: StreamUse) throws -> TrainingStep {
        try Self.step(
            configuration, catalogue, network, streams, group, optimizer: step.optimizer, step.teacher)
    }

    /// Takes what has been checked.
    func adopt(_ edited: RunConfiguration) throws {
        let streams = try catalogue.strategy(of: edited).streams
        configuration = edited
        guard streams != step.streams else { return }
        step = try plannedStep(streams)
        step.prepare()
    }

    // MARK: Training

    /// What a step gave, and what it waited for.
    struct Made {
        var outcome: TrainingStep.Outcome
        var settings: TrainingStep.Settings
        /// Of the whole batch.
        var samples: Int
        var seconds: Double
        var waiting: Double
    }

    /// Makes one optimizer step, together with the other ranks.
    ///
    /// - Parameter edited: of a rank that is not the first: since this step.
    /// - Throws: `TrainingError`, `CommunicationError`.
    func advance(_ progress: RunProgress, optimizerStep: Int, edited: RunConfiguration? = nil) throws -> Made {
        let changed = toldConfiguration == configuration ? nil : configuration
        try tell(.step(progress, optimizerStep: optimizerStep, configuration: changed))
        toldConfiguration = configuration
        if changed != nil || edited != nil {
            var problem: (any Error)?
            if let edited {
                do { try adopt(edited) } catch { problem = error }
                toldConfiguration = configuration
            }
            try confirm(problem)
        }
        let settings = try catalogue.stepSettings(of: configuration, progress: progress)
        let begin = DispatchTime.now().uptimeNanoseconds
        let batch = prefetcher.next(
            epoch: progress.epoch, index: progress.batch,
            options: AugmentationOptions(configuration, catalogue: catalogue.augmentations))
        let loaded = DispatchTime.now().uptimeNanoseconds
        let outcome = try step.run(batch, settings: settings, optimizerStep: optimizerStep)
        let end = DispatchTime.now().uptimeNanoseconds
        return Made(
            outcome: outcome, settings: settings, samples: batch.labels.count * (group?.count ?? 1),
            seconds: Double(end - begin) / 1e9, waiting: Double(loaded - begin) / 1e9)
    }

    // MARK: Evaluation

    /// A round is a batch of each rank.
    func roundCount(of split: Split) -> Int {
        let ranks = group?.count ?? 1
        return (dataSet.batchCount(of: split) + ranks - 1) / ranks
    }

    /// Evaluates a batch of a split, and each other rank another.
    func evaluate(_ split: Split, round: Int, into tally: inout Evaluation.Tally) throws(TrainingError) {
        guard let group else {
            dataSet.evaluationBatch(split: split, index: round, into: evaluationBatch)
            return evaluation.add(evaluationBatch, to: &tally)
        }
        try tell(.evaluate(split, round: round))
        if round == 0, configuration.batchStatistics == .ownSamples { try shareStatistics(group) }
        let (size, classes) = (configuration.training.batchSize, dataSet.classNames.count)
        // Outputs, and the spikes that they took; negative where neurons fire something else.
        var own = [Double](repeating: 0, count: size * classes + 1)
        let index = round * group.count + group.rank
        if index < dataSet.batchCount(of: split) {
            dataSet.evaluationBatch(split: split, index: index, into: evaluationBatch)
            let answers = evaluation.answers(to: evaluationBatch)
            for place in 0..<answers.outputs.count { own[place] = Double(answers.outputs.pointer[place]) }
            own[size * classes] = answers.spikes.map(Double.init) ?? -1
        }
        let all = group.gathered(own)
        do throws(CommunicationError) { try group.stopIfFailed() } catch { throw .ranks(error) }
        let labels = dataSet.labels(of: split)
        for rank in 0..<group.count {
            let first = (round * group.count + rank) * size
            guard first < labels.count else { break }
            let (begin, spikes) = (rank * own.count, all[(rank + 1) * own.count - 1])
            evaluation.add(
                outputs: all[begin..<begin + size * classes].map(Float.init),
                labels: Array(labels[first..<min(first + size, labels.count)]),
                spikes: spikes < 0 ? nil : Int(spikes), to: &tally)
        }
    }

    /// The first rank's running statistics are those of the run.
    private func shareStatistics(_ group: RankGroup) throws(TrainingError) {
        let buffers = network.buffers.map(\.tensor)
        let all = group.gathered(buffers.flatMap(\.values))
        do throws(CommunicationError) { try group.stopIfFailed() } catch { throw .ranks(error) }
        var next = 0
        for buffer in buffers {
            for index in 0..<buffer.count { buffer.pointer[index] = all[next + index] }
            next += buffer.count
        }
    }
}

extension RunConfiguration {
    var batchStatistics: BatchStatistics {
        BatchStatistics(rawValue: self[TrainingSettings.shared.batchStatistics]) ?? .wholeBatch
    }
}
