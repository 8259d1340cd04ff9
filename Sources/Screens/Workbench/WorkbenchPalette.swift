import Configuration
import Messages

/// Everything that can be done and everything that can be gone to, in one list.
extension WorkbenchState {
    var palette: Chooser {
        let here = [context] + context.parents
        let near = BindingTable.bindings(in: context).filter { $0.isInPalette && $0.action != .palette }.map {
            Chooser.Entry(
                title: $0.title, note: $0.keyTitle, intent: .action($0.action), words: Self.words[$0.action] ?? "")
        }
        let far = Context.allCases.filter { !here.contains($0) }.flatMap { place in
            BindingTable.bindings(of: place, seenIn: place).filter(\.isInPalette).map {
                Chooser.Entry(
                    title: $0.title, note: "\($0.keyTitle)  in \(place.title)",
                    intent: .actionAt(place, $0.action), words: Self.words[$0.action] ?? "")
            }
        }
        let start = Chooser.Entry(
            title: "start page", note: "active runs, runs to resume, last results", intent: .startPage,
            words: "home attach resume")
        let apply = Chooser.Entry(
            title: "apply staged edits", note: "Enter  in \(Context.tuning.title)", intent: .actionAt(.tuning, .enter),
            isPossible: !train.tuning.staged.isEmpty, words: "accept commit")
        let seeds = Chooser.Entry(
            title: "begin with several seeds…", note: "one run per seed, one after another", intent: .askSeeds,
            words: "repeat interval")
        var titles: Set<String> = []
        let actions = (near + far).filter { titles.insert($0.title).inserted }
        return Chooser(title: "Palette", entries: actions + [apply, seeds, start] + panels + places)
    }

    /// Panels of the training screen.
    private var panels: [Chooser.Entry] {
        train.panels.map {
            Chooser.Entry(title: train.name(of: $0), note: "panel of Train", intent: .showPanel($0.key), words: $0.key)
        }
    }

    /// What else people call some actions.
    private static let words: [Action: String] = [
        .quit: "detach leave exit close", .savePreset: "store settings", .fork: "branch what if",
        .undo: "revert", .pin: "reference baseline", .groupRuns: "seeds mean interval",
        .export: "save write png svg csv picture", .openStudy: "arms compare interval yaml",
        .trainStudy: "begin start resume", .addSeeds: "more repeat", .release: "resume stopped failed",
    ]

    /// Knobs, runs, presets and data sets by their names.
    private var places: [Chooser.Entry] {
        let knobs = train.tuning.knobs.map {
            Chooser.Entry(
                title: $0.title, note: "setting \($0.key)", intent: .tune($0.key),
                words: $0.help)
        }
        let runs = shared.runs.map { Chooser.Entry(title: $0.name, note: "run \($0.id)", intent: .openRun($0.id)) }
        let presets = shared.presets.filter { $0.problem == nil }.map {
            Chooser.Entry(
                title: $0.name, note: "load the preset", intent: .loadPreset($0.name),
                words: $0.note)
        }
        let dataSets = data.dataSets.filter(\.isPresent).map {
            Chooser.Entry(title: $0.title, note: "open the data set", intent: .openDataSet($0.name))
        }
        return knobs + runs + presets + dataSets
    }

    /// Shows the screen and gives the panel the focus where keys of that place have their meaning.
    mutating func go(to place: Context) {
        switch place {
        case .everywhere: break
        case .data: screen = .data
        case .events: (screen, data.focus) = (.data, .events)
        case .train: screen = .train
        case .tuning: if let panel = train.first(.tuning) { focusTraining(panel) }
        case .curve:
            if let panel = train.panels.first(where: { train.curveKnob(of: $0) != nil }) { focusTraining(panel) }
        case .plots: if let panel = train.plotPanels.first { focusTraining(panel) }
        case .runs: screen = .runs
        case .oneRun:
            screen = .runs
            // The run of the panel that has the focus, where it is about one.
            if runs.focus != .detail { runs.focus = .runs }
        case .runList: (screen, runs.focus) = (.runs, .runs)
        case .runDetail: (screen, runs.focus) = (.runs, .detail)
        case .runTable: (screen, runs.focus) = (.runs, runs.showsTable ? .table : .runs)
        case .queue: (screen, runs.focus) = (.runs, .queue)
        case .presets: (screen, runs.focus) = (.runs, .presets)
        case .log: screen = .log
        case .study: screen = .study
        }
    }

    mutating func focusTraining(_ panel: TrainState.Panel) {
        screen = .train
        train.setFocus(panel)
    }

    mutating func openRun(_ run: String) -> [Wish] {
        go(to: .runList)
        runs.cursor.filter = ""
        guard let index = runs.shown(shared).firstIndex(where: { $0.id == run }) else {
            // Another process may have begun it since the list was read.
            guard shared.awaitedRuns != [run] else { return [] }
            shared.awaitedRuns = [run]
            return [.ask(.runs)]
        }
        runs.cursor.select(index)
        return perform(.enter)
    }

    /// The table of these runs, in place of those that were marked.
    mutating func compare(runs wanted: [String]) -> [Wish] {
        go(to: .runList)
        runs.cursor.filter = ""
        let known = Set(shared.runs.filter { $0.problem == nil }.map(\.id))
        guard known.isSuperset(of: wanted) || shared.awaitedRuns == wanted else {
            shared.awaitedRuns = wanted
            return [.ask(.runs)]
        }
        runs.marked = wanted.filter(known.contains).suffix(RunsState.markLimit)
        guard runs.marked.count > 1 else { return [] }
        runs.isComparing = false
        return perform(.compare) + ghostWishes()
    }

    /// The list has been read again for them.
    mutating func showAwaitedRuns() -> [Wish] {
        let wanted = shared.awaitedRuns
        let wishes = wanted.count == 1 ? openRun(wanted[0]) : compare(runs: wanted)
        shared.awaitedRuns = []
        return wishes
    }

    // MARK: Themes

    var themeChooser: Chooser {
        var chooser = Chooser(
            title: "Theme",
            entries: shared.themes.map {
                Chooser.Entry(
                    title: $0.name, note: ($0.name == shared.shownTheme ? "shown now  " : "") + $0.note,
                    intent: .theme($0.name))
            })
        if let index = shared.themes.firstIndex(where: { $0.name == shared.shownTheme }) {
            chooser.cursor.select(index)
        }
        return chooser
    }

    /// A theme shows while it is chosen in the list; who leaves the list without one gets the last one back.
    mutating func refreshPreview() -> [Wish] {
        if case .chooser(let chooser)? = dialogs.last, case .theme(let name)? = chooser.chosen?.intent {
            guard name != shared.shownTheme else { return [] }
            shared.themeBefore = shared.themeBefore ?? shared.shownTheme
            return [.effect(.theme(name))]
        }
        guard let before = shared.themeBefore else { return [] }
        // The list is there, and nothing in it matches what was typed.
        if case .chooser(let chooser)? = dialogs.last, case .theme? = chooser.entries.first?.intent { return [] }
        shared.themeBefore = nil
        return [.effect(.theme(before))]
    }
}
