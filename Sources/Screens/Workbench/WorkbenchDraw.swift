import Configuration
import Messages
import Terminal

extension WorkbenchState {
    /// Draws everything; gives the place of the hardware cursor.
    public func draw(_ canvas: inout Canvas, theme: Theme) -> Point? { draw(&canvas, Look(theme: theme)) }

    func draw(_ canvas: inout Canvas, _ look: Look) -> Point? {
        guard !isTiny else {
            drawTiny(&canvas, look)
            // Questions must be answered on any terminal; lists of keys have no room.
            if let dialog = dialogs.last, dialog.isSeenOnTiny(size) {
                return dialog.draw(&canvas, look: look, context: context)
            }
            return nil
        }
        let (header, belowHeader) = canvas.bounds.split(top: 1)
        let (body, footer) = belowHeader.split(bottom: 2)
        drawHeader(&canvas, header, look)
        switch screen {
        case .data:
            data.draw(
                &canvas, body, look, shared, settings: NetworkInput(train.tuning.edited(shared.run), shared.description)
            )
        case .train:
            let banner = OutcomeBanner(train, shared.run)
            let (top, rest) = body.split(top: banner?.height(in: body) ?? 0)
            banner?.draw(&canvas, top, look)
            // Where there is plenty of room, the log stands below the plots.
            let (plots, lines) = rest.split(bottom: rest.height >= 44 ? 8 : 0)
            train.draw(&canvas, plots, look, shared)
            if !lines.isEmpty { log.draw(&canvas, lines, look, shared, isFocused: false) }
        case .runs: runs.draw(&canvas, body, look, shared)
        case .log: log.draw(&canvas, body, look, shared, isFocused: true)
        case .study: study.draw(&canvas, body, look, shared)
        }
        drawFooter(&canvas, footer, look)
        return dialogs.last?.draw(&canvas, look: look, context: context)
    }

    // MARK: Footer

    private func drawFooter(_ canvas: inout Canvas, _ rect: Rect, _ look: Look) {
        canvas.fill(rect, style: look[.footer])
        let always = BindingTable.everywhere.filter { [.palette, .help].contains($0.action) && $0.isInFooter }
        let entries = always.map(footerEntry)
        let right = rect.trailing - entries.reduce(0) { $0 + $1.width }
        var column = rect.column + 1
        var seen = Set(always.map(\.action))
        for binding in BindingTable.bindings(in: context) where binding.isInFooter {
            let entry = footerEntry(binding)
            guard seen.insert(binding.action).inserted else { continue }
            guard column + entry.width <= right else { break }
            look.hits?.add(
                Rect(row: rect.row, column: column, height: 1, width: Column(entry.width - 1)), .action(binding.action))
            column = draw(entry, &canvas, rect.row, column, look)
        }
        column = right
        for (entry, binding) in zip(entries, always) {
            look.hits?.add(
                Rect(row: rect.row, column: column, height: 1, width: Column(entry.width - 1)), .action(binding.action))
            column = draw(entry, &canvas, rect.row, column, look)
        }
        drawStatus(&canvas, row: rect.row + 1, rect, look)
    }

    private func footerEntry(_ binding: Binding) -> (key: String, words: String, width: Int) {
        let key = binding.keys.first?.title ?? ""
        let isPaused = binding.action == .pauseOrProceed && shared.run.phase == .paused
        let isInTable = binding.context == .runTable
        let isTraining = binding.action == .trainStudy && study.board?.work == .training
        let words =
            isPaused
            ? "resume"
            : isTraining
                ? "pause"
                : (isInTable ? Self.shortInTable[binding.action] : nil) ?? Self.short[binding.action] ?? binding.title
        return (key, words, key.columnCount.value + words.columnCount.value + 3)
    }

    private func draw(
        _ entry: (key: String, words: String, width: Int), _ canvas: inout Canvas, _ row: Row, _ column: Column,
        _ look: Look
    ) -> Column {
        let next = canvas.put(entry.key, row: row, column: column, style: look[.key])
        return canvas.put(" " + entry.words + "  ", row: row, column: next, style: look[.footer])
    }

    /// What means something else in the table of compared runs.
    private static let shortInTable: [Action: String] = [.mark: "remove", .compare: "side by side"]

