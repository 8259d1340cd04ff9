import Messages

extension TrainState {
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch action {
        case .nextPanel: setFocus(Panel.allCases.after(focus))
        case .previousPanel: setFocus(Panel.allCases.before(focus))
        case .zoom: isZoomed.toggle()
        case .logarithmic:
            isLossLogarithmic.toggle()
            shared.say(isLossLogarithmic ? "loss on a logarithmic axis" : "loss on a linear axis")
        case .smoothing:
            history.set(smoothing: history.smoothing.next)
            shared.say("curves: \(history.smoothing.title)")
        case .begin: return begin(&shared)
        case .pauseOrProceed: return pauseOrProceed(&shared)
        case .oneStep: return ifActive(&shared) { [.send(.step)] }
        case .stop: return ifActive(&shared) { [.dialog(.question(Self.stopQuestion))] }
        case .checkpoint: return ifActive(&shared) { [.send(.checkpoint)] }
        case .note:
            return ifActive(&shared) {
                [.dialog(.prompt(Prompt(.note, title: "Note", hint: "One line that stays at this optimizer step.")))]
            }
        case .undo: return ifActive(&shared) { [.send(.undo)] }
        case .redo: return ifActive(&shared) { [.send(.redo)] }
        case .savePreset:
            return [
                .dialog(
                    .prompt(
                        Prompt(
                            .presetName, title: "Save as a preset",
                            hint: "The settings as shown, staged edits included, under this name:")))
            ]
        case .back:
            if isZoomed {
                isZoomed = false
            } else if focus == .tuning, let knob = tuning.chosen, tuning.staged[knob.key] != nil {
                tuning.unstage(knob.key)
            } else if focus == .tuning, !tuning.staged.isEmpty {
                tuning.unstageAll()
                shared.say("staged edits taken back")
            } else {
                setFocus(.tuning)
            }
        default: return focus == .tuning ? tune(action, &shared) : browse(action)
        }
        return []
    }

    static let stopQuestion = Question(
        "Stop the run?", "A checkpoint is written first; the run can be resumed later.", cancel: "Keep training",
        [.init(title: "Stop with a checkpoint", intent: .stopRun)])

    mutating func setFocus(_ panel: Panel) {
        focus = panel
        if panel != .tuning { shownPlot = panel }
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
        if focus == .edits { _ = eventCursor.move(action, in: events.count) }
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
        case .boundary:
            tuning.boundary = TuningCommand.Boundary.allCases.after(tuning.boundary)
            shared.say("edits apply at the \(tuning.boundary.rawValue)")
        case .typeValue: return typeValue(shared)
        case .enter: return apply(&shared)
        default: break
        }
        return []
    }

    private mutating func nudge(_ count: Int, _ shared: inout Shared) {
        guard let knob = tuning.chosen else { return }
        if knob.kind == .text || knob.kind == .curve || knob.kind == .edits {
            shared.say("= types \(knob.title): \(knob.help)")
            return
        }
        if case .catalogue(let name) = knob.kind, (shared.catalogues[name] ?? []).isEmpty {
            shared.say("the catalogue of \(name) has not come yet", .warning)
            return
        }
        do throws(ConfigurationError) {
            try tuning.nudge(knob, by: count, catalogues: shared.catalogues, shared.run)
        } catch {
            shared.say(error.description, .bad)
        }
    }

    private func typeValue(_ shared: Shared) -> [Wish] {
        guard let knob = tuning.chosen else { return [] }
        return [
            .dialog(
                .prompt(
                    Prompt(
                        .knob(knob.key), title: knob.title, hint: "\(knob.help) Takes \(knob.expectation).",
                        text: tuning.value(of: knob, shared.run).description)))
        ]
    }

    /// Sends the live ones among the staged edits.
    private mutating func apply(_ shared: inout Shared) -> [Wish] {
        guard !tuning.staged.isEmpty else {
            shared.say(
                shared.run.isActive ? "nothing is staged: ←→ changes a knob" : "b begins a run with these settings")
            return []
        }
        guard shared.run.isActive else {
            tuning.load(tuning.edited(shared.run), from: tuning.draftSource + " (edited)", shared.run)
            shared.say("settings taken over: b begins a run with them", .good)
            return []
        }
        let changes = tuning.stagedLive
        guard !changes.isEmpty else {
            shared.say("these need a new run: stop this one, then b begins one with them", .warning)
            return []
        }
        tuning.markSent(changes)
        shared.say("sent \(changes.count) edit\(changes.count == 1 ? "" : "s"), due at the \(tuning.boundary.rawValue)")
        return [.send(.edit(changes, at: tuning.boundary))]
    }

    // MARK: Beginning

    private func begin(_ shared: inout Shared) -> [Wish] {
        guard !shared.run.isActive else {
            shared.say("a run is active: S stops it with a checkpoint", .warning)
            return []
        }
        let changed = RunConfiguration().differences(to: tuning.edited(shared.run)).count
        let settings = Chooser.Entry(
            title: "the settings shown", note: "from \(tuning.draftSource), \(changed) changed from the defaults",
            intent: .beginWithSettings)
        let presets = shared.presets.map { preset in
            Chooser.Entry(
                title: preset.name, note: preset.problem.map { "cannot be read: \($0)" } ?? preset.note,
                intent: .beginWithPreset(preset.name), isPossible: preset.problem == nil)
        }
        return [.dialog(.chooser(Chooser(title: "Begin a run with", entries: [settings] + presets)))]
    }

    // MARK: Answers

    mutating func take(_ command: TuningCommand, _ answer: CommandAnswer, _ shared: inout Shared) -> [Wish] {
        switch answer {
        case .tookEffect(_, let step):
            if case .edit(let changes, _) = command {
                tuning.settle(shared.run.configuration, keys: changes.map(\.key))
            }
            if command == .checkpoint { shared.say("checkpoint at step \(step)", .good) }
            return []
        case .waitsForEpoch:
            shared.say("accepted: takes effect when the next epoch begins")
            return []
        case .queued(_, let position):
            shared.say("waits in the queue at position \(position)", .good)
            return []
        case .queueChanged: return []
        case .refused(let reason):
            if case .edit(let changes, _) = command { tuning.takeBack(changes) }
            shared.say("refused: \(reason)", .bad)
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
        case .proceed: "go on"
        case .step: "step"
        case .fork: "fork"
        case .replay: "replay"
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
