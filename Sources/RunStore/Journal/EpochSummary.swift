import Foundation

/// One row of a run's `summary.csv`. Losses and accuracies are means over the epoch, accuracies shares, 0…1; what was
/// not measured is left empty.
public struct EpochSummary: Sendable, Hashable {
    /// Epochs that are over, this one included.
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
    /// Adds rows to the run's `summary.csv`, all or none. What is there already is not read: a row costs the same however
    /// many there are.
    public func append(summary rows: [EpochSummary], run: String) throws(RunStoreError) {
        let file = try summaryFile(of: run)
        try translatingStorage { () throws(StorageError) in try file.append(rows.map(\.line)) }
    }

    /// Drops the rows of later epochs, and one cut off by a crash: a run that is resumed makes those epochs again.
    public func dropSummary(after epoch: Int, run: String) throws(RunStoreError) {
        let file = try summaryFile(of: run)
        try translatingStorage { () throws(StorageError) in try file.drop(after: epoch) }
    }

    private func summaryFile(of run: String) throws(RunStoreError) -> SummaryFile {
        try read { _ = try Self.row(run, in: $0) }
        return SummaryFile(path: folder(of: run).appendingPathComponent(RunFolder.summary).path)
    }
}
