import Messages
import Terminal

/// Keys in a dialog, and what its buttons lead to.
extension WorkbenchState {
    mutating func take(_ key: KeyPress, in dialog: Dialog) -> [Wish] {
        switch dialog.taking(key) {
        case .stays(let changed): dialogs[dialogs.count - 1] = changed
        case .closed(let intent):
            dialogs.removeLast()
            return perform(intent)
        case .doing(let intent): return perform(intent)
        case .typed(let prompt):
            dialogs.removeLast()
            return submit(prompt)
        case .completing(let prompt):
            return [.ask(.studyPaths(prompt.field.text))]
        case .filtering(var prompt, let text):
            if prompt.problem == nil { prompt.problem = problemWhileTyping(text) }
            dialogs[dialogs.count - 1] = .prompt(prompt)
            return setFilter(text)
        }
        return []
    }

    /// Pasted text is typed where something is typed, as one line; elsewhere none of it is a command.
    mutating func take(pasted text: String) -> [Wish] {
        let isSeen = dialogs.last.map { !isTiny || $0.isSeenOnTiny(size) } ?? false
        if isSeen, let dialog = dialogs.last, dialog.takesText { return take(.paste(text), in: dialog) }
        shared.say("pasted text ignored: no text field is open", .warning)
        return []
    }

    mutating func perform(_ intent: Intent) -> [Wish] {
        switch intent {
        case .nothing: return []
        case .action(let action): return perform(action)
        case .actionAt(let place, let action):
            go(to: place)
            return perform(action)
        case .openRun(let run): return openRun(run)
        case .loadPreset(let name):
            runs.awaitedPreset = name
            return [.ask(.preset(name))]
        case .showPanel(let key):
            focusTraining(TrainState.Panel(key))
            return []
        case .analyze(let name, let run): return analyze(name, run: run)
        case .cancelAnalysis:
            shared.awaitedAnalysis = nil
            shared.say("analysis cancelled")
            return [.effect(.cancelAnalysis)]
        case .exportAnalysis(let view): return view.exports.map { .effect(.export($0)) }
        case .startPage: return [.dialog(.chooser(startPage))]
        case .tune(let key):
            go(to: .tuning)
            train.tuning.cursor.filter = ""
            if let index = train.tuning.shown.firstIndex(where: { $0.key == key }) {
                train.tuning.cursor.select(index)
            }
            return []
        case .openDataSet(let name):
            go(to: .data)
            data.dataSetCursor.filter = ""
            if let index = data.shownDataSets.firstIndex(where: { $0.name == name }) {
                data.dataSetCursor.select(index)
            }
            data.focus = .dataSets
            return perform(.enter)
        case .quit(let stopping):
            guard stopping, shared.run.isActive else { return [.effect(.quit(stopping: false))] }
            isLeaving = true
            shared.say("writing a checkpoint, then quitting; Ctrl-C quits at once", .warning)
            return [.effect(.quit(stopping: true))]
        case .leaveTraining:
            guard shared.run.isActive else { return [.effect(.quit(stopping: false))] }
            guard shared.run.run != nil else {
                shared.say("the run has not begun yet: it can be detached once it has", .warning)
                return []
            }
            isLeaving = true
            shared.say("detaching the run; Ctrl-C quits at once", .warning)
            return [.effect(.leaveTraining)]
        case .stopRun: return [.send(.stop)]
        case .askSeeds:
            return [
                .dialog(
                    .prompt(
                        Prompt(
                            .seeds, title: "Seeds", hint: "One run per seed, for example 1-5 or 1 2 7.", text: "1-3",
                            isReplaced: true)))
            ]
        case .beginWithSettings(let seeds):
            let configuration = train.tuning.edited(shared.run)
            // The settings of a fork are those of its run.
            let preset = train.tuning.fork == nil ? train.tuning.preset : nil
            guard seeds.isEmpty else {
                return shared.runs(of: configuration, preset: preset, seeds: seeds) + [.show(.train)]
            }
            guard !shared.run.isActive else {
                return [.send(.enqueue(.start(configuration: configuration, name: nil, preset: preset)))]
            }
            return [.send(.start(configuration: configuration, name: nil, preset: preset)), .show(.train)]
        case .beginWithPreset(let name, let seeds):
            guard seeds.isEmpty else {
                shared.awaitedSeedRuns = SeedRuns(preset: name, seeds: seeds)
                return [.ask(.preset(name)), .show(.train)]
            }
            guard !shared.run.isActive else {
                shared.awaitedQueuePreset = name
                return [.ask(.preset(name))]
            }
            train.awaitedStart = name
            return [.ask(.preset(name)), .show(.train)]
        case .resume(let run): return [.send(.resume(run: run)), .show(.train)]
        case .savePreset(let name, let replacing): return [.ask(saveRequest(name, replacing: replacing))]
        case .deletePreset(let name): return [.ask(.change(.deletePreset(name)))]
        case .deleteRun(let run):
            // It may have gone while the question stood.
            guard shared.runs.contains(where: { $0.id == run }) else {
                shared.say("the run no longer exists", .warning)
                return []
            }
            runs.forget(run)
            return [.ask(.change(.deleteRun(run)))]
        case .command(let command):
            switch command {
            case .fork, .reproduce, .resume, .trainFromQueue: return [.send(command), .show(.train)]
            default: return [.send(command)]
            }
        case .trainNow(let job):
            shared.awaitedTrainNow = job
            return [.send(.enqueue(job)), .show(.train)]
        case .askFork(let point): return [.askFork(point)]
        case .askForkSeeds(let point):
            return [
                .dialog(
                    .prompt(
                        Prompt(
                            .forkSeeds(point), title: "Seeds",
                            hint: "A fork for each, on the same recordings, as 1-5 or 1 2 7.", text: "1-3",
                            isReplaced: true)))
            ]
        case .nameFork(let point): return [.dialog(.prompt(point.namePrompt))]
        case .changeFork(let point): return changeFork(point)
        case .attach(let run): return [.effect(.attach(run))]
        case .saveSchedule(let run, let preset, let replacing):
            return [
                .ask(.change(.saveSchedule(run: run, preset: preset, note: scheduleNote(run), replacing: replacing)))
            ]
        case .theme(let name):
            (shared.theme, shared.themeBefore) = (name, nil)
            return [.effect(.theme(name))]
        case .export(let choice): return export(choice)
        case .toggleColumn(let key): return runs.toggleColumn(key)
        case .openStudy(let reference): return study.open(reference)
        case .askStudyFile: return [.dialog(.prompt(StudyState.filePrompt))]
        case .order(let order): return [.ask(.order(order))]
        case .leaveStudy(let stopping):
            guard stopping else { return leaveStudy() }
            study.isLeaving = true
            shared.say("stopping the runs of the study, then quitting; Ctrl-C quits at once", .warning)
            return [.ask(.order(.stop))]
        }
    }

    func scheduleNote(_ run: String) -> String { "the edits of \(shared.runName(run)) as a schedule" }

    func saveRequest(_ name: String, replacing: Bool) -> LibraryRequest {
        let note =
            shared.run.isActive
            ? "saved from run \(shared.run.name ?? shared.run.run ?? "") at step \(shared.run.optimizerStep)" : ""
        return .change(
            .savePreset(
                name: name, configuration: train.tuning.edited(shared.run), note: note, replacing: replacing))
    }
}
