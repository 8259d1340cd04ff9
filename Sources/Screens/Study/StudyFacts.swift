import Messages
import Terminal

/// The protocol: on what the runs were trained and tested, and what a reader should know of the numbers.
extension StudyState {
    func drawFacts(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        let isWhole = showsEveryFact || isZoomed || rect.height >= 14
        let isFocused = focus == .facts
        let inner = look.panel(
            &canvas, rect, "Protocol", note: showsEveryFact ? "a less" : isWhole ? "" : "a all of it",
            isFocused: isFocused
        )
        let lines = (isWhole ? wholeFacts(board) : shortFacts(board)).flatMap { fact in
            Wrapping.lines(fact.text, width: inner.width.value).map { (text: $0, role: fact.role) }
        }
        let scroll = min(factScroll, max(0, lines.count - inner.height.value))
        for (offset, line) in lines.dropFirst(scroll).prefix(max(0, inner.height.value)).enumerated() {
            canvas.put(
                line.text, row: inner.row + offset, column: inner.column, style: look[line.role], width: inner.width)
        }
        if lines.count > inner.height.value, isFocused {
            let note = "\(scroll + 1)–\(min(lines.count, scroll + inner.height.value)) of \(lines.count)"
            canvas.put(
                note, row: inner.bottom, column: max(inner.column, inner.trailing - note.columnCount - 1),
                style: look[.muted])
        }
    }

    /// What is said of a leak is never overlooked.
    private func role(of line: String) -> ThemeRole {
        guard line.hasPrefix("photographs behind"), !line.hasSuffix(": 0") else { return .text }
        return .bad
    }

    /// Of the chosen row.
    private func shortFacts(_ board: StudyBoard) -> [(text: String, role: ThemeRole)] {
        let block = row.flatMap { row in
            board.protocols.first { block in
                block.point == board.title(ofPoint: row.point) && block.arms.contains(board.arms[row.arm].name)
            }
        }
        let lines = block?.lines ?? []
        // What is asked first stands first.
        let first = lines.filter { $0.hasPrefix("photographs behind test") || $0.hasPrefix("tested:") }
        let rest = lines.filter { !first.contains($0) }
        return (first + rest).map { ($0, role(of: $0)) } + board.notes.map { ($0, ThemeRole.warning) }
    }

    private func wholeFacts(_ board: StudyBoard) -> [(text: String, role: ThemeRole)] {
        var facts: [(text: String, role: ThemeRole)] = []
        if !board.note.isEmpty { facts.append((board.note, .text)) }
        facts += board.notes.map { ($0, .warning) }
        for block in board.protocols {
            let title = [block.point, block.arms.joined(separator: ", ")].filter { !$0.isEmpty }
            facts.append((title.joined(separator: ": "), .title))
            facts += block.lines.map { ("  " + $0, role(of: $0)) }
        }
        return facts + board.legend.map { ($0, .muted) } + [("file: \(board.path)", .muted)]
    }
}
