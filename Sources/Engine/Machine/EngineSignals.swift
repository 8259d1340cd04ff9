/// A command, as far as it matters for what the engine is at.
enum EngineOrder: Hashable {
    /// To start, resume, fork or reproduce.
    case begin
    case pause, proceed, step
    case stop, halt
    /// An edit, an undo, a redo, a checkpoint.
    case change
    case note
    /// Something was put into the queue; `isFirst`: it is all that waits.
    case enqueue(isFirst: Bool)
    /// The queue was put in another order.
    case arrangeQueue
    /// To train this entry of the queue now.
    case train(entry: Int)
}

/// Something that has happened.
enum EngineEvent: Hashable {
    // With the queue.
    /// An entry was taken out of it, to begin.
    case took(entry: Int)
    case nothingWaits
    /// Somebody wanted an entry trained that there is not.
    case choseNothing

    // With a job.
    /// It cannot begin.
    case unsuitable
    /// It is a run that was finished before: its result was told again.
    case toldAgain
    /// It is in the history.
    case entered(run: String)
    /// `waits`: somebody has to let it go on.
    case prepared(waits: Bool)
    /// It was ended before it was prepared.
    case calledOff(optimizerStep: Int)

    // With a run.
    case stepMade(endsEpoch: Bool)
    /// The run went on where an epoch's steps were made, but not what follows them.
    case epochIsOpen
    case validationBegan
    case epochEnded(isComplete: Bool)
    case testBegan
    /// A reproduced run is where its original ended.
    case reachedEnd
    /// An evaluation was ended because the run is to stop.
    case cut
    case finished
    case stopped
    case failed(hasMadeSteps: Bool)

    /// The bus is closed: nothing will be heard any more.
    case closed
}

/// What the engine does on the way from one state to the next, in order.
enum EngineAction: Hashable {
    /// Writes down and tells where the run is.
    case tell
    /// Does what the command says to the run; the state stays.
    case carryOut
    /// Ends the run; `stopped` or `failed` follows.
    case stop(writesCheckpoint: Bool)
    /// Puts a run at the head of the queue, to be resumed; `nil`: the one in memory.
    case requeue(run: String?)
    /// Goes past this entry of the queue until somebody chooses it.
    case passOver(entry: Int)
    /// Says that the queue waits although the run has ended.
    case tellQueueWaits
}

struct EngineTransition: Hashable {
    var state: EngineState
    var actions: [EngineAction] = []
    /// Where a command took effect; `nil`: at the step of the run in memory.
    var place: EngineState.Place?

    static func to(
        _ state: EngineState, _ actions: EngineAction..., at place: EngineState.Place? = nil
    ) -> EngineTransition { EngineTransition(state: state, actions: actions, place: place) }
}

/// Why a command cannot be obeyed now.
enum EngineObjection: Error, Hashable, CaseIterable {
    case noRun, goingOn, chosenBegins, beingPrepared, tested, testedUntilItsEnd, beingStopped

    func text(run: String?) -> String {
        let run = run.map { "the run \($0)" } ?? "the run"
        return switch self {
        case .noRun: "no run is active: begin or resume one"
        case .goingOn: "\(run) is active: stop it before another begins"
        case .chosenBegins: "a queued run is about to begin: stop it before another begins"
        case .beingPrepared: "a run is being prepared: it can only be stopped"
        case .tested: "\(run) is trained and being tested: it can no longer change"
        case .testedUntilItsEnd: "\(run) is trained and being tested: wait until it has ended"
        case .beingStopped: "\(run) is being stopped: resume it when that is done"
        }
    }
}
