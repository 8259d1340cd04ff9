import Foundation
import Terminal

/// What stands around the curves: axes, marks, crosshair, legend.
extension Plot {
    func drawValueAxis(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ scale: PlotScale) {
        for tick in valueTicks(scale, height: rect.height.value) {
            canvas.put(
                Figures.right(tick.text, rect.width.value - 1) + "┤", row: rect.row + tick.row, column: rect.column,
                style: look[.axis])
        }
    }

    /// Rows from the top that are labelled: at least two where there are two, and no two with the same words.
    func valueTicks(_ scale: PlotScale, height: Int) -> [(row: Int, text: String)] {
        func placed(_ ticks: [Double]) -> [(row: Int, text: String)] {
            var taken: Set<Int> = []
            let shown = ticks.compactMap { tick -> (row: Int, value: Double)? in
                guard let share = scale.share(tick), share >= -0.001, share <= 1.001 else { return nil }
                let row = height - 1 - Int((share * Double(height - 1)).rounded())
                return (0..<height).contains(row) && taken.insert(row).inserted ? (row, tick) : nil
            }
            return zip(shown, Self.distinct(shown.map(\.value), figure, factor: factor)).map { ($0.row, $1) }
        }
        let wanted = max(1, height / 2)
        for count in [wanted, wanted + 1, 2 * wanted + 2] {
            let ticks = placed(scale.ticks(about: count))
            if ticks.count >= min(2, height) { return ticks }
        }
        return placed([scale.low, scale.high])
    }

    /// Labels that differ: with as many decimals as that takes.
    private static func distinct(
        _ values: [Double], _ figure: (Double) -> String, factor: Double
    ) -> [String] {
        let usual = values.map(figure)
        guard Set(usual).count < usual.count else { return usual }
        for decimals in 1...9 {
            let exact = values.map { String(format: "%.\(decimals)f", $0 * factor) }
            if Set(exact).count == exact.count { return exact }
        }
        return usual
    }

    func column(of step: Int, _ area: Rect) -> Column {
        let (first, span) = (steps.lowerBound, max(1, steps.upperBound - steps.lowerBound))
        return area.column + min(area.width.value - 1, (step - first) * (area.width.value * 2 - 1) / span / 2)
    }

    /// The step under a column of the plot's area.
    static func step(at column: Column, _ area: Rect, _ steps: ClosedRange<Int>) -> Int {
        let place = min(area.width.value - 1, max(0, (column - area.column).value))
        let span = steps.upperBound - steps.lowerBound
        return steps.lowerBound + (2 * place + 1) * span / max(1, 2 * area.width.value)
    }

    func drawStepAxis(_ canvas: inout Canvas, _ rect: Rect, _ area: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        for tick in stepTicks(area, trailing: rect.trailing) {
            canvas.put(tick.text, row: rect.row, column: tick.column, style: look[.axis])
        }
    }

    /// Steps that are labelled and where: at least two where two labels fit, if need be the first and the last.
    func stepTicks(_ area: Rect, trailing: Column) -> [(column: Column, text: String)] {
        let (first, last) = (steps.lowerBound, steps.upperBound)
        func placed(_ ticks: [Int]) -> [(column: Column, text: String)] {
            var short = ticks.map { Figures.count($0) }
            // Close together far from the start, thousands would read the same.
            if Set(short).count < short.count { short = ticks.map(String.init) }
            var free = area.column
            var labels: [(column: Column, text: String)] = []
            for (tick, text) in zip(ticks, short) {
                let wanted = max(area.column, column(of: tick, area) - text.columnCount / 2)
                let place = min(wanted, trailing - text.columnCount)
                guard place >= free, place >= wanted - text.columnCount / 2 else { continue }
                labels.append((place, text))
                free = place + text.columnCount + 1
            }
            return labels
        }
        let wanted = max(1, area.width.value / 12)
        for count in wanted..<wanted + 6 {
            let ticks = PlotScale.linearTicks(Double(first), Double(last), count)
            let labels = placed(ticks.filter { $0 == $0.rounded() }.map { Int($0) })
            if labels.count >= 2 { return labels }
        }
        return placed([first, last])
    }

    func drawLine(at step: Int, _ character: String, _ canvas: inout Canvas, _ area: Rect, _ style: Style) {
        guard steps.contains(step) else { return }
        let place = column(of: step, area)
        for row in area.rows { canvas.put(character, row: row, column: place, style: style) }
    }

    /// In front of the curves, so that a mark can always be told. Those that would cover each other stand in rows.
    func drawLabels(_ canvas: inout Canvas, _ area: Rect, _ look: Look) {
        let rows = max(1, min(3, area.height.value / 2))
        var free = [Column](repeating: area.column, count: rows)
        for mark in shownMarks where steps.contains(mark.step) {
            let place = column(of: mark.step, area)
            let row = free.firstIndex { $0 <= place } ?? rows - 1
            free[row] = place + mark.label.columnCount
            canvas.put(mark.label, row: area.row + row, column: place, style: look[.mark], width: area.trailing - place)
        }
    }

    // MARK: Legend

    /// How much is said of a curve: less where more curves share a line.
    private enum LegendStyle: CaseIterable {
        case full, tight, names, initials

        func text(_ one: Series, _ reading: String, tag: String?) -> String {
            let dot = tag ?? (one.isReference ? "★" : one.isGhost ? "◌" : "●")
            return switch self {
            case .full: "\(dot) \(one.name)\(reading)  "
            case .tight: "\(dot)\(one.name)\(reading) "
            case .names: "\(dot)\(one.name) "
            case .initials: "\(dot)\(one.isGhost ? Self.short(one.name) : String(one.name.prefix(1)))\(reading) "
            }
        }

