import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Training

/// A run in memory: data, network, optimizer, and where it is. Owned by the engine alone.
///
/// A step is the part that must not wait for anybody; everything that is journalled goes through here, and is on disk when
/// the call returns.
final class RunSession {
    let run: String
    let name: String?
    let store: RunStore
    private let catalogue: TrainingCatalogue
    let description: EngineDescription
    private(set) var configuration: RunConfiguration
    private(set) var optimizerStep = 0
    private(set) var edits: [AppliedEdit] = []
    /// Epochs whose validation is done and whose line is in the summary.
    private(set) var endedEpochs = 0
    var best: BestEpoch?
    var bestReferenceTest: (accuracy: Double, epoch: Int)?

    let dataSet: PreparedDataSet
    /// How tables are read whose files do not tell it.
    let tableNote: String?
    /// What was taken of the weights of another run; `nil` without any.
    let startNote: String?
    let network: SpikingNetwork
    private(set) var step: TrainingStep
    private let prefetcher: BatchPrefetcher
    let evaluation: Evaluation
    private let evaluationBatch: Batch
    let recorder: RunRecorder
    private var meter = MachineMeter()
    private let heartbeat: Heartbeat
    let troubles = WriteTroubles()
    private var hasToldKernels = false
    /// Of the last step, by time step; empty with a single stream.
    private(set) var lastLinearCKA: [Double] = []
    /// Edits that are still to be made.
    var pending = PendingEdits()
    /// Where this process went on with the run.
    private(set) var firstStep = 0
    /// A fork that is made again is tested on the epochs after this step, as the fork was.
    var ownStretchBegin = 0
    /// Where a reproduced run ends: where its original did. `nil`: with the last epoch.
    var lastStep: Int?

    /// Reads the data, makes the network, plans and takes the memory.
    ///
    /// - Parameter checkpoint: where to go on; `nil` begins.
    /// - Throws: `DataSetError`, `TrainingError`, `RunStoreError`, `FileFormatError`.
    init(
        run: String, name: String?, store: RunStore, catalogue: TrainingCatalogue,
        configuration started: RunConfiguration,
        edits: [AppliedEdit] = [], checkpoint: CheckpointRecord? = nil
    ) throws {
        (self.run, self.name, self.store, self.edits) = (run, name, store, edits)
        heartbeat = store.heartbeat(run: run)
        let description = catalogue.description
        (self.catalogue, self.description) = (catalogue, description)
        let saved = try checkpoint.map {
            try Checkpoint.read(URL(fileURLWithPath: $0.path), described: description)
        }
        self.configuration = saved.map { description.keepingRestartKnobs(of: started, in: $0.configuration) } ?? started
        let configuration = self.configuration
        let known = try catalogue.dataSet(of: configuration)
        var folders = try configuration.dataFolders()
        folders.keep(in: store.paths)
        // An edit back to what the run was started with must find its images, also after a resume without them.
        var options = try configuration.dataOptions(catalogue)
        options.needsImages = try options.needsImages || started.dataOptions(catalogue).needsImages
        let contents = try RunCheck.open(known, folders)
        tableNote = TableGuess.note(contents, folders.table)
        dataSet = try PreparedDataSet(options, contents: contents, isSimulated: known.isSimulated)
        try LongWork.check()
        network = try catalogue.makeNetwork(configuration, classCount: dataSet.classNames.count)
        startNote = try checkpoint == nil ? WeightSource.start(network, of: configuration, in: store) : nil
        try LongWork.check()
        let batchSize = configuration.training.batchSize
        step = TrainingStep(
            network: network, streams: try catalogue.strategy(of: configuration).streams, batchSize: batchSize,
            seed: UInt64(configuration.training.seed),
            optimizer: try catalogue.optimizer(of: configuration).make(network.parameters),
            options: try configuration.traceOptions(), terms: catalogue.losses,
            teacher: try WeightSource.teacher(
                of: configuration, in: store, catalogue, classCount: dataSet.classNames.count))
        evaluation = Evaluation(network: network, batchSize: batchSize, options: try configuration.traceOptions())
        try Self.refuseWhatDoesNotFit(step: step, evaluation: evaluation, batchSize: batchSize)
        step.prepare()
        try LongWork.check()
        evaluationBatch = dataSet.makeBatch()
        prefetcher = BatchPrefetcher(dataSet)
        recorder = RunRecorder(run: run, store: store, troubles: troubles, description: description)
        if let checkpoint, let saved {
            _ = try Checkpoint.restore(
                URL(fileURLWithPath: checkpoint.path), network: network, optimizer: step.optimizer,
                described: description)
            optimizerStep = saved.optimizerStep
            // A fork is tested on its own epochs: what its parent was best at is the parent's.
            if checkpoint.reason != Self.forkReason {
                best = saved.bestValidationAccuracy.map {
                    BestEpoch(
                        accuracy: $0, loss: saved.bestValidationLoss, epoch: saved.bestEpoch ?? 0,
                        optimizerStep: saved.bestStep)
                }
                bestReferenceTest = saved.bestReferenceTestAccuracy.map { ($0, saved.bestReferenceTestEpoch ?? 0) }
            }
            endedEpochs = saved.endedEpochs
            pending.waiting = saved.waiting
            // The time of a fork is its own.
            if checkpoint.reason != Self.forkReason { work = WorkTime(seconds: saved.seconds ?? 0) }
            if let fingerprint = saved.dataFingerprint, fingerprint != dataSet.fingerprint {
                throw EngineRefusal(
                    "the data have changed since the run \(run) was trained: fingerprint then \(fingerprint), now "
                        + "\(dataSet.fingerprint); restore the files, or begin a new run")
            }
            recorder.gather(
                try store.metricsWithAncestors(run: run, from: endedEpochs * dataSet.batchesPerEpoch + 1)
                    .filter { $0.optimizerStep <= saved.optimizerStep })
        }
        try keepManifest(of: contents)
        pending.fromJournal = edits.filter { $0.number > saved?.editCount ?? 0 }
        // A fork from before an edit may do something else instead.
        if checkpoint?.reason != Self.forkReason { pending.takeUp(due: saved?.due ?? [], at: optimizerStep) }
        firstStep = optimizerStep
        pending.schedule(
            try description.scheduledEdits(of: started), journal: edits, from: optimizerStep, of: totalSteps)
        try forgetWhatFollows()
        try forgetMissingBest()
    }

