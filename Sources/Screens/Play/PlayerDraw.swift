import Terminal

extension PlayerState {
    static let keys = "space play/pause  ←→ step  +− speed  m mode  s slicing  [] slice size  q quit"

    func draw(_ canvas: inout Canvas, theme: Theme) {
        let look = Look(theme: theme)
        let (rest, footer) = canvas.bounds.split(bottom: 1)
        canvas.fill(footer, style: look[.footer])
        canvas.put(" " + Self.keys, row: footer.row, column: footer.column, style: look[.footer], width: footer.width)
        let slices = frames.slices
        let title = "\(recording.name)  \(slices.isEmpty ? 0 : slice + 1)/\(slices.count)  \(mode.title)"
        let note = "\(recording.className)  \(recording.width)×\(recording.height)  \(slicing.title)"
        let inner = look.panel(&canvas, rest, title, note: note, isFocused: true)
        guard !recording.events.isEmpty, slices.indices.contains(slice) else {
            return look.hint(
                &canvas, inner.inset(), (["This recording has no events."] + notes).joined(separator: "\n"))
        }
        let noteLines = inner.height > 12 ? notes.prefix(2) : []
        let (picture, legend) = inner.split(bottom: 2 + Row(noteLines.count))
        Heatmap(width: frames.width, height: frames.height, values: frames.pictures[slice], isSigned: frames.isSigned)
            .draw(on: &canvas, in: picture, theme: theme, ramp: frames.isSigned ? .polarity : .heat)
        let shown = slices[slice]
        let counts =
            "ON \(Figures.count(shown.onCount))  OFF \(Figures.count(shown.offCount))  of "
            + "\(Figures.count(recording.events.count)) events  ±\(Figures.text(Double(frames.scale)))"
        canvas.put(counts, row: legend.row, column: legend.column, style: look[.text], width: legend.width)
        let row = legend.row + 1
        let time =
            "\(Figures.seconds(microseconds: Int(playhead))) of \(Figures.seconds(microseconds: recording.durationMicroseconds))"
        let end = canvas.put(
            "\(isPlaying ? "▶" : "⏸") \(Figures.text(speed))x ", row: row, column: legend.column, style: look[.text],
            width: legend.width)
        let room = legend.trailing - end - time.columnCount - 1
        if room > 0 {
            canvas.gauge(
                row: row, column: end, width: room, share: playhead / length, full: look[.accent], empty: look[.axis])
            canvas.put(time, row: row, column: end + room + 1, style: look[.text])
        }
        for (index, line) in noteLines.enumerated() {
            canvas.put(line, row: row + 1 + index, column: legend.column, style: look[.warning], width: legend.width)
        }
    }
}
