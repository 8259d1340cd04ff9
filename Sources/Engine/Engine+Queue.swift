import Configuration
import Data
import Messages
import RunStore

/// Runs that wait for the one that goes on. The queue itself is in the history.
extension Engine {
    func enqueue(_ job: QueuedJob, _ command: TuningCommand) async throws -> CommandAnswer {
        try check(job)
        let (number, position) = try store.enqueue(job)
        await publishQueue()
        try await obey(.enqueue(isFirst: position == 1), command)
        return .queued(entry: number, position: position)
    }

    func arrangeQueue(
        _ command: TuningCommand, _ arrange: (RunStore) throws -> Void
    ) async throws -> CommandAnswer {
        try arrange(store)
        await publishQueue()
        try await obey(.arrangeQueue, command)
        return .queueChanged
    }

    func train(_ entry: Int?, _ command: TuningCommand) async throws -> CommandAnswer {
        let waiting = try store.queue()
        guard let chosen = entry ?? waiting.first?.number, waiting.contains(where: { $0.number == chosen }) else {
            try await note(.choseNothing)
            guard let entry else { return .refused("the queue is empty") }
            throw RunStoreError.unknownEntry(entry)
        }
        try await obey(.train(entry: chosen), command)
        await publishQueue()
        return .queueChanged
    }

    /// What can be known to be wrong now is said now, not when its turn comes.
    private func check(_ job: QueuedJob) throws {
        switch job {
        case .start(let started, _, _):
            let configuration = source.completed(started)
            try description.check(configuration)
            try source.checkAgain(configuration)
        case .resume(let run):
            let detail = try store.run(run)
            if detail.summary.phase != .finished { try refuseLost(detail) }
        case .fork(let run, let checkpoint, let changes, _):
            let detail = try store.run(run)
            _ = try self.checkpoint(checkpoint, of: detail)
            var configuration = detail.configuration
            try description.make(changes.splittingSeed.others, in: &configuration)
        case .reproduce(let run, _): _ = try store.run(run)
        }
    }

    /// Begins with what was chosen, or with the first that waits. One that cannot begin stays where it is, and the next
    /// is taken.
    func beginNext(_ chosen: Int?) async {
        do {
            guard let entry = try store.takeFromQueue(entry: chosen, except: unsuitableEntries) else {
                return try await note(.nothingWaits)
            }
            try await note(.took(entry: entry.number))
            do {
                try await begin(entry.job, entry: entry.number) { _ in }
            } catch DataSetError.cancelled {
                try store.putBackInQueue(entry: entry.number)
            } catch {
                let failure = Trouble.failure(error, run: nil, optimizerStep: 0)
                await log(.error, "\(entry.title) could not start; kept in queue: \(failure.text)")
                unsuitableEntries.insert(entry.number)
                try store.putBackInQueue(entry: entry.number, problem: failure.text)
            }
        } catch {
            if case .resting(.due) = state { try? await note(.nothingWaits) }
            await log(.error, "the queue cannot be read: \(error)")
        }
        await publishQueue()
    }

    func publishQueue() async {
        guard let queue = try? store.queue() else { return }
        await bus.publish(.queue(queue))
    }
}
