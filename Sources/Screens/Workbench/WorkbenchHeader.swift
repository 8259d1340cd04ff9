import Messages
import Terminal

/// The first line: the screens, and where the run is.
extension WorkbenchState {
    func drawHeader(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        canvas.fill(rect, style: look[.header])
        // Where there is little room, it is the run's.
        let isNarrow = rect.width < 80
        var column = canvas.put(
            isNarrow ? " " : " saccade  ", row: rect.row, column: 0, style: look[.header].adding(.bold))
        for (index, screen) in WorkbenchLayout.Screen.allCases.enumerated() {
            let isShown = screen == self.screen
            let text =
                isShown
                ? "[\(index + 1) \(screen.title)]" : isNarrow ? " \(index + 1) " : " \(index + 1) \(screen.title) "
            look.hits?.add(
                Rect(row: rect.row, column: column, height: 1, width: text.columnCount), .tab(screen))
            column = canvas.put(text, row: rect.row, column: column, style: look[isShown ? .selection : .header])
        }
        let text = runText(width: (rect.trailing - column).value - 2)
        canvas.put(text, row: rect.row, column: rect.trailing - text.columnCount - 1, style: look[.header])
    }

    /// As much as fits of where the run is. A long name gives way before the step does.
    func runText(width: Int) -> String {
        let run = shared.run
        guard run.run != nil || run.isActive else { return "no run".prefix(columns: max(0, width)) }
        let name = shared.activeName ?? "run"
        let facts = runFacts
        let mark = " " + RunsState.phaseMark(run.phase)
        for least in [name.columnCount.value, 14, 8] {
            for fact in facts {
                let room = width - mark.columnCount.value - fact.columnCount.value
                if room >= min(least, name.columnCount.value) {
                    return Figures.middle(name, room).trimmed + mark + fact
                }
            }
        }
        let bare = (facts.last ?? "").trimmed
        return [RunsState.phaseMark(run.phase) + " " + bare, bare].first { $0.columnCount.value <= width } ?? ""
    }

    /// What stands behind the name, from the fullest to the shortest. The step, or what came of the run, is in all of them.
    private var runFacts: [String] {
        let run = shared.run
        // Validations come and go with every epoch: their mark tells, and nothing moves.
        let phase = [.running, .validating].contains(run.phase) ? "" : " \(run.phase.rawValue)"
        let epoch = " ep \(min(run.epoch + 1, max(run.epochs, 1)))/\(run.epochs)"
        let figures = "\(shared.optimizerStep)/\(run.totalSteps)"
        let step = "  step " + figures
        if let result = train.result, !run.isActive, result.run == run.run {
            let outcome = "  " + result.shortText
            return [phase + epoch + step + outcome, phase + step + outcome, phase + outcome, outcome]
        }
        if run.phase == .preparing, let preparation = shared.preparation {
            let share = "  preparing \(preparation.done * 100 / max(1, preparation.all)) %"
            return ["  " + shared.waitingText, share + "  ETA \(Figures.duration(preparation.secondsLeft))", share]
        }
        guard run.isActive, let progress = shared.progress else {
            return [phase + epoch + step, phase + step, step, " " + figures]
        }
        let rate = "  \(Figures.text(progress.samplesPerSecond))/s  \(Figures.bytes(progress.residentBytes))"
        let left = "  ETA \(Figures.duration(progress.secondsLeft))"
        return [
            phase + epoch + step + rate + left, phase + epoch + step + left, phase + step + left, phase + step, step,
            " " + figures,
        ]
    }
}
