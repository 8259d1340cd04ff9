import Messages

extension StudyState {
    mutating func update(_ action: Action, _ shared: inout Shared) -> [Wish] {
        guard board != nil else { return updateList(action, &shared) }
        switch action {
        case .nextPanel: focus = Panel.allCases.after(focus)
        case .previousPanel: focus = Panel.allCases.before(focus)
        case .zoom: isZoomed.toggle()
        case .back: back()
        case .showEveryFact:
            showsEveryFact.toggle()
            factScroll = 0
        case .openStudy: return offerStudies()
        case .trainStudy: return trainOrPause(&shared)
        case .stop: return stop(&shared)
        case .release: return release(&shared)
        case .putFirst: return putFirst(&shared)
        case .addSeeds: return [.dialog(.prompt(seedPrompt))]
        case .compareArm: return compareWith(&shared)
        case .enter: return enter(&shared)
        case .fork: return fork(&shared)
        case .compare: return compareRuns(&shared)
        case .nextMatch: move(.down)
        case .previousMatch: move(.up)
        default: move(action)
        }
        return []
    }

    private mutating func back() {
        if isZoomed { isZoomed = false } else if showsEveryFact { showsEveryFact = false } else { focus = .table }
    }

    private mutating func move(_ action: Action) {
        switch focus {
        case .table, .plot:
            let place = cursor.position
            _ = cursor.move(action, in: rows.count)
            if cursor.position != place { cellCursor.select(0) }
        case .cells: _ = cellCursor.move(action, in: cells.count)
        case .facts:
            switch action {
            case .up: factScroll -= 1
            case .down: factScroll += 1
            case .pageUp: factScroll -= 10
            case .pageDown: factScroll += 10
            case .top: factScroll = 0
            case .bottom: factScroll = 10_000
            default: break
            }
            factScroll = min(10_000, max(0, factScroll))
        }
    }

    /// A row that was pressed, of the list that has the focus.
    mutating func choose(row: Int, _ shared: inout Shared) -> [Wish] {
        guard board != nil else {
            knownCursor.select(row)
            return []
        }
        switch focus {
        case .table:
            cursor.select(row)
            cellCursor.select(0)
        case .cells: cellCursor.select(row)
        case .plot, .facts: break
        }
        return []
    }

    // MARK: Before one is open

    private mutating func updateList(_ action: Action, _ shared: inout Shared) -> [Wish] {
        let known = shownKnown
        switch action {
        case .openStudy: return offerStudies()
        case .enter:
            guard let index = knownCursor.index(in: known.count) else { return offerStudies() }
            return open(known[index], &shared)
        case .trainStudy, .stop, .release, .putFirst, .addSeeds, .compareArm, .fork, .compare, .showEveryFact:
            shared.say("no study is open: o opens one", .warning)
        default: _ = knownCursor.move(action, in: known.count)
        }
        return []
    }

    var shownKnown: [StudySummary] { (known ?? []).filter { knownCursor.matches($0.name + " " + ($0.path ?? "")) } }

    mutating func open(_ study: StudySummary, _ shared: inout Shared) -> [Wish] {
        guard let path = study.path else {
            shared.say("where the file of \(study.name) is, is not known: type its path", .warning)
            return [.dialog(.prompt(Self.filePrompt))]
        }
        return open(path)
    }

    mutating func open(_ reference: String) -> [Wish] {
        awaited = reference
        return [.show(.study), .ask(.study(reference))]
    }

    /// The list is asked for, and shown once it has come.
    mutating func offerStudies() -> [Wish] {
        isOffering = true
        return [.ask(.studies)]
    }

    static let filePrompt = Prompt(
        .studyFile, title: "Open a study",
        hint: "The path of its YAML file (Tab completes it), or the name of one that is known:")

    /// Those that are known, and a way to all others.
    func chooser(_ studies: [StudySummary]) -> Chooser {
        let file = Chooser.Entry(
            title: "another file…", note: "type its path", intent: .askStudyFile, words: "path yaml open")
        return Chooser(
            title: "Open a study",
            entries: studies.map { study in
                Chooser.Entry(
                    title: study.name, note: study.words,
                    intent: study.path.map { .openStudy($0) } ?? .askStudyFile, words: "study")
            } + [file])
    }
}

extension StudySummary {
    /// Where it is, and how much of it there is.
    var words: String {
        let runs = runCount == 0 ? "" : "\(runCount) run\(runCount == 1 ? "" : "s")"
        let place =
            path.map { isShipped ? "comes with the program" : Figures.shortPaths($0) } ?? "its file is not known"
        return [runs, place].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
