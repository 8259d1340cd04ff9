import Communication
import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// A network of this program, trained by it, alone or together with other ranks.
final class NetworkLearner: Learner {
    private let replica: Replica
    private let catalogue: TrainingCatalogue
    private let description: EngineDescription
    /// What was taken of the weights of another run; `nil` without any.
    private let startNote: String?
    private var meter = MachineMeter()
    private var hasToldKernels = false
    /// Of the last step, by time step; empty with a single stream.
    private var lastLinearCKA: [Double] = []
    /// What its rank had sent and taken before the first step.
    private let firstTraffic: Traffic

    /// Reads the data, makes the network, plans and takes the memory.
    ///
    /// - Throws: `DataSetError`, `TrainingError`, `RunStoreError`, `FileFormatError`.
    init(_ order: LearnerOrder, _ catalogue: TrainingCatalogue, _ store: RunStore, _ group: RankGroup?) throws {
        (self.catalogue, description) = (catalogue, catalogue.description)
        // An edit back to what the run was started with must find its images, also after a resume without them.
        replica = try Replica.make(
            Replica.Plan(
                configuration: order.configuration, needsImages: try order.started.dataOptions(catalogue).needsImages,
                teacher: try WeightSource.teacher(of: order.configuration, in: store)),
            catalogue, paths: store.paths, group: group)
        startNote =
            try order.checkpoint == nil
            ? WeightSource.start(replica.network, of: order.configuration, in: store) : nil
        if let checkpoint = order.checkpoint {
            _ = try Checkpoint.restore(
                checkpoint, network: replica.network, optimizer: replica.step.optimizer, described: description)
        }
        try replica.shareState(described: description)
        firstTraffic = replica.group?.traffic ?? Traffic()
    }

    var configuration: RunConfiguration { replica.configuration }
    var stepsPerEpoch: Int { dataSet.batchesPerEpoch }
    func hasRecordings(of split: Split) -> Bool { dataSet.count(of: split) > 0 }
    var dataFingerprint: String? { dataSet.fingerprint }
    var rankCount: Int? { replica.group?.count }

    private var dataSet: PreparedDataSet { replica.dataSet }
    private var network: SpikingNetwork { replica.network }
    private var step: TrainingStep { replica.step }

    var openingNotes: [String] {
        dataSet.notes + [replica.tableNote, startNote].compactMap(\.self) + [
            "\(dataSet.count(of: .training)) training, \(dataSet.count(of: .validation)) validation "
                + "and \(dataSet.count(of: .test)) test recordings" + (dataSet.isSimulated ? " (simulated)" : ""),
            "a step needs \(replica.plannedBytes >> 20) MiB; data \(dataSet.byteCount >> 20) MiB; "
                + "\(network.parameterCount) parameters",
        ]
    }

    /// How static inputs give way over the run, as configured now.
    var plan: [Double]? {
        SlidingPlan.probabilities(configuration, catalogue, batchesPerEpoch: dataSet.batchesPerEpoch)
    }

    func makeManifest() throws -> Manifest? { replica.contentsFolder == nil ? nil : try replica.makeManifest() }

    // MARK: Edits

    func check(_ edited: RunConfiguration) throws {
        _ = try catalogue.stepSettings(
            of: edited, progress: RunProgress(epoch: 0, batch: 0, epochs: 1, batchesPerEpoch: 1))
        let streams = try catalogue.strategy(of: edited).streams
        if streams != step.streams {
            try Replica.refuseWhatDoesNotFit(
                step: try replica.plannedStep(streams), evaluation: replica.evaluation,
                batchSize: configuration.training.batchSize, held: replica.plannedBytes)
        }
        if try edited.dataOptions(catalogue).needsImages, try !configuration.dataOptions(catalogue).needsImages,
            !dataSet.options.needsImages
        {
            throw EngineRefusal(
                "this run began without static images, which \(edited.sliding.strategy) needs: begin a new run with it")
        }
    }

    func adopt(_ edited: RunConfiguration) throws { try replica.adopt(edited) }

    // MARK: Training

    func advance(_ moment: StepMoment) throws -> LearnerStep {
        let made = try replica.advance(moment.progress, optimizerStep: moment.optimizerStep)
        lastLinearCKA = made.outcome.loss.linearCKA
        var time = made.outcome.time
        time.data = made.waiting
        let load = meter.addStep(
            time, workSeconds: moment.workSeconds(), processorSeconds: moment.processorSeconds())
        let observation = StepObservation(
            outcome: made.outcome, settings: made.settings, network: network, trace: step.trace,
            optimizerStep: moment.optimizerStep + 1, load: load)
        let others = catalogue.metrics.filter {
            switch $0.pace {
            case .everyStep: false
            case .everyFewSteps: moment.samples
            case .everySecond: load != nil
            }
        }
        return LearnerStep(
            points: Self.points(of: observation, catalogue.metrics.filter { $0.pace == .everyStep }),
            others: others.isEmpty ? [] : Self.points(of: observation, others), samples: made.samples,
            seconds: made.seconds, waiting: made.waiting)
    }

