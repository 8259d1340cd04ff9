import Messages

/// Going on with a run that was stopped or interrupted.
extension RunsState {
    /// Its checkpoints are read first: the question says from where it would go on.
    mutating func resume(_ shared: inout Shared) -> [Wish] {
        guard let run = ownSubject(&shared) else { return [] }
        guard run.phase != .finished else {
            shared.say("\(run.name) has finished: there is nothing to resume", .warning)
            return []
        }
        guard !shared.run.isActive || shared.run.run != run.id else {
            shared.say("\(run.name) is active", .warning)
            return []
        }
        shared.awaitedResume = run.id
        return [.ask(.run(run.id))]
    }

    static func offerResume(of detail: RunDetail, _ shared: inout Shared) -> [Wish] {
        let run = detail.summary
        if let process = run.processIdentifier {
            return [.dialog(.question(attachQuestion(run, process, shared)))]
        }
        if !detail.checkpoints.isEmpty, detail.latestCheckpoint == nil {
            return Shared.offer(
                .reproduce(run: run.id, name: nil), "\(run.name) cannot be resumed",
                "Its checkpoints no longer exist. A new run can repeat every step and edit from the start.",
                isActive: shared.run.isActive)
        }
        let text = reason(run) + " " + continuation(detail)
        guard shared.run.isActive else {
            return [
                .dialog(
                    .question(
                        Question(
                            "Resume \(run.name)?", text, [.init(title: "Resume", intent: .resume(run.id))])))
            ]
        }
        return Shared.offer(
            .resume(run: run.id), "Resume \(run.name)?", text + " Another run is active.", isActive: true)
    }

    private static func reason(_ run: RunSummary) -> String {
        (run.isInterrupted ? "It was interrupted" : run.phase == .failed ? "It failed" : "It was stopped")
            + " in epoch \(min(run.epoch + 1, max(run.epochs, 1))) of \(run.epochs), at optimizer step "
            + "\(run.optimizerStep)."
    }

    private static func continuation(_ detail: RunDetail) -> String {
        guard let checkpoint = detail.latestCheckpoint else {
            return "It has no checkpoint yet and starts again from step 0."
        }
        let again = detail.summary.optimizerStep - checkpoint.optimizerStep
        return "It continues from its checkpoint at step \(checkpoint.optimizerStep)"
            + (again > 0
                ? "; the \(again) step\(again == 1 ? "" : "s") after it \(again == 1 ? "is" : "are") repeated." : ".")
    }

    /// The screens can follow one engine; a run of this process would have to end first.
    private static func attachQuestion(_ run: RunSummary, _ process: Int32, _ shared: Shared) -> Question {
        let isBusy = shared.run.isActive && !shared.isAttached
        return Question(
            "\(run.name) is training",
            "Process \(process) is training it. `saccade attach \(run.id)` opens it in another terminal"
                + (isBusy ? "." : ", or here."),
            isBusy ? [] : [.init(title: "Attach to it here", intent: .attach(run.id))])
    }
}
