import Configuration
import Data
import Messages
import RunStore

/// Runs that wait for the one that goes on. The queue itself is in the history.
extension Engine {
    /// - Returns: `nil` for commands that are about something else.
    func performOnQueue(_ command: TuningCommand) async throws -> CommandAnswer? {
        switch command {
        case .enqueue(let job):
            try check(job)
            let (number, position) = try store.enqueue(job)
            await publishQueue()
            guard isIdle, position == 1 else { return .queued(entry: number, position: position) }
            isNextDue = handsOver
            return .queued(entry: number, position: 1)
        case .moveInQueue(let entry, let position):
            try store.moveInQueue(entry: entry, position: position)
            await publishQueue()
            return .queueChanged
        case .removeFromQueue(let entry):
            try store.removeFromQueue(entry: entry)
            await publishQueue()
            return .queueChanged
        case .trainFromQueue(let entry): return try await train(entry)
        default: return nil
        }
    }

    private func train(_ entry: Int?) async throws -> CommandAnswer {
        let waiting = try store.queue()
        guard let chosen = entry ?? waiting.first?.number else {
            try resumeCalledOff()
            return .refused("nothing waits in the queue")
        }
        guard waiting.contains(where: { $0.number == chosen }) else {
            try resumeCalledOff()
            throw RunStoreError.unknownEntry(chosen)
        }
        if let session, session.state.isActive {
            guard session.phase != .testing else {
                return .refused("the run \(session.run) is trained and being tested: wait until it has ended")
            }
            let run = session.run
            handsOverAtStop = false
            if isEvaluating { isStopping = true } else { await stop(session) }
            try store.enqueue(.resume(run: run), first: true)
        } else if let run = calledOff?.run {
            try store.enqueue(.resume(run: run), first: true)
        }
        calledOff = nil
        (chosenEntry, isNextDue) = (chosen, true)
        await publishQueue()
        return .queueChanged
    }

    /// What was being prepared was called off for something that cannot be done: it is prepared again.
    private func resumeCalledOff() throws {
        guard let run = calledOff?.run else { return }
        calledOff = nil
        chosenEntry = try store.enqueue(.resume(run: run), first: true).number
        isNextDue = true
    }

    /// What can be known to be wrong now is said now, not when its turn comes.
    private func check(_ job: QueuedJob) throws {
        switch job {
        case .start(let configuration, _, _):
            try description.check(configuration)
            try RunCheck.check(configuration, catalogue)
        case .resume(let run):
            let detail = try store.run(run)
            if detail.summary.phase != .finished { try refuseLost(detail) }
        case .fork(let run, let checkpoint, let changes, _):
            let detail = try store.run(run)
            _ = try self.checkpoint(checkpoint, of: detail)
            var configuration = detail.configuration
            try description.make(changes, in: &configuration)
        case .replay(let run, _): _ = try store.run(run)
        }
    }

    /// Begins with what was chosen, or with the first that waits. One that cannot begin stays where it is, and the next
    /// is taken.
    func beginNext() async {
        let chosen = chosenEntry
        (chosenEntry, isNextDue) = (nil, false)
        isBeginning = true
        defer { isBeginning = false }
        do {
            guard let entry = try store.takeFromQueue(entry: chosen, except: unsuitableEntries) else { return }
            do {
                try await begin(entry.job, entry: entry.number) { _ in }
            } catch DataSetError.cancelled {
                try store.putBackInQueue(entry: entry.number)
            } catch {
                let failure = Trouble.failure(error, run: nil, optimizerStep: 0)
                await log(.error, "\(entry.title) cannot begin and goes on waiting: \(failure.text)")
                unsuitableEntries.insert(entry.number)
                try store.putBackInQueue(entry: entry.number, problem: failure.text)
                isNextDue = handsOver
            }
        } catch {
            await log(.error, "the queue cannot be read: \(error)")
        }
        await publishQueue()
    }

    func publishQueue() async {
        guard let queue = try? store.queue() else { return }
        await bus.publish(.queue(queue))
    }
}
