import Studies

/// A study for people, as text.
enum StudyText {
    static func text(of report: StudyReport) -> String {
        let words = StudyTable(report)
        var table = Table(words.heading, rightAligned: words.rightAligned)
        for row in words.rows { table.add(row) }
        var lines = [report.study + (report.note.isEmpty ? "" : ": \(report.note)"), "", table.text, ""]
        lines += report.legend
        if !report.notes.isEmpty { lines += [""] + report.notes.map { "note  \($0)" } }
        return (lines + [""] + protocolLines(report.protocols)).joined(separator: "\n")
    }

    static func protocolLines(_ blocks: [ProtocolBlock]) -> [String] {
        ["protocol"]
            + blocks.flatMap { block in
                [
                    "  "
                        + [block.title, block.arms.joined(separator: ", ")].filter { !$0.isEmpty }.joined(
                            separator: ": ")
                ]
                    + block.lines.map { "    " + $0 }
            }
    }
}

extension StudyOverview {
    var text: String {
        var table = Table(
            axes.map { String($0.drop { $0 != "." }.dropFirst()) } + [
                "arm", "seeds", "finished", "steps", "epochs", "passes",
            ],
            rightAligned: Set(axes.count + 1..<axes.count + 6))
        for row in rows {
            table.add(
                row.point.map { $0.value.description } + [
                    row.arm, "\(row.seeds)", "\(row.finished)", "\(row.steps)", "\(row.epochs)",
                    "\((row.passes * 10).rounded() / 10)",
                ])
        }
        let searched =
            searchRuns > 0 ? " \(searchRuns) of them of the search, as far as it has decided." : ""
        return
            ([
                "\(study): \(runs) runs, \(finished) finished.\(searched)", "", table.text, "",
            ] + StudyText.protocolLines(protocols)).joined(separator: "\n")
    }
}
