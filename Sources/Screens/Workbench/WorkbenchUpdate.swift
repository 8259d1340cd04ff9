import Messages
import Terminal

extension WorkbenchState {
    /// The one way in which anything changes.
    public mutating func update(_ message: WorkbenchMessage) -> [WorkbenchEffect] {
        var effects = carryOut(handle(message))
        if case .key = message, let layout = changedLayout() { effects.append(.savedLayout(layout)) }
        return effects
    }

    private mutating func handle(_ message: WorkbenchMessage) -> [Wish] {
        switch message {
        case .size(let size):
            self.size = size
            return []
        case .key(let key): return take(key)
        case .tick(let seconds):
            shared.clock += seconds
            if let until = shared.status?.until, until <= shared.clock { shared.status = nil }
            if screen == .data { data.tick(seconds) }
            return []
        case .reports(let batch):
            for line in batch.log { log.append(line.level, line.text) }
            log.droppedCount += batch.droppedLogLines
            let stepBefore = shared.run.optimizerStep
            var wishes = train.take(batch, &shared)
            if batch.lossless.contains(where: { if case .checkpoint = $0 { true } else { false } })
                || stepBefore == 0 && shared.run.optimizerStep > 0
            {
                wishes += data.askModelView(saysWhy: false, &shared)
            }
            return wishes
        case .reply(let reply): return take(reply)
        case .answer(let command, let answer):
            var wishes = train.take(command, answer, &shared)
            if isLeaving, command == .stop { wishes.append(.effect(.quit(stopping: false))) }
            return wishes
        case .printed(let lines):
            for line in lines { log.append(.info, line) }
            return []
        }
    }

    private mutating func carryOut(_ wishes: [Wish]) -> [WorkbenchEffect] {
        var effects: [WorkbenchEffect] = []
        for wish in wishes {
            switch wish {
            case .effect(let effect): effects.append(effect)
            case .dialog(let dialog): dialogs.append(dialog)
            case .show(let screen): self.screen = screen
            case .log(let level, let text): log.append(level, text)
            }
        }
        return effects
    }

    // MARK: Keys

    private mutating func take(_ key: KeyPress) -> [Wish] {
        if key == .control("c") { return interrupt() }
        if key == .control("z") { return [.effect(.suspend)] }
        if let dialog = dialogs.last { return take(key, in: dialog) }
        if shared.status?.kind == .bad { shared.status = nil }
        guard let action = BindingTable.action(for: key, in: context) else { return [] }
        return perform(action)
    }

    /// Ctrl-C asks as `q` does; pressed again it leaves with a checkpoint.
    private mutating func interrupt() -> [Wish] {
        if isLeaving { return [.effect(.quit(stopping: false))] }
        if case .question(let question)? = dialogs.last, question == quitQuestion {
            dialogs = []
            return perform(.quit(stopping: shared.run.isActive))
        }
        dialogs = [.question(quitQuestion)]
        return []
    }

    private var quitQuestion: Question {
        shared.run.isActive
            ? Question(
                "Leave while a run is active?",
                "The run stops with a checkpoint and is offered for resuming next time.",
                [.init(title: "Stop with a checkpoint and leave", intent: .quit(stopping: true))])
            : Question("Leave?", "No run is active.", [.init(title: "Leave", intent: .quit(stopping: false))])
    }

    mutating func perform(_ action: Action) -> [Wish] {
        switch action {
        case .showData: screen = .data
        case .showTrain: screen = .train
        case .showRuns: screen = .runs
        case .showLog: screen = .log
        case .help: dialogs.append(.help(scroll: 0))
        case .palette: dialogs.append(.chooser(palette))
        case .suspend: return [.effect(.suspend)]
        case .repaint: return [.effect(.repaint)]
        case .quit: return quit()
        case .filter: dialogs.append(.prompt(Prompt(.filter, title: "Filter", hint: "", text: currentFilter)))
        default:
            switch screen {
            case .data: return data.update(action, &shared)
            case .train: return train.update(action, &shared)
            case .runs: return runs.update(action, &shared)
            case .log: return log.update(action, &shared)
            }
        }
        return []
    }

