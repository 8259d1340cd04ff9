import CCairo

extension FigureDrawing {
    func draw(_ panel: IntervalPanel, in area: Area) {
        text(
            cut(panel.title, size: 12, isBold: true, width: area.width - 12), x: area.x + 6, y: area.y + 14, size: 12,
            isBold: true)
        let values = panel.rows.flatMap { [$0.value, $0.low, $0.high].compactMap { $0 } }
        let scale = AxisScale(panel.x, values: values, padding: 0.04)
        let widest = panel.rows.map { width(of: $0.label, size: 10) }.max() ?? 0
        let labelWidth = min(widest, area.width * 0.4)
        let frame = Area(
            x: area.x + 16 + labelWidth, y: area.y + 24, width: max(1, area.width - labelWidth - 30),
            height: max(1, area.height - 24 - (panel.x.title.isEmpty ? 22 : 36)))
        for tick in scale.ticks(count: max(2, Int(frame.width / 90))) {
            guard let share = scale.share(of: tick.value) else { continue }
            let x = frame.x + share * frame.width
            line(x, frame.y, x, frame.bottom, palette.grid)
            text(tick.label, x: x, y: frame.bottom + 14, size: 10, alignment: .center, color: palette.axis)
        }
        line(frame.x, frame.y, frame.x, frame.bottom, palette.axis)
        line(frame.x, frame.bottom, frame.right, frame.bottom, palette.axis)
        text(
            panel.x.title, x: frame.x + frame.width / 2, y: frame.bottom + 28, size: 10, alignment: .center,
            color: palette.axis)
        func place(_ value: Double?) -> Double? {
            guard let value, let share = scale.share(of: value) else { return nil }
            return frame.x + min(1, max(0, share)) * frame.width
        }
        if let reference = panel.rows.first(where: \.isReference), let x = place(reference.value) {
            let dashes = [3.0, 3.0]
            cairo_set_dash(context, dashes, 2, 0)
            line(x, frame.y, x, frame.bottom, palette.axis)
            cairo_set_dash(context, nil, 0, 0)
        }
        let height = frame.height / Double(max(1, panel.rows.count))
        for (index, row) in panel.rows.enumerated() {
            let y = frame.y + (Double(index) + 0.5) * height
            text(
                cut(row.label, size: 10, width: labelWidth), x: frame.x - 6, y: y + 3.5, size: 10, alignment: .right,
                isBold: row.isReference)
            let color = row.isReference ? palette.text : palette.series.first ?? palette.text
            if let low = place(row.low), let high = place(row.high) {
                line(low, y, high, y, color, width: 1.5)
                for end in [low, high] { line(end, y - 3, end, y + 3, color, width: 1.5) }
            }
            guard let x = place(row.value) else { continue }
            set(color)
            cairo_new_sub_path(context)
            cairo_arc(context, x, y, 3.5, 0, 2 * Double.pi)
            cairo_fill(context)
        }
    }
}