        /// Of long names of runs the ends tell which is which.
        private static func short(_ name: String) -> String { Figures.middle(name, min(16, name.columnCount.value)) }

        /// Blanks at the end of a text, which need no room at the end of a line.
        var blanks: Int { self == .full ? 2 : 1 }
    }

    private typealias Reading = (series: Series, text: String, tag: String?)
    typealias LegendRows = [[(text: String, style: Style)]]

    /// The last values; with a crosshair those at its step, of every curve at once. As much as fits into rows of that
    /// width, in as few of them as can be.
    func legend(width: Column, atMost count: Int) -> LegendRows {
        let tags = tags
        let readings = series.enumerated().compactMap { index, one -> Reading? in
            guard !one.curve.isEmpty else { return nil }
            let step = crosshair ?? (one.isGhost ? nil : limit)
            let value = step.map { one.curve.value(at: $0) } ?? one.curve.lastFinite
            return (
                one,
                one.isGhost && crosshair == nil ? "" : " " + (value.map(figure) ?? (crosshair == nil ? "NaN" : "–")),
                tags[index]
            )
        }
        guard !readings.isEmpty else { return [[]] }
        // Of runs the first letters are often the same, and their figures stand elsewhere too.
        let initials = readings.filter { !$0.series.isGhost }.map { $0.series.name.first }
        let hasInitials = Set(initials).count == initials.count
        var shortest: LegendRows = []
        for rowCount in 1...max(1, count) {
            for style in LegendStyle.allCases where style != .names || !hasInitials {
                let (rows, fits) = Self.rows(
                    readings, style, first: crosshairText.columnCount.value, width: width.value, atMost: rowCount)
                if fits { return rows }
                shortest = rows
            }
        }
        // Not all of it fits: what is compared with is named rather than the last of the curves.
        guard let place = readings.firstIndex(where: \.series.isReference), place > 1 else { return shortest }
        let reordered =
            [readings[0], readings[place]] + readings.indices.dropFirst().filter { $0 != place }.map { readings[$0] }
        return Self.rows(
            reordered, .initials, first: crosshairText.columnCount.value, width: width.value, atMost: max(1, count)
        ).rows
    }

    private var crosshairText: String { crosshair.map { "▏\($0) " } ?? "" }

    /// - Parameter first: columns of the first row that are taken.
    private static func rows(
        _ readings: [Reading], _ style: LegendStyle, first: Int, width: Int, atMost count: Int
    ) -> (rows: LegendRows, fits: Bool) {
        var (rows, taken, fits): (LegendRows, Int, Bool) = ([[]], first, true)
        for (one, reading, tag) in readings {
            let text = style.text(one, reading, tag: tag)
            let columns = text.columnCount.value
            if taken + columns - style.blanks > width, rows.count < count, !rows[rows.count - 1].isEmpty {
                rows.append([])
                taken = 0
            }
            rows[rows.count - 1].append((text, one.style))
            taken += columns
            fits = fits && taken - style.blanks <= width
        }
        return (rows, fits)
    }

    func drawLegend(_ entries: LegendRows, _ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard !rect.isEmpty else { return }
        for (index, row) in entries.enumerated() {
            var place = rect.column
            if index == 0 {
                place = canvas.put(
                    crosshairText, row: rect.row, column: place, style: look[.accent], width: rect.width)
            }
            for entry in row where place < rect.trailing {
                // The blanks behind the last need no room.
                let fits = place + entry.text.columnCount <= rect.trailing
                place = canvas.put(
                    fits ? entry.text : entry.text.trimmed, row: rect.row + index, column: place, style: entry.style,
                    width: rect.trailing - place)
            }
        }
    }

    // MARK: What an edit did

    /// The mark that is spoken about: the last one before the crosshair, else the last one shown.
    private var mark: PlotMark? {
        let steps = steps
        return shownMarks.last { $0.step <= (crosshair ?? steps.upperBound) && steps.contains($0.step) }
    }

    /// `ⓐ 610 exponent 3→4: all −0.4 → −0.1 per 100`: the slope of the first curve before and after the edit.
    func drawNote(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        guard let mark, !rect.isEmpty else { return }
        var text = "\(mark.label) \(mark.step) \(mark.text)"
        if let slopes = slopes(about: mark), let name = series.first(where: { !$0.isGhost })?.name {
            func signed(_ slope: Double?) -> String {
                slope.map { ($0 > 0 ? "+" : "") + figure($0 * 100) } ?? "–"
            }
            let reading = "\(name) \(signed(slopes.before)) → \(signed(slopes.after)) per 100"
            // The slopes matter more than the words.
            let room = rect.width.value - reading.count - 2
            let short = "\(mark.label) \(mark.step)"
            text = (room >= text.count || room >= short.count + 7 ? Figures.left(text, min(text.count, room)) : short)
            text += "  " + reading
        }
        canvas.put(text, row: rect.row, column: rect.column, style: look[.mark], width: rect.width)
    }

    /// Change a step of the first curve over the stretch before a mark and the one after it. A stretch ends at the next
    /// mark, and is a tenth of the axis long at most.
    func slopes(about mark: PlotMark) -> (before: Double?, after: Double?)? {
        guard let curve = series.first(where: { !$0.isGhost })?.curve, !curve.isEmpty else { return nil }
        let reach = max(20, (steps.upperBound - steps.lowerBound) / 10)
        let previous = marks.last { $0.step < mark.step }?.step ?? 0
        let next = marks.first { $0.step > mark.step }?.step ?? Int.max
        let before = max(previous, mark.step - reach)..<max(mark.step, previous)
        let after = mark.step..<max(mark.step, min(next, mark.step + reach))
        return (curve.slope(of: before), curve.slope(of: after))
    }
}
