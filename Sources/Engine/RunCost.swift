import Configuration
import Data
import Foundation
import Messages
import Network
import Tensors
import Training

/// What a run will take, told before it begins: time by a trial of its own optimizer step, memory as planned.
public struct RunCost: Sendable, Hashable, Codable {
    public var trainingRecordings: Int
    public var epochs: Int
    public var stepsPerEpoch: Int
    /// Measured on this machine, as busy as it is now; of large batches a small part, scaled.
    public var secondsPerStep: Double
    /// Steps, validations and tests of the whole run.
    public var seconds: Double
    /// Network, optimizer, and a step's activations; without the recordings and images, which are read first.
    public var memoryBytes: Int
    /// Bytes that can be taken now; `nil` where the system does not say.
    public var availableBytes: Int?
    /// Whether the recordings were counted; otherwise the data set is absent, and they are as many as it was published with.
    public var isCounted: Bool

    /// - Parameter contents: the opened data set; `nil` counts as published.
    /// - Throws: `TrainingError` for names that do not exist, `DataSetError` for a data set that does not,
    ///   `EngineRefusal` if nobody knows how large it is.
    public static func estimate(
        _ configuration: RunConfiguration, contents: (any DataSetContents)?,
        _ catalogue: TrainingCatalogue = .shipped
    ) throws -> RunCost {
        let (counts, classCount) = try count(configuration, contents, catalogue)
        let (batchSize, epochs) = (configuration.training.batchSize, configuration.training.epochs)
        let streams = try catalogue.strategy(of: configuration).streams
        let network = try catalogue.makeNetwork(configuration, classCount: classCount)
        let step = TrainingStep(
            network: network, streams: streams, batchSize: batchSize, seed: 1,
            optimizer: try catalogue.optimizer(of: configuration).make(network.parameters),
            options: try configuration.traceOptions(), terms: catalogue.losses)
        let evaluation = Evaluation(network: network, batchSize: batchSize, options: try configuration.traceOptions())
        let weights = network.parameters.reduce(0) { $0 + $1.value.count }
        let trial = StepTrial(configuration, network: network, streams: streams)
        let secondsPerStep = try trial.secondsPerStep(plannedBytes: step.plannedBytes)

        let stepsPerEpoch = max(1, counts.training / batchSize)
        let validations = epochs / max(1, configuration.training.validateEveryEpochs)
        let testsEachTime = configuration.training.selection == "reference-best-test"
        let evaluated = validations * (counts.validation + (testsEachTime ? counts.test : 0)) + counts.test
        // A forward pass alone is about a third of a step, and evaluation has one stream.
        let evaluationShare = (streams == .both ? 0.5 : 1.0) / 3 / Double(batchSize)
        let seconds =
            secondsPerStep * (Double(epochs * stepsPerEpoch) + Double(evaluated) * evaluationShare)
        return RunCost(
            trainingRecordings: counts.training, epochs: epochs, stepsPerEpoch: stepsPerEpoch,
            secondsPerStep: secondsPerStep, seconds: seconds,
            memoryBytes: step.plannedBytes + evaluation.plannedBytes + 2 * weights * MemoryLayout<Float>.stride,
            availableBytes: MachineMemory.available, isCounted: contents != nil)
    }