    /// Up one level where there is one, else out.
    private mutating func quit() -> [Wish] {
        switch screen {
        case .data where data.isZoomed: data.isZoomed = false
        case .train where train.isZoomed: train.isZoomed = false
        case .runs where runs.isZoomed: runs.isZoomed = false
        case .runs where runs.isComparing: runs.isComparing = false
        default:
            guard shared.run.isActive else { return [.effect(.quit(stopping: false))] }
            dialogs.append(.question(quitQuestion))
        }
        return []
    }

    private var palette: Chooser {
        let bindings = BindingTable.bindings(in: context).filter { $0.isInPalette && $0.action != .palette }
        return Chooser(
            title: "Palette",
            entries: bindings.map {
                Chooser.Entry(title: $0.title, note: $0.keyTitle, intent: .action($0.action))
            })
    }

    // MARK: Dialogs

    private mutating func take(_ key: KeyPress, in dialog: Dialog) -> [Wish] {
        switch dialog.taking(key) {
        case .stays(let changed): dialogs[dialogs.count - 1] = changed
        case .closed(let intent):
            dialogs.removeLast()
            return perform(intent)
        case .typed(let prompt):
            dialogs.removeLast()
            return submit(prompt)
        case .filtering(let changed, let text):
            dialogs[dialogs.count - 1] = changed
            return setFilter(text)
        }
        return []
    }

    private mutating func perform(_ intent: Intent) -> [Wish] {
        switch intent {
        case .nothing: return []
        case .action(let action): return perform(action)
        case .quit(let stopping):
            guard stopping, shared.run.isActive else { return [.effect(.quit(stopping: false))] }
            isLeaving = true
            shared.say("writing a checkpoint, then leaving; Ctrl-C leaves at once", .warning)
            return [.effect(.quit(stopping: true))]
        case .stopRun: return [.send(.stop)]
        case .beginWithSettings:
            return [.send(.start(configuration: train.tuning.edited(shared.run), name: nil)), .show(.train)]
        case .beginWithPreset(let name):
            train.awaitedStart = name
            return [.ask(.preset(name)), .show(.train)]
        case .resume(let run): return [.send(.resume(run: run)), .show(.train)]
        case .savePreset(let name, let replacing): return [.ask(saveRequest(name, replacing: replacing))]
        case .deletePreset(let name): return [.ask(.deletePreset(name))]
        case .deleteRun(let run): return [.ask(.deleteRun(run))]
        }
    }

    private func saveRequest(_ name: String, replacing: Bool) -> LibraryRequest {
        let note =
            shared.run.isActive
            ? "saved from run \(shared.run.name ?? shared.run.run ?? "") at step \(shared.run.optimizerStep)" : ""
        return .savePreset(
            name: name, configuration: train.tuning.edited(shared.run), note: note, replacing: replacing)
    }

    private var currentFilter: String {
        switch screen {
        case .data:
            switch data.focus {
            case .dataSets: data.dataSetCursor.filter
            case .classes: data.classCursor.filter
            case .samples, .events: data.sampleCursor.filter
            }
        case .train: train.tuning.cursor.filter
        case .runs: runs.focus == .presets ? runs.presetCursor.filter : runs.cursor.filter
        case .log: log.filter
        }
    }

    private mutating func setFilter(_ text: String) -> [Wish] {
        switch screen {
        case .data: return data.setFilter(text)
        case .train: train.tuning.cursor.filter = text
        case .runs: if runs.focus == .presets { runs.presetCursor.filter = text } else { runs.cursor.filter = text }
        case .log:
            log.filter = text
            log.scroll = 0
        }
        return []
    }