    /// The footer has room for a word or two.
    private static let short: [Action: String] = [
        .nextPanel: "panel", .zoom: "zoom", .filter: "filter", .help: "help", .palette: "palette",
        .togglePlaying: "play", .stepForward: "step", .stepBackward: "back", .faster: "faster", .slower: "slower",
        .eventMode: "mode", .eventSlicing: "slices", .sortSamples: "sort", .begin: "begin…",
        .glyphs: "blocks", .pixel: "pixel", .crosshair: "crosshair", .overlay: "overlay", .zoomIn: "zoom in",
        .zoomOut: "zoom out", .wholeRun: "fit", .addHandle: "add", .removeHandle: "remove", .powerLaw: "power law",
        .unstage: "discard", .playBack: "play back", .nextEdit: "next edit", .previousEdit: "previous edit",
        .fork: "fork…", .saveSchedule: "schedule…", .comparePreset: "compare", .enqueueRun: "queue",
        .earlier: "move up", .later: "move down",
        .export: "export…", .theme: "theme…", .pauseOrProceed: "pause",
        .oneStep: "step", .stop: "stop…", .undo: "undo", .savePreset: "save preset…", .logarithmic: "log",
        .smoothing: "smooth",
        .pin: "pin", .markAll: "mark all", .groupRuns: "group", .chooseColumns: "columns…", .reverseRuns: "reverse",
        .typeValue: "type…", .boundary: "apply at", .mark: "mark", .compare: "compare", .resume: "resume…",
        .tag: "tags…",
        .openStudy: "open…", .trainStudy: "train", .release: "again", .putFirst: "first", .addSeeds: "seeds…",
        .compareArm: "reference",
        .showEveryFact: "protocol",
        .runNote: "note…", .sortRuns: "sort", .rename: "rename…", .delete: "delete…", .logLevel: "level",
    ]

    private func drawStatus(_ canvas: inout Canvas, row: Row, _ rect: Rect, _ look: Look) {
        if let status = shared.status {
            let role: ThemeRole =
                switch status.kind {
                case .info: .footer
                case .good: .good
                case .warning: .warning
                case .bad: .bad
                }
            let lines = Wrapping.lines(status.text, width: max(1, rect.width.value - 2))
            if lines.count > 1, status.kind == .bad || status.kind == .warning {
                return drawLongStatus(lines, &canvas, above: rect, look, role)
            }
            // The log has it whole.
            canvas.put(
                lines.count == 1 ? status.text : Figures.shortPaths(status.text), row: row, column: rect.column + 1,
                style: look[role], width: rect.width - 2)
            return
        }
        let staged = train.tuning.staged
        guard screen == .train, !staged.isEmpty else { return }
        let changes = staged.keys.map { key in
            let now = shared.description.text(of: key, in: train.tuning.base(shared.run))
            return "\(shared.description.title(of: key)) \(now)→\(staged[key].map(\.description) ?? "")"
        }.joined(separator: ", ")
        let text =
            train.tuning.fork == nil
            ? "\(changes) staged. Enter applies, r discards."
            : "\(changes) in the fork. Enter trains it, Esc discards it."
        canvas.put(text, row: row, column: rect.column + 1, style: look[.staged], width: rect.width - 2)
    }

    /// What went wrong is said whole: over as many lines above the footer as it takes, but for a third of the screen.
    private func drawLongStatus(
        _ lines: [String], _ canvas: inout Canvas, above rect: Rect, _ look: Look, _ role: ThemeRole
    ) {
        let room = max(1, min(rect.row.value, canvas.size.height.value / 3))
        for (place, line) in lines.prefix(room).enumerated() {
            let row = rect.row - Row(min(room, lines.count) - place)
            canvas.fill(Rect(row: row, column: rect.column, height: 1, width: rect.width), style: look[.footer])
            canvas.put(line, row: row, column: rect.column + 1, style: look[role], width: rect.width - 2)
        }
        let note = lines.count > room ? "… \(lines.count - room) more lines in the log (4)" : ""
        canvas.put(note, row: rect.row + 1, column: rect.column + 1, style: look[.muted], width: rect.width - 2)
    }

    // MARK: Too small

    private var tinyHint: String {
        if !dialogs.isEmpty { return "a list is open: Esc closes it" }
        guard shared.run.isActive else { return "q quits" }
        return "space \(shared.run.phase == .paused ? "resumes" : "pauses")  S stops…  q quits…"
    }

    private func drawTiny(_ canvas: inout Canvas, _ look: Look) {
        let run = shared.run
        let title = "saccade  "
        let name = shared.activeName.map { $0 + " " + RunsState.phaseMark(run.phase) } ?? "no run"
        let outcome = run.isActive ? nil : train.result.map { $0.shortText + " (\($0.testedText))" }
        let lines: [(String, ThemeRole)] =
            [
                (title + Figures.middle(name, canvas.size.width.value - title.count).trimmed, .title),
                (
                    run.isActive
                        ? "\(run.phase.rawValue)  epoch \(run.epoch + 1)/\(run.epochs)  step \(shared.optimizerStep)/\(run.totalSteps)"
                        : "no active run", .text
                ),
            ]
            + (outcome.map { Wrapping.lines($0, width: canvas.size.width.value) } ?? []).map { ($0, .good) }
            + [
                ("loss \(Figures.text(train.history.last(.totalLoss)))", .text),
                (
                    "event \(Figures.percent(train.history.last(.eventAccuracy))) %  val \(Figures.percent(train.history.last(.validationAccuracy))) %",
                    .text
                ),
                (shared.progress.map { "ETA \(Figures.duration($0.secondsLeft))" } ?? "", .muted),
                ("The screens need \(Self.leastSize), not \(size).", .warning),
                (tinyHint, .muted),
            ]
        for (offset, line) in lines.filter({ !$0.0.isEmpty }).enumerated() {
            canvas.put(line.0, row: Row(offset), column: 0, style: look[line.1], width: canvas.size.width)
        }
    }
}
