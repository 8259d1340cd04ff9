import Messages
import Terminal

extension AnalysisView {
    func draw(_ canvas: inout Canvas, _ look: Look) -> Point? {
        let size = canvas.size
        // Nothing beside it is of use, and every cell is.
        let page = pageCount > 1 ? "\(page + 1)/\(pageCount)  Tab next page  " : ""
        let inner = Dialog.frame(
            &canvas, look, height: size.height.value, width: size.width.value,
            title: "\(report.title) · \(run)", note: page + "↑↓  X export  Esc")
        let (_, body) = inner.split(left: 1)
        if let picture {
            FigureDraw(picture.figure).draw(&canvas, body, look, scroll: scroll)
        } else {
            drawText(&canvas, body, look)
        }
        return nil
    }

    private func drawText(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        // Tables stay in one line; sentences wrap.
        let wrapped = lines.flatMap { line -> [(text: String, role: ThemeRole)] in
            guard line.role == .accent || line.role == .muted && !line.text.contains("  ") else { return [line] }
            return Wrapping.lines(line.text, width: rect.width.value).map { ($0, line.role) }
        }
        let first = max(0, min(scroll, wrapped.count - rect.height.value))
        for (offset, line) in wrapped.dropFirst(first).prefix(rect.height.value).enumerated() {
            canvas.put(
                line.text, row: rect.row + offset, column: rect.column,
                style: look[line.role == .text ? .dialog : line.role],
                width: rect.width)
        }
    }
}
