import Messages
import Terminal

extension DataState {
    func drawPair(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        let inner = look.panel(
            &canvas, rect, "Static pair", note: recording?.staticPair == nil ? "" : recording?.pairing ?? "",
            isFocused: focus == .pair)
        look.hits?.add(rect, .data(.pair))
        guard let recording else {
            return look.hint(&canvas, inner.inset(), "The static image paired with the sample is shown here.")
        }
        guard let pair = recording.staticPair, pair.values.count == pair.width * pair.height else {
            return look.hint(&canvas, inner.inset(), "This sample has no static pair.")
        }
        let (picture, legend) = inner.split(bottom: 1)
        Heatmap(width: pair.width, height: pair.height, values: pair.values, isSigned: false)
            .draw(on: &canvas, in: picture, theme: look.theme, ramp: .gray, glyphs: glyphs)
        canvas.put(
            "\(pair.width)×\(pair.height)  value 0…1", row: legend.row, column: legend.column, style: look[.muted],
            width: legend.width)
    }

    func drawEvents(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .data(.events))
        let slice = currentSlice
        let title =
            "Events" + (recording?.isSimulated == true ? " · simulated  " : "  ")
            + (masksHotPixels && !hotPixels.isEmpty ? "masked  " : "")
            + (slice.map { "\($0 + 1)/\(frames?.slices.count ?? 0)  " } ?? "") + mode.title
        let note = pixelNote ?? recording.map { "\($0.name)  \(slicing.title)" } ?? ""
        let inner = look.panel(&canvas, rect, title, note: note, isFocused: focus == .events)
        guard let recording, let frames, let slice, frames.slices.indices.contains(slice) else {
            let text =
                awaited != nil ? "Reading the recording…" : "Choose a data set and a sample to play its events here."
            return look.hint(&canvas, inner.inset(), text)
        }
        let (picture, legend) = inner.split(bottom: inner.height > 4 ? 2 : 0)
        let placement = Heatmap(
            width: frames.width, height: frames.height, values: frames.pictures[slice], isSigned: frames.isSigned
        ).draw(
            on: &canvas, in: picture, theme: look.theme, ramp: frames.isSigned ? .polarity : .heat, glyphs: glyphs)
        look.hits?.add(placement.area, .picture(placement))
        if let pixel, let point = placement.point(x: pixel.x, y: pixel.y) {
            canvas.put("┼", row: point.row, column: point.column, style: look[.selection])
        }
        drawLegend(&canvas, legend, look, frames, frames.slices[slice], recording)
    }

    /// `x 17 y 9  ON 4 OFF 1  last 1.030 s`: the chosen pixel in this slice.
    private var pixelNote: String? {
        guard let pixel, let frames, let recording = shownRecording, let slice = currentSlice else { return nil }
        let reading = frames.reading(x: pixel.x, y: pixel.y, slice: slice, events: recording.events)
        let block = frames.block > 1 ? " (\(frames.block)×\(frames.block))" : ""
        let last = reading.last.map { "  last " + Figures.seconds(microseconds: $0) } ?? ""
        return "x \(pixel.x * frames.block) y \(pixel.y * frames.block)\(block)  "
            + "ON \(reading.onCount) OFF \(reading.offCount)\(last)"
    }

    private func drawLegend(
        _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ frames: PlaybackFrames, _ slice: PlaybackFrames.Slice,
        _ recording: RecordingPicture
    ) {
        guard rect.height >= 2 else { return }
        var column = rect.column
        func put(_ text: String, _ style: Style) {
            guard column < rect.trailing else { return }
            column = canvas.put(text, row: rect.row, column: column, style: style, width: rect.trailing - column)
        }
        put("ON ", look[.on])
        put(Figures.count(slice.onCount), look[.text])
        put("  OFF ", look[.off])
        put(Figures.count(slice.offCount), look[.text])
        put(frames.isSigned ? "  −\(Figures.text(Double(frames.scale))) " : "  0 ", look[.muted])
        for level in 0..<8 where column < rect.trailing {
            let share = (Double(level) + 0.5) / 8
            if canvas.charset == .unicode, let color = look.theme.color(frames.isSigned ? .polarity : .heat, at: share)
            {
                put(" ", Style(background: color))
            } else {
                put(String(Array(frames.isSigned ? "==--++##" : " .:-+*%@")[level]), look[.text])
            }
        }
        put(
            frames.isSigned ? " +\(Figures.text(Double(frames.scale)))" : " \(Figures.text(Double(frames.scale)))",
            look[.muted])
        // How the scale came about, as far as there is room to say it.
        let gamma = "γ\(Figures.text(Double(PlaybackFrames.gamma)))"
        let left = (rect.trailing - column).value
        if let text = ["  brightest 1 % clipped, \(gamma)", "  1 % clipped"].first(where: {
            $0.columnCount.value <= left
        }) {
            put(text, look[.muted])
        }

        let length = Double(max(1, recording.durationMicroseconds))
        let state = isPlaying ? "▶" : "⏸"
        let time = "\(Figures.seconds(microseconds: Int(playhead)))"
        let row = rect.row + 1
        let end = canvas.put(
            "\(state) \(Figures.text(speed))x ", row: row, column: rect.column, style: look[.text], width: rect.width)
        let room = rect.trailing - end - time.columnCount - 1
        look.hits?.add(Rect(row: row, column: end, height: 1, width: min(40, max(0, room))), .time)
        canvas.gauge(
            row: row, column: end, width: min(40, max(0, room)), share: playhead / length, full: look[.accent],
            empty: look[.axis])
        if room > 0 {
            canvas.put(time, row: row, column: end + min(40, room) + 1, style: look[.text])
        }
    }

    /// ON rate upwards, OFF rate downwards, and where the playback stands.
    func drawRates(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        look.hits?.add(rect, .data(.rates))
        let inner = look.panel(&canvas, rect, "Event rate  ON ↑  OFF ↓  (events/s)", isFocused: focus == .rates)
        guard let recording, !rates.on.isEmpty, inner.height >= 2, inner.width >= 16 else {
            return look.hint(&canvas, inner, recording == nil ? "" : "This recording has no events.")
        }
        let greatest = max(1, max(rates.on.max() ?? 1, rates.off.max() ?? 1))
        let (labels, rest) = inner.split(left: 8)
        let (plot, axis) = rest.split(bottom: 1)
        canvas.put(
            Figures.right(Figures.count(greatest), 7), row: labels.row, column: labels.column, style: look[.axis])
        look.hits?.add(plot, .time)
        let half = plot.height.value * 2
        var (up, down) = (
            Braille(width: plot.width, height: plot.height), Braille(width: plot.width, height: plot.height)
        )
        for x in 0..<up.dotWidth {
            let bins =
                x * rates.on.count
                / up.dotWidth..<max(x * rates.on.count / up.dotWidth + 1, (x + 1) * rates.on.count / up.dotWidth)
            let on = rates.on[bins].max() ?? 0
            let off = rates.off[bins].max() ?? 0
            up.vertical(x: x, from: half - 1, to: half - 1 - Int(on / greatest * Double(half - 1)))
            down.vertical(x: x, from: half, to: half + Int(off / greatest * Double(half - 1)))
        }
        down.draw(on: &canvas, at: plot.origin, style: look[.off])
        up.draw(on: &canvas, at: plot.origin, style: look[.on])

        let length = Double(max(1, recording.durationMicroseconds))
        let place = plot.column + min(plot.width.value - 1, max(0, Int(playhead / length * Double(plot.width.value))))
        canvas.restyle(
            Rect(row: plot.row, column: place, height: plot.height, width: 1), Style(attributes: .reverse))
        canvas.put("0", row: axis.row, column: axis.column, style: look[.axis])
        let end = Figures.seconds(microseconds: recording.durationMicroseconds)
        canvas.put(end, row: axis.row, column: axis.trailing - end.columnCount, style: look[.axis])
    }
}