    private static func points(of step: StepObservation, _ metrics: [any Metric]) -> [MetricPoint] {
        metrics.flatMap { $0.measure(step) }.map {
            MetricPoint(series: $0.series, optimizerStep: step.optimizerStep, value: $0.value)
        }
    }

    /// A line a convolution: what it used, and how dense its input was.
    func takeNotes() -> [String] {
        guard !hasToldKernels else { return [] }
        hasToldKernels = true
        return zip(network.layers.compactMap { $0 as? Convolution }, step.trace.convolutions.map(\.use)).map {
            layer, use in
            let passes = [
                "forward \(use.forward.rawValue)", use.weightGradient.map { "weight gradient \($0.rawValue)" },
                use.inputGradient.map { "input gradient \($0.rawValue)" },
            ]
            let percent = (use.density * 1000).rounded() / 10
            return
                "\(layer.name): \(passes.compactMap { $0 }.joined(separator: ", ")); \(percent) % of its inputs active"
        }
    }

    func pictures(optimizerStep: Int, measuresLayers: Bool) -> LearnerPictures {
        LearnerPictures(
            spikes: SpikeReports.grid(step.trace.eventSpikeStatistics(), optimizerStep: optimizerStep),
            alignment: lastLinearCKA.isEmpty
                ? nil
                : AlignmentSnapshot(
                    optimizerStep: optimizerStep, linearCKA: lastLinearCKA,
                    timeStepWeights: network.timeStepWeights.map(Double.init),
                    layers: measuresLayers
                        ? step.trace.streamSimilarities().map {
                            AlignmentSnapshot.Layer(name: $0.layer, linearCKA: $0.linearCKA)
                        } : []))
    }

    func evaluation(of split: Split) throws -> any PartialEvaluation { NetworkEvaluation(replica, split) }

    // MARK: Checkpoints

    func write(_ checkpoint: Checkpoint, to folder: URL) throws {
        try checkpoint.write(to: folder, network: network, optimizer: step.optimizer, described: description)
    }

    func restore(_ folder: URL, goesOn: Bool) throws {
        if goesOn {
            _ = try Checkpoint.restore(
                folder, network: network, optimizer: step.optimizer, described: description)
        } else {
            let file = folder.appendingPathComponent(Checkpoint.modelFile)
            try network.loadState(from: SafetensorsFile(contentsOf: file))
        }
        try replica.shareState(described: description)
    }

    // MARK: The end

    func predictions(of evaluation: LearnerEvaluation) -> TestPredictions? {
        let rows = zip(zip(dataSet.testRecordings, dataSet.labels(of: .test)), evaluation.answers).map {
            test, answer in
            TestPredictions.Row(
                recording: test.0, className: dataSet.classNames[test.1], answer: dataSet.classNames[answer])
        }
        return TestPredictions(rows)
    }

    /// Estimated on test recordings; `nil` where neurons fire something else than spikes, or the memory for it is not free.
    func energyPerInference() throws -> Double? {
        let measurement = OperationMeasurement(network: network, options: try configuration.traceOptions())
        guard measurement.plannedBytes < MachineMemory.available ?? .max else { return nil }
        return dataSet.operations(on: .test, measurement)?.reduce(0) { $0 + $1.nanojoules }
    }

    func summary(steps: Int, seconds: Double) -> String? {
        guard let group = replica.group else { return nil }
        let parameters = network.parameters.reduce(0) { $0 + $1.value.count }
        return RankSummary.text(
            ranks: group.count, parameters: parameters, steps: steps, seconds: seconds, before: firstTraffic,
            now: group.traffic)
    }

    func end() {}
}

/// A batch of each rank at a time.
private final class NetworkEvaluation: PartialEvaluation {
    private let replica: Replica
    private let split: Split
    private var tally: Evaluation.Tally
    private var round = 0

    init(_ replica: Replica, _ split: Split) {
        (self.replica, self.split) = (replica, split)
        tally = replica.evaluation.begin()
    }

    func proceed() throws -> LearnerEvaluation? {
        if round < replica.roundCount(of: split) {
            try replica.evaluate(split, round: round, into: &tally)
            round += 1
            return nil
        }
        let result = tally.result
        return LearnerEvaluation(
            accuracy: result.accuracy, loss: result.loss,
            figures: [(.unpredictedClasses, Double(result.unpredictedClassCount))],
            spikesPerInference: result.spikesPerInference, answers: result.answers)
    }
}
