import Messages
import Terminal

extension WorkbenchState {
    /// The one way in which anything changes.
    public mutating func update(_ message: WorkbenchMessage) -> [WorkbenchEffect] {
        var effects = carryOut(handle(message))
        effects += carryOut(refreshRuns())
        if screen == .runs {
            let asked = effects.compactMap { if case .ask(.run(let run)) = $0 { run } else { nil } }
            effects += carryOut(runs.follow(shared, asked: asked))
        }
        effects += carryOut(study.wishes(isShown: screen == .study))
        if screen == .train { effects += carryOut(train.planWishes(shared)) }
        effects += carryOut(differenceWishes())
        if case .key = message { effects += carryOut(refreshCost() + refreshPreview()) }
        switch message {
        // A pinned run may have gone with the list.
        case .key, .reply(.runs): if let layout = changedLayout() { effects.append(.savedLayout(layout)) }
        default: break
        }
        return effects
    }

    private mutating func handle(_ message: WorkbenchMessage) -> [Wish] {
        switch message {
        case .size(let size):
            self.size = size
            return []
        case .key(let key):
            // Somebody who knows what to do is not interrupted.
            startsWithList = false
            return take(key)
        case .tick(let seconds):
            shared.clock += seconds
            if let until = shared.status?.until, until <= shared.clock { shared.status = nil }
            if screen == .data { data.tick(seconds) }
            if screen == .runs { runs.tick(seconds) }
            if screen == .study || study.isStartedHere { study.tick(seconds) }
            return []
        case .now(let seconds, let secondsFromGMT):
            (shared.now, shared.secondsFromGMT) = (seconds, Double(secondsFromGMT))
            return []
        case .screenShare(let share):
            shared.screenShare = share
            return []
        case .reports(let batch):
            for line in batch.log { log.append(line.level, line.text, at: shared.now) }
            log.droppedCount += batch.droppedLogLines
            let (runBefore, stepBefore) = (shared.run.run, shared.run.optimizerStep)
            if let queue = batch.queue { runs.keepingChoices(&shared) { $1.take(queue: queue) } }
            var wishes = train.take(batch, &shared)
            runs.description = shared.description
            wishes += ghostWishes()
            if shared.run.run != runBefore { wishes += data.lookAgain(for: shared.trainedDataSet) }
            if batch.lossless.contains(where: { if case .checkpoint = $0 { true } else { false } })
                || stepBefore == 0 && shared.run.optimizerStep > 0
            {
                data.isModelViewOld = true
            }
            return wishes + refreshModelView()
        case .reply(let reply): return take(reply)
        case .reading(let progress):
            // What came of it stands there soon after.
            if data.isReading || shared.awaitedAnalysis != nil { shared.say(progress.text) }
            return []
        case .answer(let command, let answer):
            var wishes = train.take(command, answer, &shared)
            if case .queued(let entry, _) = answer, case .enqueue(let job) = command, job == shared.awaitedTrainNow {
                shared.awaitedTrainNow = nil
                wishes.append(.send(.trainFromQueue(entry: entry)))
            }
            if isLeaving, command == .stop { wishes.append(.effect(.quit(stopping: false))) }
            return wishes
        case .printed(let lines):
            for line in lines { log.append(.info, line, at: shared.now) }
            return []
        case .themes(let themes, let shown, let problems):
            (shared.themes, shared.shownTheme) = (themes, shown)
            // What was wrong with a theme is over once its file is mended or gone.
            if let text = shared.status?.text, shared.themeProblems.contains(text), !problems.contains(text) {
                shared.status = nil
            }
            // The files are read again with every theme that is tried: what is known already is not said again.
            let new = problems.filter { !shared.themeProblems.contains($0) }
            for problem in new { log.append(.warning, problem, at: shared.now) }
            if let first = new.first { shared.say(first, .bad) }
            shared.themeProblems = problems
            return []
        case .themeFilesChanged: return []
        case .historyChanged:
            (runs.isStale, study.isStale) = (true, true)
            return [.effect(.refresh(.queue))]
        case .studyChanged:
            study.isStale = true
            return []
        case .presetFilesChanged: return [.ask(.presets)]
        case .exported(.success(let path)):
            shared.say("exported \(path)", .good)
            return [.log(.info, "exported \(path)")]
        case .exported(.failure(let failure)):
            shared.say(failure.text, .bad)
            return [.log(.error, failure.text)]
        }
    }

