import FileFormats
import Foundation
import Messages
import RunStore
import Training

/// What a run writes down of itself so that it can go on from there, and what gives way to it.
extension RunSession {
    /// Of the checkpoint that a fork begins with.
    static let forkReason = "fork"

    /// Writes a checkpoint and journals it.
    func writeCheckpoint(reason: String) throws -> WrittenCheckpoint {
        // Steps before a checkpoint are never made again: their points must be there when it is.
        try recorder.flush()
        let epoch = progress.epoch
        var checkpoint = Checkpoint(
            optimizerStep: optimizerStep, epoch: epoch, configuration: configuration,
            editCount: (edits.last?.number ?? 0) - pending.fromJournal.count, bestValidationAccuracy: best?.accuracy,
            bestEpoch: best?.epoch, bestReferenceTestAccuracy: bestReferenceTest?.accuracy,
            bestReferenceTestEpoch: bestReferenceTest?.epoch, endedEpochs: endedEpochs)
        (checkpoint.bestValidationLoss, checkpoint.bestStep) = (best?.loss, best?.optimizerStep)
        checkpoint.waiting = pending.waiting
        checkpoint.due = pending.due.isEmpty ? nil : pending.due
        checkpoint.dataFingerprint = learner.dataFingerprint
        checkpoint.seconds = seconds
        let folder = checkpointFolder(reason: reason)
        try learner.write(checkpoint, to: folder)
        let record = CheckpointRecord(
            run: run, optimizerStep: optimizerStep, epoch: epoch, path: folder.path, reason: reason)
        try store.record(checkpoint: record)
        return WrittenCheckpoint(record: record, removed: removeSuperseded(reason: reason))
    }

    private func checkpointFolder(reason: String) -> URL {
        let number = reason == "edit" ? "-\((edits.last?.number ?? 0) + 1)" : ""
        return store.checkpointFolder(of: run).appendingPathComponent(
            String(format: "%08d-%@%@", optimizerStep, reason, number), isDirectory: true)
    }

    /// Once a new checkpoint is complete and journalled, the best before it goes, and of those made every few epochs and
    /// for waiting edits the last three stay. All others are kept, and so are those that a fork in the queue goes on from.
    ///
    /// - Returns: the paths of those that went.
    private func removeSuperseded(reason: String) -> [String] {
        let kept = ["best": 1, "epoch": 3, "waiting": 3]
        // Where the queue cannot be read nobody knows what is still needed.
        guard let count = kept[reason], let needed = try? store.queuedCheckpoints(of: run) else { return [] }
        let folder = store.checkpointFolder(of: run)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        // Those of later steps are left of a stretch that a resume from before it gave up.
        let own = names.filter { $0.hasSuffix("-" + reason) }.sorted()
        func isAhead(_ name: String) -> Bool { Int(name.prefix { $0 != "-" }) ?? 0 > optimizerStep }
        let superseded = (own.filter(isAhead) + own.filter { !isAhead($0) }).dropLast(count)
        return superseded.filter { !needed.contains($0) }.map { folder.appendingPathComponent($0).path }.filter {
            // What cannot be removed costs space, nothing else.
            (try? FileManager.default.removeItem(atPath: $0)) != nil
        }
    }

    /// Takes the weights of the best epoch.
    ///
    /// - Returns: the optimizer step that they are of.
    func restoreBest() throws -> Int {
        guard let best = try store.bestCheckpoint(run: run) else {
            throw EngineRefusal("the checkpoint of the best epoch of \(run) no longer exists: the run cannot be tested")
        }
        try learner.restore(URL(fileURLWithPath: best.path), goesOn: false)
        return best.optimizerStep
    }
}

/// A checkpoint that is on disk, and what it took the place of.
struct WrittenCheckpoint {
    var record: CheckpointRecord
    /// Paths of earlier ones that are gone now.
    var removed: [String]

    /// What is to be told.
    var reports: [EngineReport] {
        [.checkpoint(record)] + (removed.isEmpty ? [] : [.checkpointsRemoved(run: record.run, paths: removed)])
    }
}
