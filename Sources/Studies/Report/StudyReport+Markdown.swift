extension StudyReport {
    /// A document: the table, what its columns mean, and the protocol.
    public var markdown: String {
        let table = StudyTable(self)
        func line(_ cells: [String]) -> String {
            "| "
                + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
                .joined(separator: " | ") + " |"
        }
        let rule = table.heading.indices.map { table.rightAligned.contains($0) ? "--:" : "---" }
        var lines = ["# \(study)", ""]
        if !note.isEmpty { lines += [note, ""] }
        lines += [line(table.heading), "|" + rule.joined(separator: "|") + "|"] + table.rows.map(line) + [""]
        lines += legend.map { "- " + $0 } + [""]
        if !notes.isEmpty { lines += ["## What to know of these numbers", ""] + notes.map { "- " + $0 } + [""] }
        lines += ["## Protocol", ""]
        for block in protocols {
            lines += [
                "**\([block.title, block.arms.joined(separator: ", ")].filter { !$0.isEmpty }.joined(separator: ": "))**",
                "",
            ]
            lines += block.lines.map { "- " + $0 } + [""]
        }
        return lines.joined(separator: "\n")
    }
}
