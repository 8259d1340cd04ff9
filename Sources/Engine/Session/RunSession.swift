import Configuration
import Data
import FileFormats
import Foundation
import Messages
import RunStore
import Training

/// A run in memory: what learns, and where the run is. Owned by the engine alone.
///
/// A step is the part that must not wait for anybody; everything that is journalled goes through here, and is on disk when
/// the call returns.
final class RunSession {
    let run: String
    let name: String?
    let store: RunStore
    private let source: any LearnerSource
    let description: EngineDescription
    private(set) var optimizerStep = 0
    private(set) var edits: [AppliedEdit] = []
    /// Epochs whose validation is done and whose line is in the summary.
    private(set) var endedEpochs = 0
    var best: BestEpoch?
    var bestReferenceTest: (accuracy: Double, epoch: Int)?

    let learner: any Learner
    let recorder: RunRecorder
    private let heartbeat: Heartbeat
    let troubles = WriteTroubles()
    /// Edits that are still to be made.
    var pending = PendingEdits()
    /// Where this process went on with the run.
    private(set) var firstStep = 0
    private var firstSeconds = 0.0
    /// A fork that is made again is tested on the epochs after this step, as the fork was.
    var ownStretchBegin = 0
    /// Where a reproduced run ends: where its original did. `nil`: with the last epoch.
    var lastStep: Int?

    /// Makes what learns, which reads the data and takes the memory.
    ///
    /// - Parameter checkpoint: where to go on; `nil` begins.
    /// - Throws: `DataSetError`, `TrainingError`, `RunStoreError`, `FileFormatError`, `ProgramError`.
    init(
        run: String, name: String?, store: RunStore, source: any LearnerSource,
        configuration started: RunConfiguration,
        edits: [AppliedEdit] = [], checkpoint: CheckpointRecord? = nil
    ) throws {
        (self.run, self.name, self.store, self.edits) = (run, name, store, edits)
        heartbeat = store.heartbeat(run: run)
        let description = source.description
        (self.source, self.description) = (source, description)
        let saved = try checkpoint.map {
            try Checkpoint.read(URL(fileURLWithPath: $0.path), described: description)
        }
        let configuration =
            saved.map { description.keepingRestartKnobs(of: started, in: $0.configuration) } ?? started
        learner = try source.make(
            LearnerOrder(
                run: run, configuration: configuration, started: started,
                checkpoint: checkpoint.map { URL(fileURLWithPath: $0.path) }))
        recorder = RunRecorder(run: run, store: store, troubles: troubles, description: description)
        if let checkpoint, let saved {
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
            if let fingerprint = saved.dataFingerprint, let now = learner.dataFingerprint, fingerprint != now {
                throw EngineRefusal(
                    "the data have changed since the run \(run) was trained: fingerprint then \(fingerprint), now "
                        + "\(now); restore the files, or begin a new run")
            }
            recorder.gather(
                try store.metricsWithAncestors(run: run, from: endedEpochs * learner.stepsPerEpoch + 1)
                    .filter { $0.optimizerStep <= saved.optimizerStep })
        }
        try keepRankCount()
        try keepManifest()
        pending.fromJournal = edits.filter { $0.number > saved?.editCount ?? 0 }
        // A fork from before an edit may do something else instead.
        if checkpoint?.reason != Self.forkReason { pending.takeUp(due: saved?.due ?? [], at: optimizerStep) }
        (firstStep, firstSeconds) = (optimizerStep, seconds)
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
        if let count = learner.rankCount { kept.append("ranks:\(count)") }
        if kept != tags { try store.tag(run: run, tags: kept) }
    }

    /// Writes down which files the run uses, with their hashes, once; what comes with the program has no files.
    private func keepManifest() throws {
        let path = store.folder(of: run).appendingPathComponent(Manifest.fileName).path
        guard !FileManager.default.fileExists(atPath: path), let manifest = try learner.makeManifest() else { return }
        try troubles.attempt(.manifest) { try manifest.write(to: path) }
    }

    /// Somebody may have removed the checkpoint of the best epoch: then the best is found again.
    private func forgetMissingBest() throws {
        guard best != nil, try store.bestCheckpoint(run: run) == nil else { return }
        best = nil
    }

    var configuration: RunConfiguration { learner.configuration }

    // MARK: Where the run is

    var totalSteps: Int { configuration.training.epochs * learner.stepsPerEpoch }
    var isComplete: Bool { optimizerStep >= totalSteps }
    var isAtItsEnd: Bool { lastStep.map { optimizerStep >= $0 } ?? false }
    /// The steps of an epoch are made, but not what follows them: also after a resume from the middle of a validation.
    var hasEpochToEnd: Bool { isAtEpochStart && progress.epoch > endedEpochs }
    func markEpochEnded() { endedEpochs = progress.epoch }
    var isAtEpochStart: Bool { optimizerStep % learner.stepsPerEpoch == 0 }

    var progress: RunProgress {
        RunProgress(
            epoch: optimizerStep / learner.stepsPerEpoch, batch: optimizerStep % learner.stepsPerEpoch,
            epochs: configuration.training.epochs, batchesPerEpoch: learner.stepsPerEpoch)
    }

    func state(_ phase: RunState.Phase) -> RunState {
        RunState(
            run: run, name: name, phase: phase, optimizerStep: optimizerStep, totalSteps: totalSteps,
            epoch: min(progress.epoch, max(0, configuration.training.epochs - 1)),
            epochs: configuration.training.epochs, configuration: configuration, plan: learner.plan)
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
        let made = try learner.advance(
            StepMoment(
                progress: progress, optimizerStep: optimizerStep, samples: samples, workSeconds: { self.seconds },
                processorSeconds: { self.work.processorSeconds }))
        optimizerStep += 1
        recorder.addStep(seconds: made.seconds, waiting: made.waiting, samples: made.samples)
        recorder.gather(made.points)
        return made.points + made.others
    }

    /// What the screens draw of the step just made.
    ///
    /// - Parameter measuresLayers: whether the streams are compared layer by layer, too.
    func pictures(measuresLayers: Bool) -> LearnerPictures {
        learner.pictures(optimizerStep: optimizerStep, measuresLayers: measuresLayers)
    }

    /// What training has cost since this process went on with the run.
    var costSummary: String? {
        let steps = optimizerStep - firstStep
        return steps > 0 ? learner.summary(steps: steps, seconds: seconds - firstSeconds) : nil
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
        try source.checkLiveNames(of: edited)
        try learner.check(edited)
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
        let before = configuration
        // Before anything is journalled: a run must not end because of an edit that it took.
        try learner.adopt(edited)
        do {
            try store.record(edit: edit)
        } catch {
            try learner.adopt(before)
            throw error
        }
        edits.append(edit)
        return (edit, checkpoint)
    }

    /// Applies journalled edits of this step again, after a resume.
    func applyFromJournal() throws {
        while let next = pending.nextFromJournal(at: optimizerStep) {
            var edited = configuration
            for difference in next.differences {
                try description.restore(difference.key, to: difference.new, in: &edited)
            }
            try source.checkLiveNames(of: edited)
            try learner.adopt(edited)
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
