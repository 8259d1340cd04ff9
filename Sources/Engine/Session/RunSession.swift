import Communication
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
    private(set) var optimizerStep = 0
    private(set) var edits: [AppliedEdit] = []
    /// Epochs whose validation is done and whose line is in the summary.
    private(set) var endedEpochs = 0
    var best: BestEpoch?
    var bestReferenceTest: (accuracy: Double, epoch: Int)?

    let replica: Replica
    /// What was taken of the weights of another run; `nil` without any.
    let startNote: String?
    let recorder: RunRecorder
    private var meter = MachineMeter()
    private let heartbeat: Heartbeat
    let troubles = WriteTroubles()
    private var hasToldKernels = false
    /// Of the last step, by time step; empty with a single stream.
    private(set) var lastLinearCKA: [Double] = []
    /// Edits that are still to be made.
    var pending = PendingEdits()
    /// Where this process went on with the run, and what its rank had sent and the run had taken until then.
    private(set) var firstStep = 0
    private(set) var firstTraffic = Traffic()
    private(set) var firstSeconds = 0.0
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
        edits: [AppliedEdit] = [], checkpoint: CheckpointRecord? = nil, group: RankGroup? = nil
    ) throws {
        (self.run, self.name, self.store, self.edits) = (run, name, store, edits)
        heartbeat = store.heartbeat(run: run)
        let description = catalogue.description
        (self.catalogue, self.description) = (catalogue, description)
        let saved = try checkpoint.map {
            try Checkpoint.read(URL(fileURLWithPath: $0.path), described: description)
        }
        let configuration =
            saved.map { description.keepingRestartKnobs(of: started, in: $0.configuration) } ?? started
        // An edit back to what the run was started with must find its images, also after a resume without them.
        replica = try Replica.make(
            Replica.Plan(
                configuration: configuration, needsImages: try started.dataOptions(catalogue).needsImages,
                teacher: try WeightSource.teacher(of: configuration, in: store)),
            catalogue, paths: store.paths, group: group)
        startNote =
            try checkpoint == nil ? WeightSource.start(replica.network, of: configuration, in: store) : nil
        recorder = RunRecorder(run: run, store: store, troubles: troubles, description: description)
        if let checkpoint, let saved {
            _ = try Checkpoint.restore(
                URL(fileURLWithPath: checkpoint.path), network: replica.network,
                optimizer: replica.step.optimizer, described: description)
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
        try replica.shareState(described: description)
        try keepRankCount()
        try keepManifest()
        pending.fromJournal = edits.filter { $0.number > saved?.editCount ?? 0 }
        // A fork from before an edit may do something else instead.
        if checkpoint?.reason != Self.forkReason { pending.takeUp(due: saved?.due ?? [], at: optimizerStep) }
        firstStep = optimizerStep
        (firstTraffic, firstSeconds) = (replica.group?.traffic ?? Traffic(), seconds)
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

    /// A tag says how many ranks have last trained it: with another number sums have another order, and bits differ.
    private func keepRankCount() throws {
        let tags = try store.run(run).summary.tags
        var kept = tags.filter { !$0.hasPrefix("ranks:") }
        if let group = replica.group { kept.append("ranks:\(group.count)") }
        if kept != tags { try store.tag(run: run, tags: kept) }
    }

    /// Writes down which files the run uses, with their hashes, once; what comes with the program has no files.
    private func keepManifest() throws {
        let path = store.folder(of: run).appendingPathComponent(Manifest.fileName).path
        guard replica.contentsFolder != nil, !FileManager.default.fileExists(atPath: path) else { return }
        let manifest = try replica.makeManifest()
        try troubles.attempt(.manifest) { try manifest.write(to: path) }
    }

    /// Somebody may have removed the checkpoint of the best epoch: then the best is found again.
    private func forgetMissingBest() throws {
        guard best != nil, try store.bestCheckpoint(run: run) == nil else { return }
        best = nil
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

    var configuration: RunConfiguration { replica.configuration }
    var dataSet: PreparedDataSet { replica.dataSet }
    var network: SpikingNetwork { replica.network }
    var step: TrainingStep { replica.step }

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
    func advance(samples: Bool) throws -> [MetricPoint] {
        let made = try replica.advance(progress, optimizerStep: optimizerStep)
        lastLinearCKA = made.outcome.loss.linearCKA
        recorder.addStep(seconds: made.seconds, waiting: made.waiting, samples: made.samples)
        var time = made.outcome.time
        time.data = made.waiting
        let load = meter.addStep(time, workSeconds: seconds, processorSeconds: work.processorSeconds)
        optimizerStep += 1
        let observation = StepObservation(
            outcome: made.outcome, settings: made.settings, network: network, trace: step.trace,
            optimizerStep: optimizerStep,
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
        try replica.adopt(edited)
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
            try replica.adopt(edited)
        }
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
