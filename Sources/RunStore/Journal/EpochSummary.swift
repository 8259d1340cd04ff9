import Configuration
import Foundation

/// One row of a run's `summary.csv`: an epoch's figures by the columns that the engine's series declare. What was not
/// measured is left empty.
public struct EpochSummary: Sendable, Hashable {
    /// Epochs that are over, this one included.
    public var epoch: Int
    /// Optimizer steps made by the end of the epoch.
    public var optimizerStep: Int
    /// By name of the column.
    public var figures: [String: Double] = [:]
    public var seconds: Double?

    public init(epoch: Int, optimizerStep: Int) { (self.epoch, self.optimizerStep) = (epoch, optimizerStep) }

    static func columns(_ description: EngineDescription) -> [String] {
        ["epoch", "optimizer_step"] + description.series.compactMap(\.column?.name) + ["seconds"]
    }

    static func heading(_ description: EngineDescription) -> String { columns(description).joined(separator: ",") }

    /// - Parameter columns: of the file, which an older program may have begun.
    func line(_ columns: [String]) -> String {
        columns.map { column in
            switch column {
            case "epoch": String(epoch)
            case "optimizer_step": String(optimizerStep)
            case "seconds": seconds.map { "\($0)" } ?? ""
            default: figures[column].map { "\($0)" } ?? ""
            }
        }.joined(separator: ",")
    }
}

extension RunStore {
    /// Adds rows to the run's `summary.csv`, all or none. Of what is there already only the heading is read: a row costs the
    /// same however many there are.
    public func append(summary rows: [EpochSummary], run: String) throws(RunStoreError) {
        let file = try summaryFile(of: run)
        try translatingStorage { () throws(StorageError) in
            try file.append(heading: EpochSummary.columns(description)) { columns in rows.map { $0.line(columns) } }
        }
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
