import Configuration
import Messages
import Terminal

extension RunsState {
    /// What is compared: two runs, or a preset and the settings of now.
    var comparison: Comparison? {
        presetComparison
            ?? compared.map { Comparison(Comparison.Subject($0.0), Comparison.Subject($0.1), described: description) }
    }

    func drawComparedCurves(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let isLow = rect.height < 16 && rect.width >= 56
        let halves = isLow ? rect.columns(weights: [1, 1]) : rect.rows(weights: [1, 1])
        let series: [(MetricSeries, String)] = [
            (.totalLoss, "Loss" + (isLossLogarithmic ? "  log" : "")), (.validationAccuracy, "Validation accuracy %"),
        ]
        for (half, (series, title)) in zip(halves, series) {
            let inner = look.panel(&canvas, half, title, isFocused: focus == .detail)
            guard !plotted.isEmpty, !showsPair || compared != nil else {
                look.hint(&canvas, inner.inset(), "Reading the runs…")
                continue
            }
            plot(plotted, series, look).draw(&canvas, inner, look)
        }
    }

    func drawDifferences(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared) {
        let names =
            presetComparison.map { [$0.leftTitle, $0.rightTitle] } ?? comparedRuns.map { shared.runName($0) }
        // Of long names the ends tell which is which.
        let room = max(8, (rect.width.value - 18) / 2)
        let titles = names.map { Figures.middle($0, min(room, $0.columnCount.value)) }
        let inner = look.panel(
            &canvas, rect, "Compare  " + titles.joined(separator: " → "),
            note: (showsEveryKnob ? "a only changes" : "a all settings") + (isComparing ? " · d all marked runs" : "")
                + " · Esc close", isFocused: false)
        guard let comparison else { return look.hint(&canvas, inner.inset(), "Reading both runs…") }
        let lines = Self.lines(of: comparison, all: showsEveryKnob, width: inner.width.value)
        let first = max(0, min(detailScroll, lines.count - inner.height.value))
        for (offset, entry) in lines.dropFirst(first).prefix(max(0, inner.height.value)).enumerated() {
            canvas.put(
                entry.text, row: inner.row + offset, column: inner.column, style: look[entry.role], width: inner.width)
        }
    }

    /// Key, left, right, and the difference or where the right one changed.
    static func lines(of comparison: Comparison, all: Bool, width: Int) -> [(text: String, role: ThemeRole)] {
        let keyWidth = max(10, min(28, width * 2 / 5))
        let valueWidth = max(6, (width - keyWidth - 14) / 2)
        func line(_ key: String, _ left: String, _ right: String, _ note: String) -> String {
            [Figures.left(key, keyWidth), Figures.left(left, valueWidth), Figures.left(right, valueWidth), note]
                .joined(separator: " ")
        }
        var lines: [(text: String, role: ThemeRole)] = [
            (
                line(
                    "", Figures.middle(comparison.leftTitle, valueWidth),
                    Figures.middle(comparison.rightTitle, valueWidth), "Δ"), .muted
            )
        ]
        for row in comparison.figures {
            func text(_ value: Double?) -> String { row.unit == .share ? Figures.percent(value) : Figures.text(value) }
            let difference = row.difference ?? 0
            let isBetter = row.higherIsBetter.map { ($0 ? difference : -difference) > 0 }
            let note = row.difference.map { ($0 > 0 ? "+" : "") + (row.relativeDifference ?? text($0)) } ?? ""
            lines.append(
                (
                    line(row.title, text(row.left), text(row.right), note),
                    difference == 0 ? .text : isBetter.map { $0 ? .good : .warning } ?? .text
                ))
        }
        for row in comparison.knobs where all || !row.isSame {
            let changes = row.rightChanges.isEmpty ? row.leftChanges : row.rightChanges
            let note = changes.isEmpty ? "" : "at " + changes.map { String($0.optimizerStep) }.joined(separator: " ")
            lines.append(
                (
                    line(row.key, KnobText.value(row.lastLeft), KnobText.value(row.lastRight), note),
                    row.isSame ? .muted : .accent
                ))
        }
        if !all { lines.append(("same: \(comparison.knobs.count - comparison.changedKnobs.count) settings", .muted)) }
        return lines
    }
}