    private mutating func carryOut(_ wishes: [Wish]) -> [WorkbenchEffect] {
        var effects: [WorkbenchEffect] = []
        for wish in wishes {
            switch wish {
            case .effect(let effect): effects.append(effect)
            case .dialog(let dialog): dialogs.append(dialog)
            case .show(let screen): self.screen = screen
            case .log(let level, let text): log.append(level, text, at: shared.now)
            case .askFork(let point): effects += carryOut(forkQuestion(point))
            case .changeFork(let point): effects += carryOut(changeFork(point))
            case .openRun(let run): effects += carryOut(openRun(run))
            case .compareRuns(let runs): effects += carryOut(compare(runs: runs))
            case .comparePreset(let name):
                let now = ComparisonSide.configuration(
                    title: shared.run.isActive ? "current" : "next run", train.tuning.edited(shared.run))
                effects.append(.ask(.comparison(.preset(name), now)))
            }
        }
        return effects
    }

    /// The list of runs and what is shown of them, once they have changed and somebody looks.
    private mutating func refreshRuns() -> [Wish] {
        guard screen == .runs, runs.isStale else { return [] }
        return runs.refresh()
    }

    // MARK: Keys

    private mutating func take(_ key: KeyPress) -> [Wish] {
        if key == .control("c") { return interrupt() }
        if key == .control("z") { return [.effect(.suspend)] }
        if case .mouse(let event) = key { return take(event) }
        if case .paste(let text) = key { return take(pasted: text) }
        if case .chooser(let chooser)? = dialogs.last, !chooser.takes(key) { dialogs.removeLast() }
        if let dialog = dialogs.last {
            // What cannot be seen is not to be answered, but it can be closed.
            guard !isTiny || dialog.isSeenOnTiny(size) || key == .escape else { return [] }
            return take(key, in: dialog)
        }
        if shared.status?.kind == .bad { shared.status = nil }
        guard let action = BindingTable.action(for: key, in: context) else { return [] }
        guard !isTiny || Self.tinyActions.contains(action) else { return [] }
        return perform(action) + refreshModelView()
    }

    /// What can be done where the screens give way to figures: nothing that happens out of sight.
    static let tinyActions: Set<Action> = [.pauseOrProceed, .oneStep, .stop, .checkpoint, .quit, .suspend, .repaint]

    /// Asks again what the run predicts for the sample, once a checkpoint is newer than the answer and somebody looks: it
    /// takes a pass through the network.
    mutating func refreshModelView() -> [Wish] {
        guard screen == .data, data.isModelViewOld, data.awaitedModelView == nil else { return [] }
        data.isModelViewOld = false
        return data.askModelView(saysWhy: false, &shared)
    }

    /// Ctrl-C asks as `q` does; pressed again it leaves with a checkpoint.
    private mutating func interrupt() -> [Wish] {
        if isLeaving || study.isLeaving && !shared.run.isActive { return [.effect(.quit(stopping: false))] }
        if case .question(let question)? = dialogs.last, question == quitQuestion {
            dialogs = []
            return perform(.quit(stopping: shared.run.isActive && !shared.isAttached))
        }
        if study.isStartedHere {
            // Pressed again: the study goes on by itself, and what is left to be asked is asked.
            guard case .question(let question)? = dialogs.last, question == study.leaveQuestion else {
                dialogs = [.question(study.leaveQuestion)]
                return []
            }
            dialogs = []
            return perform(.leaveStudy(stopping: false))
        }
        dialogs = [.question(quitQuestion)]
        return []
    }

    /// Once it is known what becomes of the study.
    mutating func leaveStudy() -> [Wish] {
        (study.isStartedHere, study.isLeaving) = (false, false)
        guard shared.run.isActive else { return [.effect(.quit(stopping: false))] }
        return [.dialog(.question(quitQuestion))]
    }

    private var quitQuestion: Question {
        if shared.isAttached, shared.run.isActive {
            return Question(
                "Detach and keep training?",
                "The run continues in its own process; `saccade attach` reopens it.",
                cancel: "Stay",
                [
                    .init(title: "Detach and keep training", intent: .quit(stopping: false)),
                    .init(title: "Stop with a checkpoint and quit", intent: .quit(stopping: true)),
                ])
        }
        return shared.run.isActive
            ? Question(
                "Quit while a run is training?",
                "Detached, it keeps training in its own process and `saccade attach` reopens it. Stopped with a "
                    + "checkpoint, it can be resumed from the start page next time.",
                cancel: "Stay",
                [
                    .init(title: "Detach and keep training", intent: .leaveTraining),
                    .init(title: "Stop with a checkpoint and quit", intent: .quit(stopping: true)),
                ])
            : Question("Quit?", "No run is active.", [.init(title: "Quit", intent: .quit(stopping: false))])
    }