    /// The steps after this one are made again, perhaps with other settings: nothing is left of what they gave.
    private func forgetWhatFollows() throws {
        try troubles.attempt(.steps) {
            try store.dropMeasurements(after: optimizerStep, run: run)
            try store.dropSummary(after: endedEpochs, run: run)
            try store.dropBest(after: optimizerStep, run: run)
        }
    }

    /// Writes down which files the run uses, with their hashes, once; what comes with the program has no files.
    private func keepManifest(of contents: any DataSetContents) throws {
        let path = store.folder(of: run).appendingPathComponent(Manifest.fileName).path
        guard contents.folder != nil, !FileManager.default.fileExists(atPath: path) else { return }
        let manifest = try Manifest(of: dataSet, contents: contents)
        try troubles.attempt(.manifest) { try manifest.write(to: path) }
    }

    /// Somebody may have removed the checkpoint of the best epoch: then the best is found again.
    private func forgetMissingBest() throws {
        guard best != nil, try store.bestCheckpoint(run: run) == nil else { return }
        best = nil
    }

    deinit { prefetcher.stop() }

    /// - Parameter held: bytes of an earlier step and evaluation, which these take the place of.
    private static func refuseWhatDoesNotFit(
        step: TrainingStep, evaluation: Evaluation, batchSize: Int, held: Int = 0
    ) throws(TrainingError) {
        let needed = step.plannedBytes + evaluation.plannedBytes
        guard let free = MachineMemory.available, case let available = free + held, needed > available else { return }
        let fitting = Int(Double(batchSize) * Double(available) / Double(needed) * 0.9)
        throw .doesNotFit(
            needed: needed, available: available, batchSize: batchSize, fittingBatchSize: fitting >= 2 ? fitting : nil)
    }