    /// One line for people.
    public var text: String {
        let counted = isCounted ? "" : " in the full data set"
        let free = availableBytes.map { ", \(Self.size($0)) free" } ?? ""
        func many(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
        return
            "about \(Self.duration(seconds)): \(many(epochs, "epoch")) of \(many(stepsPerEpoch, "step")) of "
            + "\(Self.duration(secondsPerStep)); \(Self.size(memoryBytes)) besides the data\(free); "
            + "\(trainingRecordings) training recordings\(counted)"
    }

    // MARK: Parts

    private static func count(
        _ configuration: RunConfiguration, _ contents: (any DataSetContents)?, _ catalogue: TrainingCatalogue
    ) throws -> (counts: (training: Int, validation: Int, test: Int), classes: Int) {
        var options = try configuration.dataOptions(catalogue)
        options.needsImages = false
        if let contents {
            let choice = try SampleChoice(options, of: contents)
            return ((choice.training.count, choice.validation.count, choice.test.count), contents.classNames.count)
        }
        let dataSet = try catalogue.dataSet(of: configuration)
        guard let size = dataSet.publishedSize else {
            throw EngineRefusal("the number of recordings in \(dataSet.title) is not known until it is installed")
        }
        let aside = (Double(size.training) * options.validationShare).rounded()
        var used = ((Double(size.training) - aside) * options.trainingShare).rounded(.down)
        if options.recordingsPerClass > 0 { used = min(used, Double(options.recordingsPerClass * size.classCount)) }
        let test = options.test == .rest ? size.training + size.test - Int(used) - Int(aside) : size.test
        return ((Int(used), Int(aside), test), size.classCount)
    }

    static func size(_ bytes: Int) -> String {
        bytes < 1 << 30
            ? "\((bytes + (1 << 20) - 1) >> 20) MiB" : String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
    }

    /// Two figures that people can plan with.
    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: String(format: "%.0f ms", max(1, seconds * 1000))
        case ..<100: String(format: "%.1f s", seconds)
        case ..<600: String(format: "%.1f minutes", seconds / 60)
        case ..<6000: String(format: "%.0f minutes", seconds / 60)
        case ..<172_800: String(format: "%.1f hours", seconds / 3600)
        default: String(format: "%.1f days", seconds / 86_400)
        }
    }
}

/// Optimizer steps on made-up frames, to see how long one takes.
private struct StepTrial {
    private let configuration: RunConfiguration
    private let network: SpikingNetwork
    private let streams: StreamUse

    /// A step that needs no more is tried as it is.
    private static let mostBytes = 256 << 20
    /// Of a larger one so many samples are tried. What does not grow with them counts for too much then, but is little.
    private static let fewSamples = 4

    init(_ configuration: RunConfiguration, network: SpikingNetwork, streams: StreamUse) {
        (self.configuration, self.network, self.streams) = (configuration, network, streams)
    }

    /// - Parameter plannedBytes: of the whole step.
    func secondsPerStep(plannedBytes: Int) throws -> Double {
        let batchSize = configuration.training.batchSize
        let tried = plannedBytes > Self.mostBytes ? min(batchSize, Self.fewSamples) : batchSize
        return try seconds(batchSize: tried) * Double(batchSize) / Double(tried)
    }

    /// The faster of two steps after one that touches the memory: whatever else the machine does only adds.
    private func seconds(batchSize: Int) throws -> Double {
        let step = TrainingStep(
            network: network, streams: streams, batchSize: batchSize, seed: 1, options: try configuration.traceOptions()
        )
        step.prepare()
        let batch = Batch(
            timeStepCount: configuration.data.timeStepCount, capacity: batchSize, size: configuration.data.size)
        // About as many pixels are active as in recordings.
        var random = RandomSource(seed: 1)
        for index in 0..<batch.eventFrames.count {
            batch.eventFrames.pointer[index] = Float(max(0, random.below(12) - 9))
        }
        for index in 0..<batch.images.count { batch.images.pointer[index] = random.uniform(0, 1) }
        let settings = TrainingStep.Settings(
            loss: try configuration.transferLoss(), learningRate: 1e-6, weightDecay: 0, clipNorm: 0,
            replacementProbability: 0)
        let taken = try (0..<3).map { index in
            let begin = DispatchTime.now().uptimeNanoseconds
            _ = try step.run(batch, settings: settings, optimizerStep: index)
            return Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        }
        return min(taken[1], taken[2])
    }
}

extension RunCost {
    /// Bytes that can be taken now without swapping; `nil` where the system does not say.
    public static var availableMemory: Int? { MachineMemory.available }
}
