import Configuration
import Messages

/// Edits of a run that are still to be made: again after a resume, at the next epoch, or by the configuration's schedule.
struct PendingEdits {
    /// Journalled edits that the checkpoint did not hold, in order; made again at their steps.
    var fromJournal: [AppliedEdit] = []
    /// Accepted for the next epoch.
    var waiting: [[KnobChange]] = []
    /// Accepted for the epoch that begins, and not journalled yet.
    private(set) var due: [[KnobChange]] = []
    /// Of the configuration's schedule, with their places in it.
    private var scheduled: [(index: Int, step: Int, changes: [KnobChange])] = []

    /// Takes up what the journal does not hold of a schedule.
    mutating func schedule(_ schedule: [ScheduledEdit], journal: [AppliedEdit], from step: Int, of totalSteps: Int) {
        let made = journal.compactMap { if case .schedule(let index) = $0.origin { index } else { nil } }
        scheduled = schedule.enumerated().map {
            (index: $0.offset, step: $0.element.optimizerStep(of: totalSteps), changes: $0.element.changes)
        }.filter { $0.step >= step && !made.contains($0.index) }
    }

    mutating func beginEpoch() {
        due += waiting
        waiting = []
    }

    /// The first that is due is journalled, or refused.
    mutating func forgetFirstDue() { due.removeFirst() }

    /// Takes up what was due when a process was killed, but for what the journal holds already and what was due before it.
    mutating func takeUp(due interrupted: [[KnobChange]], at step: Int) {
        due = interrupted
        for edit in fromJournal where edit.origin == .user && edit.optimizerStep == step {
            let index = due.firstIndex { changes in
                edit.differences.allSatisfy { difference in
                    changes.contains { $0.key == difference.key && $0.value == difference.new }
                }
            }
            if let index { due.removeSubrange(...index) }
        }
    }

    mutating func nextFromJournal(at step: Int) -> AppliedEdit? {
        guard let next = fromJournal.first, next.optimizerStep <= step else { return nil }
        return fromJournal.removeFirst()
    }

    /// The edits of the schedule that are due before this step, with their places in it. What a person has edited at this
    /// step stays as the person wants it: so a fork from before a scheduled edit may do something else instead. On the way
    /// back to later edits the journal says all that was done: what it lacks changed nothing.
    mutating func takeScheduled(at step: Int, journal: [AppliedEdit]) -> [(index: Int, changes: [KnobChange])] {
        let due = scheduled.filter { $0.step <= step }
        guard !due.isEmpty else { return [] }
        scheduled.removeAll { $0.step <= step }
        guard fromJournal.isEmpty else { return [] }
        let own = journal.filter { edit in
            if case .schedule = edit.origin { return false }
            return edit.optimizerStep == step
        }.flatMap { $0.differences.map(\.key) }
        return due.map { entry in (entry.index, entry.changes.filter { !own.contains($0.key) }) }
    }
}
