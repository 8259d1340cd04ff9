import Foundation

/// One row of a run's `summary.csv`. Losses and accuracies are means over the epoch, accuracies shares, 0…1; what was
/// not measured is left empty.
public struct EpochSummary: Sendable, Hashable {
    /// Counts from 0.
    public var epoch: Int
    /// Optimizer steps made by the end of the epoch.
    public var optimizerStep: Int
    public var trainLoss: Double?
    public var imageLoss: Double?
    public var eventLoss: Double?
    public var domainLoss: Double?
    public var imageAccuracy: Double?
    public var eventAccuracy: Double?
    public var validationLoss: Double?
    public var validationAccuracy: Double?
    public var replacementProbability: Double?
    public var learningRate: Double?
    public var seconds: Double?

    public init(epoch: Int, optimizerStep: Int) { (self.epoch, self.optimizerStep) = (epoch, optimizerStep) }

    static let heading =
        "epoch,optimizer_step,train_loss,image_loss,event_loss,domain_loss,image_accuracy,event_accuracy,"
        + "validation_loss,validation_accuracy,replacement_probability,learning_rate,seconds"

    var line: String {
        let measured = [
            trainLoss, imageLoss, eventLoss, domainLoss, imageAccuracy, eventAccuracy, validationLoss,
            validationAccuracy, replacementProbability, learningRate, seconds,
        ]
        return ([String(epoch), String(optimizerStep)] + measured.map { $0.map { "\($0)" } ?? "" })
            .joined(separator: ",")
    }
}

extension RunStore {
    /// Adds a row to the run's `summary.csv`.
    ///
    /// A run that is resumed makes some epochs again: rows from that epoch on, and a row cut off by a crash, are
    /// dropped first.
    public func append(summary: EpochSummary, run: String) throws(RunStoreError) {
        try read { _ = try Self.row(run, in: $0) }
        let file = folder(of: run).appendingPathComponent(RunFolder.summary)
        try translatingStorage { () throws(StorageError) in
            let old = access(file.path, F_OK) == 0 ? String(decoding: try WholeFile.read(file), as: UTF8.self) : ""
            let complete = old.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            let kept = complete.dropFirst().filter { line in
                line.prefix { $0 != "," }.wholeMatch(of: /[0-9]+/).flatMap { Int($0.output) }.map { $0 < summary.epoch }
                    ?? false
            }
            if !complete.isEmpty, complete.count == kept.count + 1, old.hasSuffix("\n") {
                try WholeFile.append(summary.line + "\n", to: file)
            } else {
                let lines = [EpochSummary.heading] + kept.map(String.init) + [summary.line]
                try WholeFile.write(lines.joined(separator: "\n") + "\n", to: file, replacing: true)
            }
        }
    }
}