    /// After the first step of the session, a line a convolution: what it used, and how dense its input was; nothing later.
    func takeKernelNotes() -> [String] {
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

    /// Bytes of a step and an evaluation, as planned before the run.
    var plannedBytes: Int { step.plannedBytes + evaluation.plannedBytes }

    // MARK: Where the run is

    var totalSteps: Int { configuration.training.epochs * dataSet.batchesPerEpoch }
    var isComplete: Bool { optimizerStep >= totalSteps }
    var isAtItsEnd: Bool { lastStep.map { optimizerStep >= $0 } ?? false }
    /// The steps of an epoch are made, but not what follows them: also after a resume from the middle of a validation.
    var hasEpochToEnd: Bool { isAtEpochStart && progress.epoch > endedEpochs }
    func markEpochEnded() { endedEpochs = progress.epoch }
    var isAtEpochStart: Bool { optimizerStep % dataSet.batchesPerEpoch == 0 }

    var progress: RunProgress {
        RunProgress(
            epoch: optimizerStep / dataSet.batchesPerEpoch, batch: optimizerStep % dataSet.batchesPerEpoch,
            epochs: configuration.training.epochs, batchesPerEpoch: dataSet.batchesPerEpoch)
    }

    func state(_ phase: RunState.Phase) -> RunState {
        RunState(
            run: run, name: name, phase: phase, optimizerStep: optimizerStep, totalSteps: totalSteps,
            epoch: min(progress.epoch, max(0, configuration.training.epochs - 1)),
            epochs: configuration.training.epochs, configuration: configuration, plan: plan)
    }

    /// How static inputs give way over the run, as configured now.
    private var plan: [Double]? {
        SlidingPlan.probabilities(
            configuration, catalogue, batchesPerEpoch: dataSet.batchesPerEpoch)
    }

    // MARK: Time

    private var work = WorkTime()

    /// Of training, validation and tests, over all processes that the run was in; not of pauses and preparation.
    var seconds: Double { work.seconds }

    func beginWork() { work.begin() }
    func endWork() { work.end() }

    // MARK: Training

    /// Makes one optimizer step.
    ///
    /// - Parameter samples: whether what takes a while is measured of it, too.
    /// - Returns: the points of its curves.
    func advance(samples: Bool) throws(TrainingError) -> [MetricPoint] {
        let settings = try catalogue.stepSettings(of: configuration, progress: progress)
        let begin = DispatchTime.now().uptimeNanoseconds
        let batch = prefetcher.next(
            epoch: progress.epoch, index: progress.batch,
            options: AugmentationOptions(configuration, catalogue: catalogue.augmentations))
        let loaded = DispatchTime.now().uptimeNanoseconds
        let outcome = try step.run(batch, settings: settings, optimizerStep: optimizerStep)
        lastLinearCKA = outcome.loss.linearCKA
        let end = DispatchTime.now().uptimeNanoseconds
        let waiting = Double(loaded - begin) / 1e9
        recorder.addStep(seconds: Double(end - begin) / 1e9, waiting: waiting, samples: batch.labels.count)
        var time = outcome.time
        time.data = waiting
        let load = meter.addStep(time, workSeconds: seconds, processorSeconds: work.processorSeconds)
        optimizerStep += 1
        let observation = StepObservation(
            outcome: outcome, settings: settings, network: network, trace: step.trace, optimizerStep: optimizerStep,
            load: load)
        let points = Self.points(of: observation, catalogue.metrics.filter { $0.pace == .everyStep })
        recorder.gather(points)
        let others = catalogue.metrics.filter {
            switch $0.pace {
            case .everyStep: false
            case .everyFewSteps: samples
            case .everySecond: load != nil
            }
        }
        return others.isEmpty ? points : points + Self.points(of: observation, others)
    }

    private static func points(of step: StepObservation, _ metrics: [any Metric]) -> [MetricPoint] {
        metrics.flatMap { $0.measure(step) }.map {
            MetricPoint(series: $0.series, optimizerStep: step.optimizerStep, value: $0.value)
        }
    }

    /// Evaluates one batch of a split.
    func evaluate(_ split: Split, batch index: Int, into tally: inout Evaluation.Tally) {
        dataSet.evaluationBatch(split: split, index: index, into: evaluationBatch)
        evaluation.add(evaluationBatch, to: &tally)
    }

    // MARK: Edits

    /// Checks changes without making them.
    ///
    /// - Throws: `ConfigurationError` or `TrainingError`, with what is wrong about the first bad one; `EngineRefusal`
    ///   while edits of the journal have yet to take effect again, because the order of the journal is that of the steps.
    func check(_ changes: [KnobChange]) throws -> RunConfiguration {
        if let next = pending.fromJournal.last {
            throw EngineRefusal(
                "the run is repeating steps up to edit \(next.letter) at step \(next.optimizerStep): "
                    + "edit it after that step")
        }
        var edited = configuration
        try description.make(changes, in: &edited)
        try catalogue.checkLiveNames(of: edited)
        _ = try catalogue.stepSettings(of: edited, progress: progress)
        let streams = try catalogue.strategy(of: edited).streams
        if streams != step.streams {
            // Before anything is journalled: a run must not end because of an edit that it took.
            try Self.refuseWhatDoesNotFit(
                step: try plannedStep(streams), evaluation: evaluation, batchSize: configuration.training.batchSize,
                held: plannedBytes)
        }
        if try edited.dataOptions(catalogue).needsImages, try !configuration.dataOptions(catalogue).needsImages,
            !dataSet.options.needsImages
        {
            throw EngineRefusal(
                "this run began without static images, which \(edited.sliding.strategy) needs: begin a new run with it")
        }
        return edited
    }

    func takeScheduled() -> [(index: Int, changes: [KnobChange])] {
        pending.takeScheduled(at: optimizerStep, journal: edits)
    }

    /// Makes a checkpoint, then the changes, and journals them.
    ///
    /// - Returns: the edit, and the checkpoint before it; `nil` if nothing changed.
    func apply(
        _ changes: [KnobChange], origin: AppliedEdit.Origin
    ) throws -> (edit: AppliedEdit, checkpoint: CheckpointRecord)? {
        let edited = try check(changes)
        let differences = description.differences(from: configuration, to: edited)
        guard !differences.isEmpty else { return nil }
        let checkpoint = try writeCheckpoint(reason: "edit").record
        let edit = AppliedEdit(
            number: (edits.last?.number ?? 0) + 1, run: run, optimizerStep: optimizerStep, differences: differences,
            origin: origin, checkpoint: checkpoint.path)
        try store.record(edit: edit)
        edits.append(edit)
        try adopt(edited)
        return (edit, checkpoint)
    }

    /// Applies journalled edits of this step again, after a resume.
    func applyFromJournal() throws {
        while let next = pending.nextFromJournal(at: optimizerStep) {
            var edited = configuration
            for difference in next.differences {
                try description.restore(difference.key, to: difference.new, in: &edited)
            }
            try catalogue.checkLiveNames(of: edited)
            try adopt(edited)
        }
    }

    private func adopt(_ edited: RunConfiguration) throws {
        let streams = try catalogue.strategy(of: edited).streams
        configuration = edited
        guard streams != step.streams else { return }
        // Other inputs need other memory; network and optimizer stay.
        step = try plannedStep(streams)
        step.prepare()
    }

    private func plannedStep(_ streams: StreamUse) throws -> TrainingStep {
        TrainingStep(
            network: network, streams: streams, batchSize: configuration.training.batchSize,
            seed: UInt64(configuration.training.seed), optimizer: step.optimizer,
            options: try configuration.traceOptions(), terms: catalogue.losses, teacher: step.teacher)
    }

    /// The changes that revert the latest edit that stands, and its number.
    func undoable() -> (changes: [KnobChange], number: Int)? {
        EditHistory(edits).standing.last.map { edit in
            (edit.differences.map { KnobChange(key: $0.key, value: $0.old) }, edit.number)
        }
    }

    /// The changes that make the latest undone edit again, and its number.
    func redoable() -> (changes: [KnobChange], number: Int)? {
        EditHistory(edits).undone.last.map { edit in
            (edit.differences.map { KnobChange(key: $0.key, value: $0.new) }, edit.number)
        }
    }
}
