import Data
import Messages
import Plotting

/// Which classes another run does better or worse.
struct ClassGain: Analysis {
    let name = "class-gain"
    let title = "Gain by class"
    let summary = "accuracy by class beside that of another run (--against), recording by recording"

    func run(_ subject: AnalysisSubject, _ options: AnalysisOptions, _ progress: AnalysisProgress) throws
        -> AnalysisReport
    {
        guard let reference = try subject.reference() else {
            throw AnalysisError.impossible("gains need another run to compare with: name one (--against)")
        }
        guard options.split == nil || options.split == Split.test.rawValue else {
            throw AnalysisError.impossible("of \(reference.name) only the answers to test recordings are known")
        }
        let answers = try Answers(subject, try subject.split(options), progress)
        let known = Dictionary(reference.predictions.rows.map { ($0.recording, $0) }) { first, _ in first }
        var rows = subject.classNames.map { Row(className: $0) }
        for (place, name) in subject.data.testRecordings.enumerated() {
            guard let other = known[name], other.className == subject.classNames[answers.labels[place]] else {
                continue
            }
            rows[answers.labels[place]].add(
                isRight: answers.answers[place] == answers.labels[place], other: other.isRight)
        }
        let all = rows.reduce(into: Row(className: "all")) { $0.add($1) }
        guard all.count > 0 else {
            throw AnalysisError.impossible(
                "\(reference.name) was tested on other recordings: both need the same data set and test part")
        }
        var report = report()
        report.findings = [
            "\(all.text) against \(reference.name), of \(all.count) recordings that both were tested on",
            "\(all.gained) recordings are right here alone, \(all.lost) there alone",
        ]
        if all.count < answers.count {
            report.notes.append("\(answers.count - all.count) recordings were tested here alone")
        }
        report.notes.append("positive: better than \(reference.name)")
        rows = rows.filter { $0.count > 0 }.sorted { ($1.gain, $0.className) < ($0.gain, $1.className) }
        report.tables = [
            .init(
                name: "by-class", title: "Gain over \(reference.name), by class",
                columns: ["class", "recordings", "accuracy %", "other %", "gain", "right here alone", "there alone"],
                rows: (rows + [all]).map(\.fields))
        ]
        report.pictures = [
            .init(
                name: "class-gain",
                figure: Figure(
                    title: title, subtitle: "\(subject.title) against \(reference.name)",
                    panels: [
                        .intervals(
                            IntervalPanel(
                                title: "points of accuracy", x: .init(title: "gain"),
                                rows: rows.map { .init(label: $0.className, value: 100 * $0.gain) }
                                    + [.init(label: "all", value: 100 * all.gain, isReference: true)]))
                    ]),
                size: .init(width: 560, height: Double(rows.count + 1) * 20 + 140))
        ]
        return report
    }

    private struct Row {
        var className: String
        var (count, right, otherRight, gained, lost) = (0, 0, 0, 0, 0)

        init(className: String) { self.className = className }

        mutating func add(isRight: Bool, other: Bool) {
            count += 1
            right += isRight ? 1 : 0
            otherRight += other ? 1 : 0
            gained += isRight && !other ? 1 : 0
            lost += other && !isRight ? 1 : 0
        }

        mutating func add(_ row: Row) {
            count += row.count
            right += row.right
            otherRight += row.otherRight
            gained += row.gained
            lost += row.lost
        }

        var gain: Double { Double(right - otherRight) / Double(max(1, count)) }
        private func share(_ hits: Int) -> Double { Double(hits) / Double(max(1, count)) }
        var text: String {
            "\(Format.points(gain)) points (\(Format.percent(share(right))) to \(Format.percent(share(otherRight))))"
        }
        var fields: [String] {
            [
                className, "\(count)", Format.number(100 * share(right)), Format.number(100 * share(otherRight)),
                Format.points(gain), "\(gained)", "\(lost)",
            ]
        }
    }
}
