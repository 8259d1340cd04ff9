import Configuration

/// What a person (or a script) can tell the engine. Closed: the engine handles every case.
public enum TuningCommand: Sendable, Hashable, Codable {
    /// Begins a new run. `name` is a label; the identifier comes from the engine. `preset`: where the configuration comes
    /// from, changed or not; kept with the run.
    case start(configuration: RunConfiguration, name: String?, preset: String? = nil)
    /// Continues an unfinished run from its last checkpoint.
    case resume(run: String)
    /// Begins a new run that goes on from a checkpoint of another, with other values of live knobs.
    ///
    /// The child inherits the journal up to the checkpoint and knows its parent and the step of the fork.
    /// `checkpoint`: the path of a `CheckpointRecord` of that run; `nil`: its latest. Among the changes may be
    /// another seed: of what is drawn from there on, on the same recordings.
    case fork(run: String, checkpoint: String?, changes: [KnobChange], name: String?)
    /// Makes a run again from its start, with every edit at its step: the same bits. Ends where the original ended.
    case reproduce(run: String, name: String?)
    case pause
    case proceed
    /// Makes one optimizer step and pauses.
    case step
    /// Writes a checkpoint and ends the run; it can be resumed. The next run of the queue begins.
    case stop
    /// The same, but nothing else begins: before the program is left.
    case halt
    case edit([KnobChange], at: Boundary)
    /// Reverts the latest edit that stands, by a new edit.
    case undo
    case redo
    case checkpoint
    /// Leaves a line of text at the current optimizer step.
    case note(String)
    /// Puts a run at the end of the queue. If nothing goes on and nothing waits it begins at once.
    case enqueue(QueuedJob)
    /// Puts an entry at this position, from 1.
    case moveInQueue(entry: Int, position: Int)
    case removeFromQueue(entry: Int)
    /// Trains this entry now; `nil`: the first. A run that goes on is stopped with a checkpoint and waits at the head of
    /// the queue, to be resumed.
    case trainFromQueue(entry: Int?)

    /// Names on the wire stay what they were when programs began to talk to one another.
    private enum CodingKeys: String, CodingKey {
        case start, resume, fork
        case reproduce = "replay"
        case pause, proceed, step, stop, halt, edit, undo, redo, checkpoint, note
        case enqueue, moveInQueue, removeFromQueue, trainFromQueue
    }

    /// Whether it ends what goes on, so that what is being prepared need not be finished.
    public var endsRun: Bool {
        switch self {
        case .stop, .halt, .trainFromQueue: true
        default: false
        }
    }

    public enum Boundary: String, Sendable, Hashable, Codable, CaseIterable {
        case nextStep = "next step"
        case nextEpoch = "next epoch"
    }
}

/// The engine's answer to one command.
public enum CommandAnswer: Sendable, Hashable, Codable {
    /// Took effect before this optimizer step of this run.
    case tookEffect(run: String?, optimizerStep: Int)
    /// Accepted; takes effect when the next epoch begins.
    case waitsForEpoch
    /// Waits in the queue, at this position from 1.
    case queued(entry: Int, position: Int)
    /// The queue was changed as asked.
    case queueChanged
    case refused(String)
}
