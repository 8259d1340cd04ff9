import Messages
import Terminal

/// What an analysis has found, in front of the screens: text and tables first, then a page a picture.
struct AnalysisView: Sendable, Hashable {
    let report: AnalysisReport
    /// Whose network it is.
    let run: String
    /// 0 is the text.
    private(set) var page = 0
    private(set) var scroll = 0

    init(_ report: AnalysisReport, run: String) { (self.report, self.run) = (report, run) }

    var pageCount: Int { report.pictures.count + 1 }
    var picture: AnalysisReport.Picture? { page == 0 ? nil : report.pictures[page - 1] }

    /// Lines of the text page: findings, tables, notes.
    var lines: [(text: String, role: ThemeRole)] {
        var lines: [(String, ThemeRole)] = report.findings.map { ($0, .accent) }
        for table in report.tables {
            lines.append(("", .text))
            lines.append((table.title, .title))
            lines += Self.aligned(table).enumerated().map { ($1, $0 == 0 ? .muted : .text) }
        }
        if !report.notes.isEmpty { lines.append(("", .text)) }
        return lines + report.notes.map { ($0, .muted) }
    }

    /// The first column to the left, numbers to the right.
    private static func aligned(_ table: AnalysisReport.Table) -> [String] {
        let rows = [table.columns] + table.rows
        let widths = table.columns.indices.map { column in
            rows.map { column < $0.count ? $0[column].columnCount.value : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: max(0, widths[column] - cell.columnCount.value))
                return column == 0 ? cell + blanks : blanks + cell
            }.joined(separator: "  ")
        }
    }

    func taking(_ key: KeyPress) -> DialogOutcome {
        var copy = self
        switch BindingTable.action(for: key, in: .everywhere) {
        case .nextPanel, .right: (copy.page, copy.scroll) = ((page + 1) % pageCount, 0)
        case .previousPanel, .left: (copy.page, copy.scroll) = ((page + pageCount - 1) % pageCount, 0)
        case .down: copy.scroll = min(furthest, scroll + 1)
        case .up: copy.scroll = max(0, scroll - 1)
        case .pageDown: copy.scroll = min(furthest, scroll + 10)
        case .pageUp: copy.scroll = max(0, scroll - 10)
        case .top: copy.scroll = 0
        case .export: return .doing(.exportAnalysis(self))
        case .back, .quit, .enter: return .closed(.nothing)
        default: break
        }
        return .stays(.analysis(copy))
    }

    /// No further than the last line, or row of panels, can be the first.
    private var furthest: Int {
        guard let figure = picture?.figure else { return max(0, lines.count - 1) }
        return max(0, (figure.panels.count - 1) / max(1, figure.columnCount))
    }

    /// Files of all that there is.
    var exports: [Export] {
        let base = "saccade-\(run)-"
        func name(_ part: String) -> String {
            base + (part.hasPrefix(report.analysis) ? part : "\(report.analysis)-\(part)")
        }
        return report.pictures.map {
            Export(name: name($0.name), format: .svg, content: .figure($0.figure, size: $0.size))
        }
            + report.tables.map { table in
                let text = ([table.columns] + table.rows)
                    .map { $0.map(CSVText.field).joined(separator: ",") + "\n" }.joined()
                return Export(name: name(table.name), format: .csv, content: .text(text))
            }
    }
}