    /// What a typed line leads to. A line that cannot be taken opens its prompt again and says why.
    private mutating func submit(_ prompt: Prompt) -> [Wish] {
        let text = prompt.field.text.trimmed
        func again(_ problem: String) -> [Wish] {
            var copy = prompt
            copy.problem = problem
            return [.dialog(.prompt(copy))]
        }
        switch prompt.purpose {
        case .filter: return setFilter(prompt.field.text)
        case .knob(let key):
            do throws(ConfigurationError) {
                let knob = try KnobCatalogue.knob(key)
                let value = try knob.parse(text)
                if case .catalogue(let name) = knob.kind, let names = shared.catalogues[name], !names.contains(text) {
                    return again("'\(text)' is not among the \(name): \(names.joined(separator: ", "))")
                }
                try train.tuning.stage(knob, value, shared.run)
            } catch {
                return again(error.description)
            }
            return []
        case .presetName:
            guard Self.isFileName(text) else { return again("a name needs letters, digits, - or _ and nothing else") }
            guard let known = shared.presets.first(where: { $0.name == text }) else {
                return [.ask(saveRequest(text, replacing: false))]
            }
            guard !known.isBuiltIn else { return again("'\(text)' ships with the program: choose another name") }
            return [.dialog(.question(replaceQuestion(text)))]
        case .presetRename(let old):
            guard Self.isFileName(text) else { return again("a name needs letters, digits, - or _ and nothing else") }
            guard text != old else { return [] }
            if shared.presets.contains(where: { $0.name == text }) {
                return again("there is a preset '\(text)' already")
            }
            return [.ask(.renamePreset(old, to: text))]
        case .runName(let run):
            guard !text.isEmpty else { return again("a run needs a name") }
            return [.ask(.renameRun(run, name: text))]
        case .runTags(let run):
            return [.ask(.tagRun(run, tags: text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)))]
        case .runNote(let run): return [.ask(.noteRun(run, note: text))]
        case .note: return text.isEmpty ? [] : [.send(.note(text))]
        }
    }

    private func replaceQuestion(_ name: String) -> Question {
        Question(
            "Replace the preset \(name)?", "There is a preset of this name. Its settings are overwritten.",
            [.init(title: "Replace it", intent: .savePreset(name: name, replacing: true))])
    }

    static func isFileName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
            && !text.hasPrefix(".")
    }

    // MARK: Answers of the library

    private mutating func take(_ reply: LibraryReply) -> [Wish] {
        switch reply {
        case .catalogues(let catalogues): shared.catalogues = catalogues
        case .presets(let presets): shared.presets = presets
        case .preset(let name, let configuration):
            if train.awaitedStart == name {
                train.awaitedStart = nil
                return [.send(.start(configuration: configuration, name: nil))]
            }
            guard runs.awaitedPreset == name else { return [] }
            runs.awaitedPreset = nil
            train.tuning.load(configuration, from: "preset \(name)", shared.run)
            shared.say(
                shared.run.isActive
                    ? "preset \(name): \(train.tuning.staged.count) differences staged, Enter applies them"
                    : "preset \(name) loaded: b begins a run with it", .good)
            return [.show(.train)]
        case .presetSaved(let name):
            shared.say("preset \(name) saved", .good)
            return [.ask(.presets), .log(.info, "preset \(name) saved")]
        case .done(let text):
            shared.say(text, .good)
            return [.ask(.runs), .ask(.presets), .log(.info, text)]
        case .failure(let request, let message):
            shared.say(message, .bad)
            if case .preset(let name) = request {
                if train.awaitedStart == name { train.awaitedStart = nil }
                if runs.awaitedPreset == name { runs.awaitedPreset = nil }
            }
            return data.take(reply, &shared) + [.log(.error, message)]
        case .dataSets, .samples, .recording, .modelView: return data.take(reply, &shared)
        case .runs(let list):
            var wishes = runs.take(reply, &shared)
            if data.modelView == nil, !list.isEmpty { wishes += data.askModelView(saysWhy: false, &shared) }
            return wishes
        case .run(let detail):
            train.takePast(detail)
            return runs.take(reply, &shared)
        }
        return []
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = drop { $0.isWhitespace }[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
