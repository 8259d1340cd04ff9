import Configuration
import Messages
import Terminal

extension TrainState {
    /// Applied edits, checkpoints and notes; below them what guards the run and what the machine does.
    func drawEdits(
        _ panel: Panel, _ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ shared: Shared
    ) {
        look.hits?.add(rect, .train(panel))
        let inner = look.panel(
            &canvas, rect, name(of: panel), note: focus == panel && !events.isEmpty ? editNote : origin(shared),
            isFocused: focus == panel)
        let scheduled = scheduledEdits(shared)
        let figures = progressLines(shared)
        let rows = inner.height >= 7 ? figures.count : min(1, figures.count)
        let (list, machine) = inner.split(bottom: Row(rows))
        if events.isEmpty, scheduled.isEmpty {
            look.hint(&canvas, list, "Edits, checkpoints and notes appear here.")
        }
        look.list(
            &canvas, list, cursor: eventCursor, count: events.count + scheduled.count, isFocused: focus == panel,
            isAboveFrame: machine.isEmpty
        ) { index in
            guard index < events.count else { return (scheduled[index - events.count], .muted) }
            let event = events[index]
            let role: ThemeRole =
                switch event.role {
                case .edit: .mark
                case .checkpoint: .muted
                case .note: .text
                case .good: .good
                case .bad: .bad
                }
            return (Figures.right(String(event.optimizerStep), 6) + " " + event.text, role)
        }
        for (offset, line) in figures.prefix(machine.height.value).enumerated() {
            canvas.put(
                line.text, row: machine.row + offset, column: machine.column, style: look[line.role],
                width: machine.width)
        }
    }

    /// What the run was begun with.
    private func origin(_ shared: Shared) -> String {
        guard shared.run.isActive, let run = shared.runs.first(where: { $0.id == shared.run.run }) else { return "" }
        return (run.preset.map { "preset \($0), " } ?? "") + "data \(run.dataSet), seed \(run.seed)"
    }

    /// Edits that the run will make by itself, a line each.
    private func scheduledEdits(_ shared: Shared) -> [String] {
        let run = shared.run
        guard run.isActive, run.totalSteps > 0,
            let all = try? description.scheduledEdits(of: run.configuration)
        else { return [] }
        return all.compactMap { edit in
            let step = edit.optimizerStep(of: run.totalSteps)
            guard step > run.optimizerStep else { return nil }
            let changes = edit.changes.map { "\(description.title(of: $0.key)) \($0.value)" }.joined(separator: ", ")
            return Figures.right(String(step), 6) + " scheduled: " + changes
        }
    }

    private var editNote: String { "Enter show step" }

    private func progressLines(_ shared: Shared) -> [(text: String, role: ThemeRole)] {
        guard let progress = shared.progress else { return [] }
        let clips = shared.clipNorm > 0
        let isBad = guardFigures.notNumberCount > 0
        return [
            (
                "step \(Figures.milliseconds(progress.secondsPerStep))  \(Figures.text(progress.samplesPerSecond)) samples/s  \(Figures.bytes(progress.residentBytes))",
                .muted
            ),
            (
                "NaN \(guardFigures.notNumberCount)  gradient \(Figures.text(history.last(.gradientNorm)))"
                    + (clips ? "  clipped \(Figures.percent(guardFigures.clippedShare)) %" : "")
                    + "  waits \(Figures.milliseconds(progress.secondsWaitingForData))", isBad ? .bad : .muted
            ),
            (
                "screen \(shared.screenShare.map { Figures.percent($0) + " % of a core" } ?? "–")"
                    + "  queue \(shared.queue.count)", .muted
            ),
        ]
    }
}
