import Configuration
import Messages

/// A checkpoint from which another run is to go on, and what is to be different in it.
struct ForkPoint: Sendable, Hashable {
    var run: String
    var runName: String
    /// `nil`: the latest.
    var checkpoint: String?
    var optimizerStep: Int
    /// What it is to be called; `nil`: `usualName`.
    var name: String?
    /// New values of live knobs; `nil`: what is staged on the training screen.
    var changes: [KnobChange]?

    /// As the engine calls a fork that nobody has named.
    var usualName: String { "\(runName)@\(optimizerStep)" }

    /// The newest first; those before an edit say which.
    static func chooser(
        run: String, name: String, _ checkpoints: [CheckpointRecord], _ edits: [AppliedEdit],
        _ description: EngineDescription
    ) -> Chooser {
        Chooser(
            title: "Fork \(name) from",
            entries: checkpoints.reversed().map { record in
                let edit = edits.first { $0.checkpoint == record.path }
                return Chooser.Entry(
                    title: "step \(record.optimizerStep)",
                    note: edit.map { "before \(PlotMark.circled($0.letter)) " + $0.summary(description) }
                        ?? record.reason,
                    intent: .askFork(
                        ForkPoint(
                            run: run, runName: name, checkpoint: record.path, optimizerStep: record.optimizerStep)))
            })
    }

    var namePrompt: Prompt {
        Prompt(
            .forkName(self), title: "Name of the fork", hint: "The name shown in lists; without one \(usualName).",
            text: name ?? "", isReplaced: true)
    }
}

extension WorkbenchState {
    /// What the fork is to be, with the ways to begin it, to name it and to change its values.
    mutating func forkQuestion(_ point: ForkPoint) -> [Wish] {
        shared.askedFork = point
        let changes = changes(of: point)
        let words = changes.map { change in
            "\(shared.description.title(of: change.key)) = \(KnobText.value(change.value))"
        }
        let text =
            "A new run continues from step \(point.optimizerStep) of \(point.runName), called "
            + "\(point.name ?? point.usualName), "
            + (words.isEmpty ? "with the values it had then." : "with \(words.joined(separator: ", ")).")
        let job = QueuedJob.fork(
            run: point.run, checkpoint: point.checkpoint, changes: changes, name: point.name)
        return [
            .dialog(
                .question(
                    Question(
                        "Fork \(point.runName)?", text,
                        Shared.choices(of: job, isActive: shared.run.isActive) + [
                            .init(title: "Several seeds…", intent: .askForkSeeds(point)),
                            .init(title: "Change values…", intent: .changeFork(point)),
                            .init(title: "Name it…", intent: .nameFork(point)),
                        ])))
        ]
    }

    /// Into the queue, one after another, on the same recordings; the first begins at once where nothing goes on.
    func forks(of point: ForkPoint, seeds: [Int]) -> [Wish] {
        let changes = changes(of: point)
        return seeds.map { seed in
            .send(
                .enqueue(
                    .fork(
                        run: point.run, checkpoint: point.checkpoint,
                        changes: changes + [KnobChange(key: KnownKnob.seed, value: .integer(seed))],
                        // As long as a name may be.
                        name: point.name.map { "\($0.prefix(80))-seed\(seed)" })))
        }
    }

    /// The settings at the checkpoint are read first, then the tuning panel is about the fork.
    mutating func changeFork(_ point: ForkPoint) -> [Wish] {
        shared.awaitedForkValues = point
        return [.ask(.run(point.run))]
    }

    mutating func showForkValues(of detail: RunDetail) -> [Wish] {
        guard let point = shared.awaitedForkValues, point.run == detail.summary.id else { return [] }
        shared.awaitedForkValues = nil
        guard let base = detail.configuration(at: point.checkpoint, described: shared.description) else {
            shared.say(
                "the checkpoint at step \(point.optimizerStep) no longer exists: f lists those that do", .warning)
            return []
        }
        train.tuning.begin(point, base: base, shared.run)
        if let panel = train.first(.tuning) { train.setFocus(panel) }
        return [.show(.train)]
    }

    /// What is staged for the run goes into a fork that says nothing else; what is staged for another fork does not.
    private func changes(of point: ForkPoint) -> [KnobChange] {
        point.changes ?? (train.tuning.fork == nil ? train.tuning.stagedLive : [])
    }
}

extension RunsState {
    /// Its checkpoints are read first, also where they are known: a run that goes on replaces them.
    mutating func fork(_ shared: inout Shared) -> [Wish] {
        guard let run = ownSubject(&shared) else { return [] }
        shared.awaitedFork = run.id
        return [.ask(.run(run.id))]
    }

    static func offerFork(of detail: RunDetail, _ shared: inout Shared) -> [Wish] {
        let (summary, checkpoints) = (detail.summary, detail.presentCheckpoints)
        guard !checkpoints.isEmpty else {
            shared.say(
                detail.checkpoints.isEmpty
                    ? "\(summary.name) has no checkpoint to fork from"
                    : "the checkpoints of \(summary.name) no longer exist: B trains it again from the start", .warning)
            return []
        }
        return [
            .dialog(
                .chooser(
                    ForkPoint.chooser(
                        run: summary.id, name: summary.name, checkpoints, detail.edits, shared.description)))
        ]
    }
}
