import Messages

/// What the engine is at. Everything that steers it is in this one value; `EngineTransitions` says what becomes of it.
enum EngineState: Hashable {
    /// No run goes on.
    case resting(Rest)
    /// A job is looked at, and is not in the history yet. `entry`: of the queue, where it comes from there. It hears no
    /// commands. If the job cannot begin, `after` goes on as if nobody had asked.
    case beginning(after: Rest, entry: Int?)
    /// The data of this run are being read. It hears nothing but its end.
    case preparing(run: String)
    case running
    /// Makes one step, then pauses.
    case stepping
    case paused
    /// The steps of an epoch are made; what follows them is being done. Commands are heard while it is validated.
    case epochEnd(then: AfterEpoch, isValidating: Bool)
    /// Trained; the test is being done. `ending`: it is to stop between two batches.
    case testing(ending: Ending?)
    /// What a stop leaves behind is being written.
    case stopping(Ending)

    static let idle = EngineState.resting(.idle)
    static func due(_ chosen: Int?) -> EngineState { .resting(.due(chosen: chosen)) }
}

extension EngineState {
    enum Rest: Hashable {
        case idle
        /// The next run of the queue begins: the one that was chosen, or the first that waits.
        case due(chosen: Int?)
        /// A command has ended what was being prepared, and is still to be heard.
        case calledOff(CalledOff)
    }

    struct CalledOff: Hashable {
        /// `run` is `nil` where it was not in the history yet.
        var place: Place
        /// Where it waits in the queue again.
        var entry: Int?
    }

    /// A step of a run.
    struct Place: Hashable {
        var run: String?
        var optimizerStep: Int
        static let none = Place(run: nil, optimizerStep: 0)
    }

    /// What begins once the run has stopped.
    enum Ending: Hashable {
        /// Nothing: somebody leaves.
        case nothing
        /// The next of the queue.
        case next
        /// This entry of the queue.
        case chosen(Int)
    }

    /// What comes once the epoch has ended.
    enum AfterEpoch: Hashable {
        case goOn
        /// One step, as asked for since the epoch's last step.
        case step
        /// The pause after the single step that ended the epoch; a run that is complete is tested first.
        case endOfStep
        case pause
        case stop(Ending)
    }
}

extension EngineState {
    /// As the world is told; `nil`: no run goes on.
    var phase: RunState.Phase? {
        switch self {
        case .resting, .beginning: nil
        case .preparing: .preparing
        case .paused, .epochEnd(then: .pause, _): .paused
        case .epochEnd(_, isValidating: true): .validating
        case .running, .stepping, .epochEnd, .stopping: .running
        case .testing: .testing
        }
    }

    /// Whether no run goes on and none is about to.
    var isIdle: Bool { self == .idle }

    /// Whether there is something to do without a command.
    var hasWork: Bool {
        switch self {
        case .resting(.due), .running, .stepping: true
        default: false
        }
    }

    /// Whether an evaluation is to end between two batches.
    var wantsCut: Bool {
        switch self {
        case .epochEnd(then: .stop, _), .testing(ending: .some): true
        default: false
        }
    }

    var preparedRun: String? {
        if case .preparing(let run) = self { run } else { nil }
    }
}
