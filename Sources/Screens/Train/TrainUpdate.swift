import Configuration
import Messages

extension TrainState {
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch action {
        case .nextPanel: setFocus(panels.after(focus))
        case .previousPanel: setFocus(panels.before(focus))
        case .zoom: isZoomed.toggle()
        case .logarithmic:
            isLossLogarithmic.toggle()
            shared.say(isLossLogarithmic ? "loss axis: logarithmic" : "loss axis: linear")
        case .smoothing:
            history.set(smoothing: history.smoothing.next)
            for index in ghosts.indices { ghosts[index].history.set(smoothing: history.smoothing) }
            shared.say("curve smoothing: \(history.smoothing.title)")
        case .crosshair:
            view.toggleCrosshair(last: history.lastStep)
            if view.crosshair != nil, !isPlot(focus), let plot = plotPanels.first { setFocus(plot) }
        case .overlay:
            showsGhosts.toggle()
            shared.say(
                ghosts.isEmpty
                    ? "no other runs to overlay: mark some on the Runs screen"
                    : showsGhosts
                        ? "overlaid runs: \(ghosts.map(\.name).joined(separator: ", "))" : "no runs overlaid")
        case .zoomIn: view.zoom(in: true, last: history.lastStep)
        case .zoomOut: view.zoom(in: false, last: history.lastStep)
        case .wholeRun: view.showAll()
        case .begin: return [.dialog(.chooser(beginChooser(shared)))]
        case .pauseOrProceed: return pauseOrProceed(&shared)
        case .oneStep: return ifActive(&shared) { [.send(.step)] }
        case .stop: return ifActive(&shared) { [.dialog(.question(Self.stopQuestion))] }
        case .checkpoint: return ifActive(&shared) { [.send(.checkpoint)] }
        case .note:
            return ifActive(&shared) {
                [.dialog(.prompt(Prompt(.note, title: "Note", hint: "One line, stored at this optimizer step.")))]
            }
        case .undo: return ifActive(&shared) { [.send(.undo)] }
        case .redo: return ifActive(&shared) { [.send(.redo)] }
        case .fork: return fork(&shared)
        case .back:
            if isZoomed {
                isZoomed = false
            } else if isPlot(focus), view.crosshair != nil {
                view.crosshair = nil
            } else if let knob = curveKnob(of: focus), tuning.staged[knob] != nil {
                tuning.unstage(knob)
            } else if kind(of: focus) == .tuning, let knob = tuning.chosen, tuning.staged[knob.key] != nil {
                tuning.unstage(knob.key)
            } else if kind(of: focus) == .tuning, tuning.fork != nil {
                tuning.endFork()
                shared.say("fork discarded")
            } else if kind(of: focus) == .tuning, !tuning.staged.isEmpty {
                tuning.unstageAll()
                shared.say("staged edits discarded")
            } else {
                if let tuning = first(.tuning) { setFocus(tuning) }
            }
        default:
            switch kind(of: focus) {
            case .tuning: return tune(action, &shared)
            case .curveEditor: return bend(action, &shared)
            case .curves, .alignment: look(action)
            case .journal, .grid, .layers: return browse(action)
            case .profile, .unknown: break
            }
        }
        return []
    }

    /// Moves the crosshair where there is one, else what is shown.
    private mutating func look(_ action: Action) {
        let last = history.lastStep
        let steps = [Action.left: -1, .right: 1, .farLeft: -10, .farRight: 10][action] ?? 0
        switch action {
        case .left, .right, .farLeft, .farRight:
            if view.crosshair == nil {
                view.pan(by: steps, last: last)
            } else {
                view.moveCrosshair(by: steps, last: last)
            }
        case .up: view.zoom(in: true, last: last)
        case .down: view.zoom(in: false, last: last)
        case .bottom:
            view.follow()
            if view.crosshair != nil { view.crosshair = last }
        case .top:
            view.toStart()
            if view.crosshair != nil { view.crosshair = 0 }
        case .nextMatch, .previousMatch: if let step = mark(after: action == .nextMatch) { view.crosshair = step }
        default: break
        }
    }

    /// The next or the last edit, seen from the crosshair.
    private func mark(after isNext: Bool) -> Int? {
        let steps = edits.map(\.optimizerStep)
        let now = view.crosshair ?? (isNext ? -1 : Int.max)
        return isNext ? steps.first { $0 > now } ?? steps.first : steps.last { $0 < now } ?? steps.last
    }

    static let stopQuestion = Question(
        "Stop the run?", "A checkpoint is written first; the run can be resumed later.", cancel: "Keep training",
        [.init(title: "Stop with a checkpoint", intent: .stopRun)])

    mutating func setFocus(_ panel: Panel) {
        focus = panel
        if isInTurn(panel) { shownPlot = panel }
    }

    private func ifActive(_ shared: inout Shared, _ wishes: () -> [Wish]) -> [Wish] {
        guard shared.run.isActive else {
            shared.say("no run is active: b begins one", .warning)
            return []
        }
        return wishes()
    }

    private func pauseOrProceed(_ shared: inout Shared) -> [Wish] {
        let command: TuningCommand = shared.run.phase == .paused ? .proceed : .pause
        return ifActive(&shared) { [.send(command)] }
    }

    private mutating func browse(_ action: Action) -> [Wish] {
        guard kind(of: focus) == .journal else {
            let distance = [Action.up: -1, .down: 1, .pageUp: -10, .pageDown: 10][action] ?? 0
            spikeScroll = min(max(0, spikeScroll + distance), max(0, (spikes?.layers.count ?? 0) - 1))
            if action == .top { spikeScroll = 0 }
            return []
        }
        if eventCursor.move(action, in: events.count) { return [] }
        if action == .enter, let index = eventCursor.index(in: events.count) {
            // The plots say what went on at this step.
            view.crosshair = events[index].optimizerStep
        }
        return []
    }

    // MARK: Tuning

    private mutating func tune(_ action: Action, _ shared: inout Shared) -> [Wish] {
        if tuning.cursor.move(action, in: tuning.shown.count) { return [] }
        switch action {
        case .nextMatch: tuning.cursor.move(by: 1, in: tuning.shown.count)
        case .previousMatch: tuning.cursor.move(by: -1, in: tuning.shown.count)
        case .left: nudge(-1, &shared)
        case .right: nudge(1, &shared)
        case .farLeft: nudge(-10, &shared)
        case .farRight: nudge(10, &shared)
        case .unstage: if let knob = tuning.chosen { tuning.unstage(knob.key) }
        case .boundary: changeBoundary(&shared)
        case .typeValue: return tuning.chosen.map { typeValue(of: $0.key, shared) } ?? []
        case .enter: return apply(&shared)
        default: break
        }
        return []
    }

    mutating func changeBoundary(_ shared: inout Shared) {
        tuning.boundary = TuningCommand.Boundary.allCases.after(tuning.boundary)
        shared.say("edits apply at the \(tuning.boundary.rawValue)")
    }

    private mutating func nudge(_ count: Int, _ shared: inout Shared) {
        guard let knob = tuning.chosen else { return }
        guard tuning.takes(knob) else {
            shared.say("\(knob.title) needs a new run: a fork cannot change it", .warning)
            return
        }
        if knob.kind == .curve {
            if let panel = panels.first(where: { curveKnob(of: $0) == knob.key }) { setFocus(panel) }
            shared.say("h j k l move the handle, n selects the next, + adds one, Enter applies")
            return
        }
        if knob.kind == .text || knob.kind == .edits {
            shared.say("press = to type \(knob.title): \(knob.help)")
            return
        }
        if case .unknown(let kind) = knob.kind {
            shared.say("this version of saccade cannot edit settings of kind \(kind)", .warning)
            return
        }
        do throws(ConfigurationError) {
            try tuning.nudge(knob, by: count, shared.run)
        } catch {
            shared.say(error.description, .bad)
        }
    }

    func typeValue(of key: String, _ shared: Shared) -> [Wish] {
        guard let knob = description.knownKnob(key), tuning.takes(knob) else { return [] }
        return [
            .dialog(
                .prompt(
                    Prompt(
                        .knob(knob.key), title: knob.title, hint: "\(knob.help) Takes \(knob.expectation).",
                        text: tuning.value(of: knob, shared.run).description, isReplaced: true)))
        ]
    }

    /// Sends the live ones among the staged edits.
    mutating func apply(_ shared: inout Shared) -> [Wish] {
        if let point = tuning.editedFork {
            // Which way it begins is a question only where another run goes on.
            guard !shared.run.isActive else { return [.askFork(point)] }
            return [
                .send(
                    .fork(
                        run: point.run, checkpoint: point.checkpoint, changes: point.changes ?? [], name: point.name))
            ]
        }
        guard !tuning.staged.isEmpty else {
            shared.say(
                shared.run.isActive ? "nothing is staged: ←→ changes a setting" : "b begins a run with these settings")
            return []
        }
        guard shared.run.isActive else {
            let source = tuning.draftSource.hasSuffix(" (edited)") ? "" : " (edited)"
            tuning.load(
                tuning.edited(shared.run), from: tuning.draftSource + source, preset: tuning.preset, shared.run)
            shared.say("settings saved for the next run: b begins it", .good)
            return []
        }
        let changes = tuning.stagedLive
        guard !changes.isEmpty else {
            shared.say("these need a new run: stop this one, then b begins one with them", .warning)
            return []
        }
        tuning.markSent(changes)
        shared.say(
            "\(changes.count) edit\(changes.count == 1 ? "" : "s") sent, to be applied at the \(tuning.boundary.rawValue)"
        )
        return [.send(.edit(changes, at: tuning.boundary))]
    }

    /// Puts a knob's slider at a share of its range.
    mutating func slide(_ key: String, to share: Double, _ shared: inout Shared) {
        guard let knob = description.knownKnob(key), let value = KnobSlider.value(at: share, knob) else { return }
        if let index = tuning.shown.firstIndex(where: { $0.key == key }) { tuning.cursor.select(index) }
        guard tuning.takes(knob) else {
            shared.say("\(knob.title) needs a new run: a fork cannot change it", .warning)
            return
        }
        do throws(ConfigurationError) {
            try tuning.stage(knob, value, shared.run)
        } catch {
            shared.say(error.description, .bad)
        }
    }

    // MARK: Forking

    /// From before the chosen edit, from the chosen checkpoint, or from one out of a list.
    private func fork(_ shared: inout Shared) -> [Wish] {
        guard let runID, !checkpoints.isEmpty else {
            shared.say("there is no checkpoint to fork from yet: c writes one", .warning)
            return []
        }
        let name = shared.activeName ?? shared.runName(runID)
        if kind(of: focus) == .journal, let index = eventCursor.index(in: events.count),
            let path = events[index].checkpoint, checkpoints.contains(where: { $0.path == path })
        {
            let step = checkpoints.last { $0.path == path }?.optimizerStep ?? events[index].optimizerStep
            var point = ForkPoint(run: runID, runName: name, checkpoint: path, optimizerStep: step)
            guard let edit = edits.last(where: { $0.checkpoint == path }) else { return [.askFork(point)] }
            point.changes = edit.differences.map { KnobChange(key: $0.key, value: $0.new) }
            return [.changeFork(point)]
        }
        return [.dialog(.chooser(ForkPoint.chooser(run: runID, name: name, checkpoints, edits, description)))]
    }

    // MARK: Answers

    mutating func take(_ command: TuningCommand, _ answer: CommandAnswer, _ shared: inout Shared) -> [Wish] {
        switch answer {
        case .tookEffect(_, let step):
            if case .edit(let changes, _) = command {
                tuning.settle(shared.run.configuration, keys: changes.map(\.key))
            }
            if case .fork(_, _, let changes, _) = command { tuning.forget(changes, of: command) }
            if command == .checkpoint { shared.say("checkpoint written at step \(step)", .good) }
            return []
        case .waitsForEpoch:
            shared.say("accepted: applied when the next epoch begins")
            return []
        case .queued(_, let position):
            if case .enqueue(.fork(_, _, let changes, _)) = command { tuning.forget(changes, of: command) }
            shared.say("added to the queue at position \(position)", .good)
            return []
        case .queueChanged: return []
        case .refused(let reason):
            if case .edit(let changes, _) = command { tuning.takeBack(changes) }
            if case .enqueue(let job) = command, job == shared.awaitedTrainNow { shared.awaitedTrainNow = nil }
            shared.say("refused: \(reason)", .bad)
            if let point = shared.askedFork, command.isFork(of: point) {
                // What was typed for it is not lost.
                shared.askedFork = nil
                if tuning.fork == nil {
                    return [.askFork(point), .log(.warning, "\(command.title) refused: \(reason)")]
                }
            }
            return [.log(.warning, "\(command.title) refused: \(reason)")]
        }
    }
}

extension TuningCommand {
    var title: String {
        switch self {
        case .start: "start"
        case .resume: "resume"
        case .pause: "pause"
        case .proceed: "resume"
        case .step: "step"
        case .fork: "fork"
        case .reproduce: "reproduce"
        case .stop, .halt: "stop"
        case .edit(let changes, _): "edit of " + changes.map(\.key).joined(separator: ", ")
        case .undo: "undo"
        case .redo: "redo"
        case .checkpoint: "checkpoint"
        case .note: "note"
        case .enqueue, .moveInQueue, .removeFromQueue, .trainFromQueue: "queue"
        }
    }
}
