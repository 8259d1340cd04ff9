import Configuration
import Messages

/// The report's table as words, for text and Markdown alike.
public struct StudyTable: Sendable, Hashable {
    public var heading: [String]
    public var rows: [[String]]
    /// Columns of figures.
    public var rightAligned: Set<Int>

    public init(_ report: StudyReport) {
        let hasPoints = !report.axes.isEmpty
        heading =
            (hasPoints ? report.axes.map { String($0.drop { $0 != "." }.dropFirst()) } : [])
            + ["arm", "seeds", "test %", "95 %", "− \(report.reference)", "95 %", "p", "more seeds", "validation %"]
            + ["steps", "passes"] + (report.hasSearch ? ["found"] : [])
        let figures = heading.count - (report.hasSearch ? 1 : 0)
        rightAligned = Set(report.axes.count + 1..<figures)
        rows = report.rows.map { row in
            let finished = row.cells.count { $0.state.result != nil }
            let total = max(row.cells.count, report.seeds.count)
            return row.point.map { $0.value.description }
                + [
                    row.arm + (row.isReference && report.arms.count > 1 ? " (reference)" : ""),
                    finished == total ? "\(finished)" : "\(finished) of \(total)",
                    Self.percent(row.test?.mean),
                    Self.range(row.interval.map { ($0.low, $0.high) } ?? Self.bounds(row.test)),
                ] + Self.comparison(row)
                + [Self.percent(row.validation?.mean), "\(row.steps)", Self.figure(row.passes, digits: 1)]
                + (report.hasSearch ? [Cell.text(of: row.found)] : [])
        }
    }

    private static func comparison(_ row: StudyReport.Row) -> [String] {
        guard let comparison = row.comparison else {
            return row.isReference ? ["", "", "", ""] : ["–", "–", "–", "–"]
        }
        let difference = comparison.difference
        let bounds = comparison.interval.map { ($0.low, $0.high) } ?? bounds(difference)
        let more =
            comparison.moreSeedsNeeded.map { $0 == 0 ? "0" : "\($0)" }
            ?? (difference.count > 1 ? ">\(PairedTTest.mostPairs)" : "–")
        return [
            OutcomeDifference.points(difference.mean),
            bounds.map { "\(OutcomeDifference.points($0.0)) to \(OutcomeDifference.points($0.1))" } ?? "–",
            comparison.combinedP.map(Self.p) ?? "–", more,
        ]
    }

    private static func bounds(_ mean: MeanInterval?) -> (Double, Double)? {
        guard let mean, let low = mean.low, let high = mean.high else { return nil }
        return (low, high)
    }

    private static func range(_ bounds: (Double, Double)?) -> String {
        bounds.map { "\(percent(max(0, $0.0)))–\(percent(min(1, $0.1)))" } ?? "–"
    }

    static func p(_ value: Double) -> String { value < 0.001 ? "<0.001" : figure(value, digits: 3) }

    private static func percent(_ share: Double?) -> String { share.map { figure($0 * 100, digits: 1) } ?? "–" }

    static func figure(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let (unit, rest) = whole.quotientAndRemainder(dividingBy: Int(scale))
        let fraction = String(repeating: "0", count: digits - "\(rest)".count) + "\(rest)"
        return (value < 0 && whole > 0 ? "-" : "") + "\(unit).\(fraction)"
    }
}

extension StudyReport {
    /// What the columns of the table mean.
    public var legend: [String] {
        var lines = [
            "test %: mean over seeds of the test accuracy; its 95 % interval by \(bootstrap.resamples) bootstrap draws "
                + "(seed \(bootstrap.seed)) of seeds and test recordings, percentiles",
            "− \(reference): percentage points above it, paired by seed and recording; p: exact McNemar of each seed, twice "
                + "their median",
            "more seeds: so that a paired t test at 5 % finds such a difference in 80 of 100 cases",
            "steps: optimizer steps of a run; passes: how often each training recording is seen",
        ]
        if hasSearch {
            lines.append(
                "found: by \(searchCells) runs of a search over \(tunedKeys.joined(separator: ", ")), by validation "
                    + "accuracy alone")
        }
        return lines + armNotes
    }
}
