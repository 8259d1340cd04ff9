import Messages

/// What is ordered of the study, and what leads to its runs. Whatever stops something asks first.
extension StudyState {
    func trainOrPause(_ shared: inout Shared) -> [Wish] {
        guard let board else { return [] }
        switch board.work {
        case .training: return [.ask(.order(.pause))]
        case .stopping:
            shared.say("the runs are being stopped: once they have, space goes on", .warning)
            return []
        case .none, .pausing:
            if board.work == .none { shared.say("beginning to train…") }
            return [.ask(.order(.train))]
        }
    }

    func stop(_ shared: inout Shared) -> [Wish] {
        let left = subjects.filter { [.waiting, .begun, .running, .failed].contains($0.state) }
        guard let row, let board, !left.isEmpty else {
            shared.say("nothing is left to be stopped here", .warning)
            return []
        }
        let live = left.count { $0.state == .running }
        let title =
            focus == .cells
            ? "Stop the run of seed \(left[0].seed)?"
            : "Stop \(left.count) run\(left.count == 1 ? "" : "s") of \(board.title(of: row))?"
        let text =
            (live > 0 ? "\(live) of them \(live == 1 ? "is" : "are") stopped with a checkpoint. " : "")
            + "They are not trained until r lets them be, wherever the study goes on."
        return [
            .dialog(
                .question(
                    Question(title, text, [.init(title: "Stop", intent: .order(.hold(cells: left.map(\.id))))])))
        ]
    }

    func release(_ shared: inout Shared) -> [Wish] {
        let stopped = subjects.filter { $0.state == .stopped }
        guard !stopped.isEmpty else {
            shared.say(
                subjects.contains { $0.state == .failed }
                    ? "runs that failed are tried again when the training begins anew: space"
                    : "none of it was stopped",
                .warning)
            return []
        }
        return [.ask(.order(.release(cells: stopped.map(\.id))))]
    }

    func putFirst(_ shared: inout Shared) -> [Wish] {
        let left = subjects.filter { $0.state != .finished && $0.state != .running }
        guard !left.isEmpty else {
            shared.say("nothing of it waits", .warning)
            return []
        }
        return [.ask(.order(.putFirst(cells: left.map(\.id))))]
    }

    var seedPrompt: Prompt {
        let own = (board?.seeds ?? []).filter { !(board?.addedSeeds ?? []).contains($0) }
        return Prompt(
            .studySeeds, title: "Seeds besides those of the file",
            hint:
                "The file has \(own.map(String.init).joined(separator: ", ")). More as 6-8 or 6 7 8; nothing: only those. "
                + "They are kept with the history of runs, and `saccade study` takes them, too.",
            text: (board?.addedSeeds ?? []).map(String.init).joined(separator: " "))
    }

    mutating func compareWith(_ shared: inout Shared) -> [Wish] {
        guard let board, let row else { return [] }
        return [.ask(.order(.compare(arm: board.arms[row.arm].name)))]
    }

    // MARK: Runs

    mutating func enter(_ shared: inout Shared) -> [Wish] {
        guard focus == .cells else {
            if focus == .facts { showsEveryFact.toggle() } else { (focus, isZoomed) = (.cells, false) }
            return []
        }
        return run(&shared).map { [.openRun($0)] } ?? []
    }

    func fork(_ shared: inout Shared) -> [Wish] {
        guard focus == .cells else {
            shared.say("choose a run first: Enter goes to those of the row", .warning)
            return []
        }
        guard let run = run(&shared) else { return [] }
        shared.awaitedFork = run
        return [.ask(.run(run))]
    }

    func compareRuns(_ shared: inout Shared) -> [Wish] {
        let runs = cells.compactMap(\.run)
        guard runs.count > 1 else {
            shared.say("there are no two runs to compare yet", .warning)
            return []
        }
        return [.compareRuns(runs)]
    }

    /// Says why where there is none.
    private func run(_ shared: inout Shared) -> String? {
        guard let cell else {
            shared.say("the search has not decided yet which runs there are", .warning)
            return nil
        }
        if let run = cell.run { return run }
        shared.say(
            cell.reason.isEmpty ? "it has not been begun: it has no run yet" : "it could not begin: \(cell.reason)",
            .warning)
        return nil
    }

    // MARK: Leaving

    var leaveQuestion: Question {
        Question(
            "Quit while a study is trained?",
            "\(board?.name ?? "") is trained in a process of its own: it can go on without the screens, and is shown again "
                + "when the study is opened. Stopped runs keep a checkpoint and go on next time.",
            cancel: "Stay",
            [
                .init(title: "Keep training", intent: .leaveStudy(stopping: false)),
                .init(title: "Stop the runs with checkpoints", intent: .leaveStudy(stopping: true)),
            ])
    }
}