    mutating func perform(_ action: Action) -> [Wish] {
        switch action {
        case .showData: screen = .data
        case .showTrain: screen = .train
        case .showRuns: screen = .runs
        case .showLog: screen = .log
        case .showStudy: screen = .study
        case .export: return offerExport()
        case .theme: dialogs.append(.chooser(themeChooser))
        case .help: dialogs.append(.help(scroll: 0))
        case .palette: dialogs.append(.chooser(palette))
        case .suspend: return [.effect(.suspend)]
        case .repaint: return [.effect(.repaint)]
        case .quit: return quit()
        case .savePreset: dialogs.append(.prompt(savePresetPrompt))
        case .filter: dialogs.append(.prompt(Prompt(.filter, title: "Filter", hint: "", text: currentFilter)))
        case .back where !isTiny && !currentFilter.isEmpty && !isZoomed:
            shared.say("filter cleared")
            return setFilter("")
        default:
            switch isTiny ? .train : screen {
            case .data: return data.update(action, &shared)
            case .train: return train.update(action, &shared)
            case .runs:
                let (marked, pinned) = (runs.marked, shared.pinned)
                let wishes = runs.update(action, &shared)
                return wishes + (runs.marked == marked && shared.pinned == pinned ? [] : ghostWishes())
            case .log: return log.update(action, &shared)
            case .study: return study.update(action, &shared)
            }
        }
        return []
    }

    private var savePresetPrompt: Prompt {
        Prompt(
            .presetName, title: "Save as a preset",
            hint: "Saves the current settings, staged edits included. Name:")
    }

    /// Other runs whose curves are to be drawn: the pinned one, those marked last, what this run was forked from, and its
    /// own forks.
    var wantedGhosts: [String] {
        let run = train.runID
        let family = shared.runs.filter { $0.parent == run && run != nil }.map(\.id)
        let all = runs.drawnMarks + [shared.parent(of: run)].compactMap { $0 } + family
        // One that has ended is drawn beneath others on the runs screen.
        let pinned = shared.pinned == run && shared.run.isActive ? nil : shared.pinned
        var seen = Set([pinned, run].compactMap { $0 })
        return [pinned].compactMap { $0 } + all.filter { seen.insert($0).inserted }.prefix(RunsState.drawnLimit)
    }

    /// Asks for the curves of other runs where they are not those that are there.
    mutating func ghostWishes() -> [Wish] {
        let wanted = wantedGhosts
        let marks = runs.drawnMarks
        runs.colors.keep(marks + wanted.filter { $0 != shared.pinned && !marks.contains($0) })
        (train.ghostColors, train.reference) = (runs.colors, shared.pinned)
        guard wanted != train.wantedGhosts else { return [] }
        train.wantedGhosts = wanted
        guard !wanted.isEmpty else {
            (train.ghosts, runs.reference) = ([], nil)
            return []
        }
        return [.ask(.curves(runs: wanted, series: train.ghostSeries))]
    }

    /// Asks for what it takes to say by how much the run that ended is better than the pinned one or its parent.
    private mutating func differenceWishes() -> [Wish] {
        let question = differenceQuestion
        guard question != train.wantedDifference else { return [] }
        (train.wantedDifference, train.difference) = (question, nil)
        return question.map { [.ask(.outcomes(runs: $0.candidates))] } ?? []
    }

    private var differenceQuestion: DifferenceQuestion? {
        guard !shared.run.isActive, let result = train.result, result.testAccuracy != nil,
            let run = shared.runs.first(where: { $0.id == result.run }), run.testAccuracy != nil,
            let (kind, reference) = OutcomeDifference.references(
                of: run, pinned: shared.pinned, among: shared.runs
            ).first(where: { $0.run.testAccuracy != nil })
        else { return nil }
        return DifferenceQuestion(
            run: run.id, kind: kind, reference: reference.id,
            candidates: OutcomeDifference.candidates(for: run, [reference], among: shared.runs))
    }

    /// Up one level where there is one, else out.
    private mutating func quit() -> [Wish] {
        switch screen {
        case .data where data.isZoomed: data.isZoomed = false
        case .train where train.isZoomed: train.isZoomed = false
        case .runs where runs.isZoomed: runs.isZoomed = false
        case .runs where runs.presetComparison != nil: runs.presetComparison = nil
        case .runs where runs.isComparing: runs.isComparing = false
        case .study where study.isZoomed: study.isZoomed = false
        default:
            if study.isStartedHere {
                dialogs.append(.question(study.leaveQuestion))
                return []
            }
            guard shared.run.isActive else { return [.effect(.quit(stopping: false))] }
            dialogs.append(.question(quitQuestion))
        }
        return []
    }
}
