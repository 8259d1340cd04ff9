import Messages

/// What is done to runs, presets and the queue. Whatever destroys or interrupts something asks first.
extension RunsState {
    mutating func rename(_ shared: inout Shared) -> [Wish] {
        guard focus == .presets else {
            return prompt(&shared, title: "Rename", hint: "The name shown in lists; the run stays the same.") {
                (.runName($0.id), $0.name)
            }
        }
        guard let preset = chosenPreset(shared) else { return [] }
        guard !preset.isBuiltIn else {
            shared.say(
                "\(preset.name) ships with the program: it cannot be renamed; s saves a copy under another name",
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

    mutating func delete(_ shared: inout Shared) -> [Wish] {
        func ask(_ title: String, _ text: String, _ button: String, _ intent: Intent) -> [Wish] {
            [.dialog(.question(Question(title, text, [.init(title: button, intent: intent)])))]
        }
        switch focus {
        case .presets:
            guard let preset = chosenPreset(shared) else { return [] }
            guard !preset.isBuiltIn else {
                shared.say("\(preset.name) ships with the program: it cannot be deleted", .warning)
                return []
            }
            return ask(
                "Delete the preset \(preset.name)?", preset.path + " is removed. This cannot be undone.", "Delete it",
                .deletePreset(preset.name))
        case .queue:
            guard let entry = chosenEntry(shared) else { return [] }
            return ask(
                "Take it from the queue?", entry.title + " will not be trained.", "Take it away",
                .command(.removeFromQueue(entry: entry.number)))
        case .runs, .detail:
            guard let run = focus == .detail ? shared.runs.first(where: { $0.id == opened }) : chosen(shared) else {
                return []
            }
            guard !(shared.run.isActive && shared.run.run == run.id) else {
                shared.say("\(run.name) is active: stop it first", .warning)
                return []
            }
            return ask(
                "Delete the run \(run.name)?", "Its metrics, edits and checkpoints are removed. This cannot be undone.",
                "Delete it", .deleteRun(run.id))
        }
    }

    // MARK: Going on

    mutating func resume(_ shared: inout Shared) -> [Wish] {
        guard let run = chosen(shared) else {
            shared.say("there is no run yet", .warning)
            return []
        }
        guard run.phase != .finished else {
            shared.say("\(run.name) has finished: there is nothing to resume", .warning)
            return []
        }
        if shared.run.isActive {
            guard shared.run.run != run.id else {
                shared.say("\(run.name) is active", .warning)
                return []
            }
            return Shared.offer(
                .resume(run: run.id), "Resume \(run.name)?", "Another run is active.", isActive: true)
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

    /// The checkpoints of the chosen run are read first; then one is chosen.
    mutating func fork(_ shared: inout Shared) -> [Wish] {
        guard let run = focus == .detail ? shared.runs.first(where: { $0.id == opened }) : chosen(shared) else {
            shared.say("there is no run to fork from yet", .warning)
            return []
        }
        guard let detail = details[run.id] else {
            shared.awaitedFork = run.id
            return [.ask(.run(run.id))]
        }
        return Self.offerFork(of: detail, &shared)
    }

    static func offerFork(of detail: RunDetail, _ shared: inout Shared) -> [Wish] {
        guard !detail.checkpoints.isEmpty else {
            shared.say("\(detail.summary.name) has no checkpoint to fork from", .warning)
            return []
        }
        return [
            .dialog(
                .chooser(
                    ForkPoint.chooser(
                        run: detail.summary.id, name: detail.summary.name, detail.checkpoints, detail.edits)))
        ]
    }

    /// Makes the run again from its start, with its edits at their steps.
    mutating func reproduce(_ shared: inout Shared) -> [Wish] {
        guard let run = chosen(shared) else { return [] }
        return Shared.offer(
            .replay(run: run.id, name: nil), "Train \(run.name) again?",
            "A new run makes every step and every edit of it again, to the same bits.", isActive: shared.run.isActive)
    }

    mutating func saveSchedule(_ shared: inout Shared) -> [Wish] {
        prompt(
            &shared, title: "Save edits as a schedule",
            hint: "A preset with what the run was started with, that makes its edits by itself. Its name:"
        ) { (.scheduleName(run: $0.id), "") }
    }

    // MARK: The queue

    func chosenEntry(_ shared: Shared) -> QueueEntry? {
        queueCursor.index(in: shared.queue.count).map { shared.queue[$0] }
    }

    mutating func enqueue(_ shared: inout Shared) -> [Wish] {
        if focus == .presets {
            guard let preset = chosenPreset(shared), preset.problem == nil else { return [] }
            shared.awaitedQueuePreset = preset.name
            return [.ask(.preset(preset.name))]
        }
        guard let run = chosen(shared), run.phase != .finished, shared.run.run != run.id || !shared.run.isActive else {
            shared.say("only a run that can go on waits in the queue", .warning)
            return []
        }
        return [.send(.enqueue(.resume(run: run.id)))]
    }

    mutating func moveInQueue(_ distance: Int, _ shared: Shared) -> [Wish] {
        guard let index = queueCursor.index(in: shared.queue.count) else { return [] }
        let target = min(shared.queue.count - 1, max(0, index + distance))
        guard target != index else { return [] }
        queueCursor.select(target)
        return [.send(.moveInQueue(entry: shared.queue[index].number, position: target + 1))]
    }

    mutating func trainFromQueue(_ shared: inout Shared) -> [Wish] {
        guard let entry = chosenEntry(shared) else {
            shared.say("the queue is empty", .warning)
            return []
        }
        guard shared.run.isActive else { return [.send(.trainFromQueue(entry: entry.number))] }
        return [
            .dialog(
                .question(
                    Question(
                        "Train it now?",
                        entry.title
                            + ". The run that is active stops with a checkpoint and waits at the head of the queue.",
                        [.init(title: "Train it now", intent: .command(.trainFromQueue(entry: entry.number)))])))
        ]
    }
}

extension Shared {
    /// Begins something at once where nothing is active; else asks whether it waits or goes first.
    static func offer(_ job: QueuedJob, _ title: String, _ text: String, isActive: Bool) -> [Wish] {
        let choices: [Question.Choice] =
            isActive
            ? [
                .init(title: "Put it into the queue", intent: .command(.enqueue(job))),
                .init(title: "Train it now; the active run waits", intent: .trainNow(job)),
            ] : [.init(title: "Train it", intent: .command(job.command))]
        return [.dialog(.question(Question(title, text, choices)))]
    }
}

/// A checkpoint from which another run can go on.
struct ForkPoint: Sendable, Hashable {
    var run: String
    var runName: String
    /// `nil`: the latest.
    var checkpoint: String?
    var optimizerStep: Int

    /// The newest first; those before an edit say which.
    static func chooser(
        run: String, name: String, _ checkpoints: [CheckpointRecord], _ edits: [AppliedEdit]
    ) -> Chooser {
        Chooser(
            title: "Fork \(name) from",
            entries: checkpoints.reversed().map { record in
                let edit = edits.first { $0.checkpoint == record.path }
                return Chooser.Entry(
                    title: "step \(record.optimizerStep)",
                    note: edit.map { "before \(PlotMark.circled($0.letter)) " + $0.summary } ?? record.reason,
                    intent: .askFork(
                        ForkPoint(
                            run: run, runName: name, checkpoint: record.path, optimizerStep: record.optimizerStep)))
            })
    }
}
