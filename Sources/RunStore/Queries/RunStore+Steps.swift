import Configuration
import GRDB
import Messages

/// What was measured at one optimizer step.
public struct StepMeasurements: Sendable, Hashable {
    public var optimizerStep: Int
    /// A point of every curve that has one there.
    public var points: [MetricPoint]
}

extension RunStore {
    /// The first steps behind a step, with everything that was measured at each: a run of any length can be read a stretch
    /// at a time.
    ///
    /// - Parameters:
    ///   - reference: identifier, beginning of one, or name.
    ///   - step: the last one that is known already; -1 for the beginning.
    ///   - limit: points of a curve that are read at most; there are no more steps than that in the answer, as a rule fewer.
    /// - Returns: in the order of the steps; empty behind the last.
    public func measurements(
        of reference: String, after step: Int, limit: Int = 2048
    ) throws(RunStoreError) -> [StepMeasurements] {
        try read { db in
            let row = try Self.find(reference, in: db)
            var points: [MetricPoint] = []
            // Curves that were cut tell how far all of them are known.
            var end = Int.max
            for series in try Self.seriesNames(of: row, in: db) {
                let found = try Self.points(of: row, series: series, from: step + 1, limit: limit, in: db)
                if found.count == limit, let last = found.last { end = min(end, last.optimizerStep) }
                points += found
            }
            let known = Dictionary(grouping: points.lazy.filter { $0.optimizerStep <= end }, by: \.optimizerStep)
            return known.map { StepMeasurements(optimizerStep: $0.key, points: $0.value) }
                .sorted { $0.optimizerStep < $1.optimizerStep }
        }
    }
}
