import Configuration
import FileFormats
import Foundation
import Messages
import RunStore

/// Writes a run as the reference code of the paper leaves one behind: `summary.csv` of timm's `update_summary`, and `args.yaml`
/// of its command line (`spec/METHOD.md`, 5; `main_transfer.py` of Brain-Cog-Lab/Transfer-for-DVS).
struct ReferenceExport {
    let store: RunStore
    let run: String

    /// Columns in the order of the reference, and where their figures come from: the mean of an epoch's steps, or for what is
    /// evaluated the last point.
    private static let columns: [(name: String, series: MetricSeries, isMean: Bool, factor: Double)] = [
        ("train_loss", .totalLoss, true, 1), ("train_domainLoss", .domainLoss, true, 1),
        ("train_rgbLoss", .imageLoss, true, 1), ("train_dvsLoss", .eventLoss, true, 1),
        ("eval_loss", .validationLoss, false, 1), ("eval_top1", .validationAccuracy, false, 100),
    ]

    /// - Parameter folder: is made if it is not there.
    /// - Returns: the files.
    /// - Throws: `CommandFailure` if one of them is there and is not to be replaced, or the run has not ended an epoch.
    func write(to folder: String, replaces: Bool) throws -> [String] {
        let timeline = try store.timeline(of: run)
        let summary = try table(timeline)
        let arguments = ReferenceArguments(timeline.detail, described: store.description).text
        try StoragePaths.ensure(URL(fileURLWithPath: folder, isDirectory: true))
        let files = [("summary.csv", summary), ("args.yaml", arguments)].map { ("\(folder)/\($0)", $1) }
        for (path, _) in files where !replaces && FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("\(path) already exists: give another folder, or overwrite it with --force")
        }
        for (path, text) in files { try OutputFile.write(Array(text.utf8), to: path, replaces: true) }
        return files.map(\.0)
    }

    /// Epochs count from 0, accuracies are percentages, lines end as Python's csv module ends them; what was not measured in an
    /// epoch is left empty.
    private func table(_ timeline: RunTimeline) throws -> String {
        let summary = timeline.detail.summary
        let length = max(1, timeline.totalSteps / max(1, summary.epochs))
        let epochs = summary.optimizerStep / length
        guard epochs > 0 else {
            throw CommandFailure(
                "\(summary.id) has not ended an epoch: it has made \(summary.optimizerStep) of \(length) steps of the first"
            )
        }
        let figures = try Self.columns.map { column in
            let points = try store.metrics(run: summary.id, series: column.series)
            return Dictionary(grouping: points) { (max($0.optimizerStep, 1) - 1) / length }.mapValues { points in
                let sum = points.reduce(0) { $0 + $1.value }
                return column.factor * (column.isMean ? sum / Double(points.count) : points.last?.value ?? .nan)
            }
        }
        let heading = (["epoch"] + Self.columns.map(\.name)).joined(separator: ",")
        let rows = (0..<epochs).map { epoch in
            ([String(epoch)] + figures.map { $0[epoch].map { "\($0)" } ?? "" }).joined(separator: ",")
        }
        return ([heading] + rows).map { $0 + "\r\n" }.joined()
    }
}
