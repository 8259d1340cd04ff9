import Messages

/// What is done to runs, presets and the queue. Whatever destroys or interrupts something asks first.
extension RunsState {
    mutating func rename(_ shared: inout Shared) -> [Wish] {
        guard focus == .presets else {
            return prompt(&shared, title: "Rename", hint: "Name shown in lists; the identifier stays the same.") {
                (.runName($0.id), $0.name)
            }
        }
        guard let preset = chosenPreset(shared) else { return [] }
        guard !preset.isBuiltIn else {
            shared.say(
                "\(preset.name) is built-in and cannot be renamed; s saves a copy under another name",
                .warning)
            return []
        }
        return [
            .dialog(
                .prompt(
                    Prompt(
                        .presetRename(preset.name), title: "Rename preset", hint: "The new name:", text: preset.name,
                        isReplaced: true)))
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
                shared.say("\(preset.name) is built-in and cannot be deleted", .warning)
                return []
            }
            return ask(
                "Delete the preset \(preset.name)?", preset.path + " is deleted. This cannot be undone.", "Delete",
                .deletePreset(preset.name))
        case .queue:
            guard let entry = chosenEntry(shared) else { return [] }
            return ask(
                "Remove from the queue?", entry.title + " will not be trained.", "Remove",
                .command(.removeFromQueue(entry: entry.number)))
        case .runs, .detail, .table:
            guard let run = ownSubject(&shared) else { return [] }
            guard !(shared.run.isActive && shared.run.run == run.id) else {
                shared.say("\(run.name) is active: stop it first", .warning)
                return []
            }
            return ask(
                "Delete the run \(run.name)?", "Its metrics, edits and checkpoints are deleted. This cannot be undone.",
                "Delete", .deleteRun(run.id))
        }
    }

    // MARK: Reproducing

    /// Makes the run again from its start, with its edits at their steps.
    mutating func reproduce(_ shared: inout Shared) -> [Wish] {
        guard let run = ownSubject(&shared) else { return [] }
        return Shared.offer(
            .reproduce(run: run.id, name: nil), "Reproduce \(run.name)?",
            "A new run repeats every step and edit and should give the same weights, bit for bit.",
            isActive: shared.run.isActive)
    }

    mutating func saveSchedule(_ shared: inout Shared) -> [Wish] {
        prompt(
            &shared, title: "Save edits as a schedule",
            hint: "A preset with the run's initial settings that applies the same edits automatically. Name:"
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
        guard let run = ownSubject(&shared) else { return [] }
        guard run.phase != .finished, run.processIdentifier == nil, shared.run.run != run.id || !shared.run.isActive
        else {
            shared.say("only a stopped run that can be resumed can be added to the queue", .warning)
            return []
        }
        return [.send(.enqueue(.resume(run: run.id)))]
    }

    /// Shown at once; the engine's word on the new order follows.
    mutating func moveInQueue(_ distance: Int, _ shared: inout Shared) -> [Wish] {
        guard let index = queueCursor.index(in: shared.queue.count) else { return [] }
        let target = min(shared.queue.count - 1, max(0, index + distance))
        guard target != index else { return [] }
        let entry = shared.queue.remove(at: index)
        shared.queue.insert(entry, at: target)
        queueCursor.select(target)
        return [.send(.moveInQueue(entry: entry.number, position: target + 1))]
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
                        "Train now?",
                        entry.title
                            + ". The active run is stopped with a checkpoint and moved to the front of the queue.",
                        [.init(title: "Train now", intent: .command(.trainFromQueue(entry: entry.number)))])))
        ]
    }
}

extension Shared {
    /// Begins something at once where nothing is active; else asks whether it waits or goes first.
    static func offer(_ job: QueuedJob, _ title: String, _ text: String, isActive: Bool) -> [Wish] {
        [.dialog(.question(Question(title, text, choices(of: job, isActive: isActive))))]
    }

    static func choices(of job: QueuedJob, isActive: Bool) -> [Question.Choice] {
        isActive
            ? [
                .init(title: "Add to queue", intent: .command(.enqueue(job))),
                .init(title: "Train now; queue the active run", intent: .trainNow(job)),
            ] : [.init(title: "Train", intent: .command(job.command))]
    }
}
