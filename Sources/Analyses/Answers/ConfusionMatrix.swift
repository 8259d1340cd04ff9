import Messages
import Plotting

/// Which classes are taken for which.
struct ConfusionMatrix: Analysis {
    let name = "confusion"
    let title = "Confusion matrix"
    let summary = "accuracy with its interval, by class, and which classes are taken for which"

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        let split = try subject.split(options)
        let answers = try Answers(subject, split, progress)
        let names = subject.classNames
        var report = report()
        if let accuracy = ShareInterval(answers.correct, of: answers.count) {
            report.findings.append("accuracy \(accuracy.text) of \(answers.count) \(split.rawValue) recordings")
        }
        report.findings += Self.worst(answers.confusion, names)
        report.notes.append("intervals: 95 %, Wilson's score; recordings only, one training run")
        let rows = answers.confusion.enumerated().compactMap { index, row -> (String, ShareInterval, Int)? in
            let count = row.reduce(0, +)
            return ShareInterval(row[index], of: count).map { (names[index], $0, count) }
        }
        report.tables = [
            .init(
                name: "by-class", title: "Accuracy by class",
                columns: ["class", "recordings", "accuracy %", "low %", "high %"],
                rows: rows.map { name, share, count in
                    [name, "\(count)"] + [share.value, share.low, share.high].map { Format.number(100 * $0) }
                }),
            .init(
                name: "counts", title: "Counts: a class a row, an answer a column", columns: ["class"] + names,
                rows: zip(names, answers.confusion).map { [$0] + $1.map(String.init) }),
        ]
        let shares = answers.confusion.flatMap { row in
            let count = row.reduce(0, +)
            return row.map { count == 0 ? Double.nan : Double($0) / Double(count) }
        }
        let matrix = HeatmapPanel(
            title: "share of a class's recordings, by answer", rowCount: names.count, columnCount: names.count,
            values: shares, scale: .sequential(least: 0, greatest: 1), rowLabels: names, columnLabels: names,
            xTitle: "answer", yTitle: "class")
        let side = max(420, Double(names.count) * 18 + 220)
        report.pictures = [
            .init(
                name: "confusion", figure: Figure(title: title, subtitle: subject.title, panels: [.heatmap(matrix)]),
                size: .init(width: side + 80, height: side)),
            .init(
                name: "by-class",
                figure: Figure(
                    title: "Accuracy by class", subtitle: subject.title,
                    panels: [
                        .intervals(
                            IntervalPanel(
                                title: "with 95 % intervals", x: .init(title: "accuracy %"),
                                rows: rows.map { name, share, _ in
                                    .init(
                                        label: name, value: 100 * share.value, low: 100 * share.low,
                                        high: 100 * share.high)
                                }))
                    ]),
                size: .init(width: 560, height: Double(rows.count) * 20 + 140)),
        ]
        return report
    }

    /// The pairs that are confused most, worst first.
    private static func worst(_ confusion: [[Int]], _ names: [String]) -> [String] {
        var pairs: [(count: Int, of: Int, text: String)] = []
        for (label, row) in confusion.enumerated() {
            for (answer, count) in row.enumerated() where answer != label && count > 0 {
                pairs.append((count, row.reduce(0, +), "\(names[label]) taken for \(names[answer])"))
            }
        }
        return pairs.sorted { $0.count > $1.count }.prefix(5).map { "\($0.text): \($0.count) of \($0.of)" }
    }
}
