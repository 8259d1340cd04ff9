import Configuration
import Messages

extension RunsState {
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch action {
        case .nextPanel: focus = panels.after(focus)
        case .previousPanel: focus = panels.before(focus)
        case .zoom: isZoomed.toggle()
        case .logarithmic: isLossLogarithmic.toggle()
        case .showEveryKnob: showsEveryKnob.toggle()
        case .crosshair: view.toggleCrosshair(last: lastStep)
        case .zoomIn: view.zoom(in: true, last: lastStep)
        case .zoomOut: view.zoom(in: false, last: lastStep)
        case .wholeRun: view.showAll()
        case .back: back()
        case .nextMatch: return move(.down, &shared)
        case .previousMatch: return move(.up, &shared)
        case .enter: return enter(&shared)
        case .rename: return rename(&shared)
        case .delete: return delete(&shared)
        case .mark where focus == .table: return takeOutOfTable(&shared)
        case .mark:
            mark(&shared)
            return comparisonRequests
        case .markAll:
            markAll(&shared)
            return comparisonRequests
        case .pin: pin(&shared)
        case .groupRuns, .chooseColumns:
            guard showsTable else { return compare(&shared) }
            if action == .groupRuns { groupTable(&shared) } else { return [.dialog(.chooser(columnChooser()))] }
        case .compare: return compare(&shared)
        case .comparePreset: return comparePreset(&shared)
        case .resume: return resume(&shared)
        case .fork: return fork(&shared)
        case .reproduce: return reproduce(&shared)
        case .analyze: return analyze(&shared)
        case .saveSchedule: return saveSchedule(&shared)
        case .enqueueRun: return enqueue(&shared)
        case .earlier, .later: return moveInQueue(action == .earlier ? -1 : 1, &shared)
        case .tag:
            return prompt(&shared, title: "Tags", hint: "Words separated by spaces.") {
                (.runTags($0.id), $0.tags.joined(separator: " "))
            }
        case .runNote:
            return prompt(&shared, title: "Note", hint: "One line, stored with the run.") {
                (.runNote($0.id), $0.note)
            }
        case .sortRuns where focus == .table, .reverseRuns where focus == .table:
            sortTable(&shared, reversing: action == .reverseRuns)
        case .sortRuns:
            keepingChoices(&shared) { runs, _ in
                (runs.order, runs.isReversed) = (Order.allCases.after(runs.order), false)
            }
            shared.say("runs sorted by \(order.title)")
        case .reverseRuns: keepingChoices(&shared) { runs, _ in runs.isReversed.toggle() }
        case .playBack, .nextEdit, .previousEdit: return playBack(action, &shared)
        default: return move(action, &shared)
        }
        return []
    }

    /// Those that Tab reaches.
    private var panels: [Panel] {
        showsTable ? [.runs, .table, .detail] : Panel.allCases.filter { $0 != .table }
    }

    private mutating func back() {
        if isZoomed {
            isZoomed = false
        } else if view.crosshair != nil {
            view.crosshair = nil
        } else if presetComparison != nil {
            presetComparison = nil
        } else if isComparing {
            isComparing = false
        } else if playbackStep != nil, focus == .detail {
            endPlayback()
        } else if focus != .runs {
            focus = .runs
        } else {
            marked = []
        }
    }

    private mutating func move(_ action: Action, _ shared: inout Shared) -> [Wish] {
        switch focus {
        case .runs: _ = cursor.move(action, in: shown(shared).count)
        case .table: moveInTable(action)
        case .presets: _ = presetCursor.move(action, in: shownPresets(shared).count)
        case .queue: _ = queueCursor.move(action, in: shared.queue.count)
        case .detail:
            switch action {
            case .left, .right, .farLeft, .farRight:
                let steps = [Action.left: -1, .right: 1, .farLeft: -10, .farRight: 10][action] ?? 0
                if view.crosshair != nil {
                    view.moveCrosshair(by: steps, last: lastStep)
                } else if !isComparing {
                    return playBack(action, &shared)
                }
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

    /// A row that was pressed, of the list that has the focus.
    mutating func choose(row: Int, _ shared: inout Shared) -> [Wish] {
        switch focus {
        case .runs:
            cursor.select(row)
            return enter(&shared)
        case .table: table.cursor.select(row)
        case .presets: presetCursor.select(row)
        case .queue: queueCursor.select(row)
        case .detail: break
        }
        return []
    }

    private mutating func enter(_ shared: inout Shared) -> [Wish] {
        switch focus {
        case .runs:
            guard let run = chosen(shared) else {
                shared.say("no runs to open yet", .warning)
                return []
            }
            open(run.id)
            (isComparing, presetComparison) = (false, nil)
            return [.ask(.run(run.id))]
        case .table: return openFromTable(&shared)
        case .detail: return playBack(.playBack, &shared)
        case .queue: return trainFromQueue(&shared)
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

    func prompt(
        _ shared: inout Shared, title: String, hint: String, _ purpose: (RunSummary) -> (PromptPurpose, String)
    ) -> [Wish] {
        guard let run = ownSubject(&shared) else { return [] }
        let (purpose, text) = purpose(run)
        var isName = false
        if case .runName = purpose { isName = true }
        return [
            .dialog(
                .prompt(
                    Prompt(purpose, title: "\(title) · \(run.name)", hint: hint, text: text, isReplaced: isName)))
        ]
    }

    // MARK: Marking and comparing

    private mutating func mark(_ shared: inout Shared) {
        guard let run = chosen(shared) else { return }
        if let index = marked.firstIndex(of: run.id) {
            marked.remove(at: index)
            if marked.count < 2 { isComparing = false }
        } else {
            marked.append(run.id)
            if marked.count > Self.markLimit { marked.removeFirst() }
        }
        renewTable(shared)
        cursor.move(by: 1, in: shown(shared).count)
    }

    private mutating func comparePreset(_ shared: inout Shared) -> [Wish] {
        guard let preset = chosenPreset(shared) else { return [] }
        guard preset.problem == nil else {
            shared.say("\(preset.path) cannot be read: \(preset.problem ?? "")", .bad)
            return []
        }
        return [.comparePreset(preset.name)]
    }

    // MARK: Answers

    mutating func take(runs: [RunSummary], _ shared: inout Shared) {
        keepingChoices(&shared) { $1.runs = runs }
        let known = Set(runs.map(\.id))
        marked.removeAll { !known.contains($0) }
        if marked.count < 2 { isComparing = false }
        if let opened, !known.contains(opened) { open(nil) }
        keepDetails(of: known)
        renewTable(shared)
    }

    mutating func take(_ comparison: Comparison) {
        (presetComparison, isComparing, detailScroll) = (comparison, false, 0)
    }
}
