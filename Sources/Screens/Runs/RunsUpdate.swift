import Messages

extension RunsState {
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch action {
        case .nextPanel: focus = Panel.allCases.after(focus)
        case .previousPanel: focus = Panel.allCases.before(focus)
        case .zoom: isZoomed.toggle()
        case .logarithmic: isLossLogarithmic.toggle()
        case .showEveryKnob: showsEveryKnob.toggle()
        case .back: back()
        case .nextMatch: return move(.down, shared)
        case .previousMatch: return move(.up, shared)
        case .enter: return enter(&shared)
        case .rename: return rename(&shared)
        case .delete: return delete(&shared)
        case .mark: mark(&shared)
        case .compare: return compare(&shared)
        case .resume: return resume(&shared)
        case .tag:
            return prompt(&shared, title: "Tags", hint: "Words, separated by blanks.") {
                (.runTags($0.id), $0.tags.joined(separator: " "))
            }
        case .runNote:
            return prompt(&shared, title: "Note", hint: "One line that stays with the run.") {
                (.runNote($0.id), $0.note)
            }
        case .sortRuns:
            order = Order.allCases.after(order)
            shared.say("runs sorted by \(order.title)")
        default: return move(action, shared)
        }
        return []
    }

    private mutating func back() {
        if isZoomed {
            isZoomed = false
        } else if isComparing {
            isComparing = false
        } else if focus != .runs {
            focus = .runs
        } else {
            marked = []
        }
    }

    private mutating func move(_ action: Action, _ shared: Shared) -> [Wish] {
        switch focus {
        case .runs: _ = cursor.move(action, in: shown(shared).count)
        case .presets: _ = presetCursor.move(action, in: shownPresets(shared).count)
        case .detail:
            switch action {
            case .up: detailScroll -= 1
            case .down: detailScroll += 1
            case .pageUp: detailScroll -= 10
            case .pageDown: detailScroll += 10
            case .top: detailScroll = 0
            case .bottom: detailScroll = 10_000
            default: break
            }
            detailScroll = min(10_000, max(0, detailScroll))
        }
        return []
    }

    private mutating func enter(_ shared: inout Shared) -> [Wish] {
        switch focus {
        case .runs:
            guard let run = chosen(shared) else {
                shared.say("there is no run to open yet", .warning)
                return []
            }
            (opened, isComparing, detailScroll) = (run.id, false, 0)
            return [.ask(.run(run.id))]
        case .detail: return []
        case .presets:
            guard let preset = chosenPreset(shared) else { return [] }
            if let problem = preset.problem {
                shared.say("\(preset.path) cannot be read: \(problem)", .bad)
                return []
            }
            awaitedPreset = preset.name
            return [.ask(.preset(preset.name))]
        }
    }

    private func prompt(
        _ shared: inout Shared, title: String, hint: String, _ purpose: (RunSummary) -> (PromptPurpose, String)
    ) -> [Wish] {
        guard let run = chosen(shared) else {
            shared.say("there is no run yet", .warning)
            return []
        }
        let (purpose, text) = purpose(run)
        return [.dialog(.prompt(Prompt(purpose, title: "\(title) · \(run.name)", hint: hint, text: text)))]
    }

    private func rename(_ shared: inout Shared) -> [Wish] {
        guard focus == .presets else {
            return prompt(&shared, title: "Rename", hint: "The name shown in lists; the run stays the same.") {
                (.runName($0.id), $0.name)
            }
        }
        guard let preset = chosenPreset(shared) else { return [] }
        guard !preset.isBuiltIn else {
            shared.say(
                "\(preset.name) ships with the program: it cannot be renamed; p saves a copy under another name",
                .warning)
            return []
        }
        return [
            .dialog(
                .prompt(
                    Prompt(
                        .presetRename(preset.name), title: "Rename preset", hint: "The new name:", text: preset.name)))
        ]
    }

    private func delete(_ shared: inout Shared) -> [Wish] {
        if focus == .presets {
            guard let preset = chosenPreset(shared) else { return [] }
            guard !preset.isBuiltIn else {
                shared.say("\(preset.name) ships with the program: it cannot be deleted", .warning)
                return []
            }
            return [
                .dialog(
                    .question(
                        Question(
                            "Delete the preset \(preset.name)?", preset.path + " is removed. This cannot be undone.",
                            [.init(title: "Delete it", intent: .deletePreset(preset.name))])))
            ]
        }
        guard let run = chosen(shared) else { return [] }
        guard !(shared.run.isActive && shared.run.run == run.id) else {
            shared.say("\(run.name) is active: stop it first", .warning)
            return []
        }
        return [
            .dialog(
                .question(
                    Question(
                        "Delete the run \(run.name)?",
                        "Its metrics, edits and checkpoints are removed. This cannot be undone.",
                        [.init(title: "Delete it", intent: .deleteRun(run.id))])))
        ]
    }

    private mutating func mark(_ shared: inout Shared) {
        guard let run = chosen(shared) else { return }
        if let index = marked.firstIndex(of: run.id) {
            marked.remove(at: index)
            isComparing = false
        } else {
            marked.append(run.id)
            if marked.count > 2 { marked.removeFirst() }
        }
        cursor.move(by: 1, in: shown(shared).count)
    }

    private mutating func compare(_ shared: inout Shared) -> [Wish] {
        guard marked.count == 2 else {
            shared.say("mark two runs with space first", .warning)
            return []
        }
        isComparing = true
        return marked.map { .ask(.run($0)) }
    }

    private func resume(_ shared: inout Shared) -> [Wish] {
        guard let run = chosen(shared) else {
            shared.say("there is no run yet", .warning)
            return []
        }
        guard !shared.run.isActive else {
            shared.say("a run is active: stop it first", .warning)
            return []
        }
        guard run.phase != .finished else {
            shared.say("\(run.name) has finished: there is nothing to resume", .warning)
            return []
        }
        return [.dialog(.question(Self.resumeQuestion(run, cancel: "Cancel")))]
    }

    static func resumeQuestion(_ run: RunSummary, cancel: String) -> Question {
        Question(
            "Resume \(run.name)?",
            (run.isInterrupted ? "It was interrupted" : "It was stopped")
                + " in epoch \(run.epoch + 1) of \(run.epochs), at optimizer step \(run.optimizerStep). "
                + "It continues from its last checkpoint.",
            cancel: cancel, [.init(title: "Resume it", intent: .resume(run.id))])
    }

    // MARK: Answers

    mutating func take(_ reply: LibraryReply, _ shared: inout Shared) -> [Wish] {
        switch reply {
        case .runs(let runs):
            shared.runs = runs
            let known = Set(runs.map(\.id))
            marked.removeAll { !known.contains($0) }
            if marked.count < 2 { isComparing = false }
            if let opened, !known.contains(opened) { self.opened = nil }
            details = details.filter { known.contains($0.key) }
            guard !hasOfferedResume else { return [] }
            hasOfferedResume = true
            // Another process may be at work; the engine says so when it is asked.
            if !shared.run.isActive, let run = runs.filter(\.isInterrupted).max(by: { $0.created < $1.created }) {
                return [.dialog(.question(Self.resumeQuestion(run, cancel: "Later")))]
            }
        case .run(let detail): details[detail.summary.id] = detail
        default: break
        }
        return []
    }
}
