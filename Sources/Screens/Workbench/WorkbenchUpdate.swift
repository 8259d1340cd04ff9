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
}
