import Messages
import RunStore

/// Between the states and the world: feeds the machine, and does what it says.
extension Engine {
    /// - Throws: why the command cannot be obeyed, or what went wrong with the first thing to be done; the engine is at what
    ///   it was at then.
    @discardableResult
    func obey(_ order: EngineOrder, _ command: TuningCommand) async throws -> CommandAnswer {
        let before = state
        let transition: EngineTransition
        do throws(EngineObjection) {
            transition = try state.obeying(order, handsOver: handsOver)
        } catch {
            throw EngineRefusal(error.text(run: session?.run))
        }
        state = transition.state
        var answer: CommandAnswer?
        do {
            for action in transition.actions {
                if action == .carryOut, let session {
                    answer = try await change(session, by: command)
                } else {
                    try await perform(action)
                }
            }
        } catch {
            if state == transition.state { state = before }
            throw error
        }
        let place = transition.place
        return answer
            ?? .tookEffect(
                run: place.map(\.run) ?? session?.run,
                optimizerStep: place?.optimizerStep ?? session?.optimizerStep ?? 0)
    }

    /// Tells the machine what has happened, and does what follows.
    func note(_ event: EngineEvent) async throws {
        guard let transition = state.after(event, handsOver: handsOver) else {
            assertionFailure("\(event) while \(state)")
            return await log(.error, "internal error: unexpected \(event) in state \(state)")
        }
        state = transition.state
        for action in transition.actions { try await perform(action) }
    }

    private func perform(_ action: EngineAction) async throws {
        switch action {
        case .tell: if let session { try await tell(session) }
        case .stop(let writesCheckpoint):
            if let session { await stop(session, writesCheckpoint: writesCheckpoint) }
        case .requeue(let run):
            guard let run = run ?? session?.run else { break }
            let waits = try store.queue().first { $0.job == .resume(run: run) }
            if let waits {
                try store.moveInQueue(entry: waits.number, position: 1)
            } else {
                try store.enqueue(.resume(run: run), first: true)
            }
        case .passOver(let entry): unsuitableEntries.insert(entry)
        case .tellQueueWaits:
            guard let waiting = try? store.queue().count, waiting > 0 else { break }
            await log(.warning, "the run failed before its first step: the queue is held (\(waiting) runs)")
        case .carryOut: preconditionFailure("only a command can be carried out")
        }
    }

    /// Where the run is, while it goes on.
    func state(of session: RunSession) -> RunState { session.state(state.phase ?? .idle) }
}
