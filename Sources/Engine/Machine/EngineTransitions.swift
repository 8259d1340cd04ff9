/// The life of a run: what becomes of a state by what happens, and by what somebody asks for. Nothing else decides.
///
///     idle ─► beginning ─► preparing ─► running ⇄ stepping ⇄ paused
///       ▲         │            │           │ ▲
///       │         │ ended      │ ended     ▼ │ the next epoch
///       │         └─► calledOff ◄──┘      epochEnd ─────────────► stopping ─► stopped ──┐
///       │                │                 │ the last              ▲                    │
///       │                │                 └─► testing ────────────┴───────► finished ──┤
///       │ nothing waits  ▼                                                              │
///       └────────────── due ◄───────────────────────────────────────────────────────────┘
///                        └─► beginning
///
/// A failure ends whatever goes on.
extension EngineState {
    /// - Parameter handsOver: whether the next run of the queue begins when one ends.
    /// - Returns: `nil` for what cannot happen in this state.
    func after(_ event: EngineEvent, handsOver: Bool) -> EngineTransition? {
        let next = EngineState.next(handsOver)
        switch (self, event) {
        // The queue.
        case (.resting(.due), .took(let entry)): return .to(.beginning(after: .idle, entry: entry))
        case (.resting(.due), .nothingWaits): return .to(.idle)
        case (.resting(.calledOff(let run)), .choseNothing): return Self.begunAgain(run)
        case (_, .choseNothing): return .to(self)

        // A job.
        case (.beginning(let rest, entry: nil), .unsuitable): return .to(.resting(rest))
        case (.beginning, .unsuitable): return .to(next)
        // The command that ends what was called off before decides.
        case (.beginning(after: .calledOff(let run), _), .toldAgain),
            (.beginning(after: .calledOff(let run), _), .calledOff):
            return .to(.resting(.calledOff(run)))
        case (.beginning(let rest, _), .toldAgain): return .to(handsOver ? next : .resting(rest))
        case (.beginning(_, let entry), .calledOff):
            return .to(.resting(.calledOff(CalledOff(place: .none, entry: entry))))
        case (.beginning, .entered(let run)): return .to(.preparing(run: run))
        case (.preparing, .prepared(let waits)): return .to(waits ? .paused : .running, .tell)
        case (.preparing(let run), .calledOff(let step)):
            return .to(.resting(.calledOff(CalledOff(place: Place(run: run, optimizerStep: step), entry: nil))))

        // Steps and epochs.
        case (.running, .stepMade(endsEpoch: false)): return .to(.running)
        case (.stepping, .stepMade(endsEpoch: false)): return .to(.paused, .tell)
        case (.running, .stepMade), (.running, .epochIsOpen):
            return .to(.epochEnd(then: .goOn, isValidating: false))
        case (.stepping, .stepMade): return .to(.epochEnd(then: .endOfStep, isValidating: false))
        case (.stepping, .epochIsOpen): return .to(.epochEnd(then: .step, isValidating: false))
        case (.epochEnd(let then, _), .validationBegan): return .to(.epochEnd(then: then, isValidating: true), .tell)
        case (.epochEnd(let then, _), .epochEnded(let isComplete)): return Self.goingOn(then, isComplete)

        // The end.
        case (.running, .testBegan), (.stepping, .testBegan): return .to(.testing(ending: nil), .tell)
        case (.running, .reachedEnd), (.stepping, .reachedEnd):
            return .to(.stopping(.next), .stop(writesCheckpoint: true))
        case (.epochEnd(then: .stop(let ending), _), .cut): return .to(.stopping(ending), .stop(writesCheckpoint: true))
        // Its final checkpoint is there already, and the network may hold the best epoch's weights.
        case (.testing(let ending?), .cut): return .to(.stopping(ending), .stop(writesCheckpoint: false))
        case (.testing(let ending), .finished): return .to(Self.resting(after: ending ?? .next, handsOver))
        case (.stopping(let ending), .stopped): return .to(Self.resting(after: ending, handsOver))

        case (.resting(.calledOff), .failed): return .to(self)
        case (.resting, .failed), (.beginning, .failed): return nil
        case (_, .failed(let hasMadeSteps)): return failed(hasMadeSteps, handsOver)

        case (.resting, .closed): return .to(.idle)
        case (.running, .closed), (.stepping, .closed), (.paused, .closed):
            return .to(.stopping(.nothing), .stop(writesCheckpoint: true))
        case (.epochEnd(_, let isValidating), .closed):
            return .to(.epochEnd(then: .stop(.nothing), isValidating: isValidating))
        case (.testing, .closed): return .to(.testing(ending: .nothing))
        case (.stopping, .closed): return .to(.stopping(.nothing))
        default: return nil
        }
    }

    /// - Throws: why it cannot be obeyed; the state stays then.
    func obeying(_ order: EngineOrder, handsOver: Bool) throws(EngineObjection) -> EngineTransition {
        switch self {
        case .resting(let rest): return try rest.obeying(order, handsOver)

        case .beginning, .preparing:
            switch order {
            case .enqueue, .arrangeQueue: return .to(self)
            case .begin, .pause, .proceed, .step, .stop, .halt, .train, .change, .note: throw .beingPrepared
            }

        case .running, .stepping, .paused:
            switch order {
            case .begin: throw .goingOn
            case .pause: return .to(.paused, .tell)
            case .proceed: return .to(.running, .tell)
            case .step: return .to(.stepping, .tell)
            case .stop: return .to(.stopping(.next), .stop(writesCheckpoint: true))
            case .halt: return .to(.stopping(.nothing), .stop(writesCheckpoint: true))
            case .train(let entry):
                return .to(.stopping(.chosen(entry)), .requeue(run: nil), .stop(writesCheckpoint: true))
            case .change, .note: return .to(self, .carryOut)
            case .enqueue, .arrangeQueue: return .to(self)
            }

        case .epochEnd(let then, let isValidating):
            func to(_ then: AfterEpoch, _ actions: EngineAction...) -> EngineTransition {
                EngineTransition(state: .epochEnd(then: then, isValidating: isValidating), actions: actions)
            }
            let asked: Ending? = if case .stop(let ending) = then { ending } else { nil }
            switch order {
            case .begin: throw .goingOn
            case .pause where asked == nil: return to(.pause, .tell)
            case .proceed where asked == nil: return to(.goOn, .tell)
            case .step where asked == nil: return to(.step, .tell)
            case .pause, .proceed, .step: throw .beingStopped
            case .stop: return to(.stop(Self.stop(after: asked)))
            case .halt: return to(.stop(.nothing))
            case .train(let entry): return to(.stop(.chosen(entry)), .requeue(run: nil))
            case .change, .note: return to(then, .carryOut)
            case .enqueue, .arrangeQueue: return .to(self)
            }

        case .testing(let asked):
            switch order {
            case .begin: throw .goingOn
            case .pause, .proceed, .step, .change: throw .tested
            case .stop: return .to(.testing(ending: Self.stop(after: asked)))
            case .halt: return .to(.testing(ending: .nothing))
            case .train: throw .testedUntilItsEnd
            case .note: return .to(self, .carryOut)
            case .enqueue, .arrangeQueue: return .to(self)
            }

        case .stopping(let asked):
            switch order {
            case .begin: throw .goingOn
            case .stop: return .to(.stopping(Self.stop(after: asked)))
            case .halt: return .to(.stopping(.nothing))
            case .pause, .proceed, .step, .change, .note, .train: throw .beingStopped
            case .enqueue, .arrangeQueue: return .to(self)
            }
        }
    }
}

extension EngineState.Rest {
    fileprivate func obeying(_ order: EngineOrder, _ handsOver: Bool) throws(EngineObjection) -> EngineTransition {
        switch (order, self) {
        case (.begin, .due(chosen: .some)): throw .chosenBegins
        case (.begin, _): return .to(.beginning(after: self, entry: nil))
        case (.stop, .calledOff(let run)):
            // It waits where it was in the queue: the next is another.
            let passed = run.entry.map { [EngineAction.passOver(entry: $0)] } ?? []
            return EngineTransition(state: .next(handsOver), actions: passed, place: run.place)
        case (.halt, .calledOff(let run)): return .to(.idle, at: run.place)
        case (.halt, _): return .to(.idle, at: EngineState.Place.none)
        case (.train(let entry), .calledOff(let run)):
            let actions = run.place.run.map { [EngineAction.requeue(run: $0)] } ?? []
            return EngineTransition(state: .due(entry), actions: actions)
        case (.train(let entry), _): return .to(.due(entry))
        case (.enqueue(isFirst: true), .idle): return .to(.next(handsOver))
        case (.enqueue, _), (.arrangeQueue, _): return .to(.resting(self))
        case (.pause, _), (.proceed, _), (.step, _), (.stop, _), (.change, _), (.note, _): throw .noRun
        }
    }
}

extension EngineState {
    fileprivate static func next(_ handsOver: Bool) -> EngineState { handsOver ? .due(nil) : .idle }

    /// A run that was stopped for another gives way to that one, however often it is stopped: it is the next itself.
    private static func stop(after asked: Ending?) -> Ending {
        if case .chosen = asked { asked ?? .next } else { .next }
    }

    private static func resting(after ending: Ending, _ handsOver: Bool) -> EngineState {
        switch ending {
        case .nothing: .idle
        case .next: next(handsOver)
        case .chosen(let entry): .due(entry)
        }
    }

    /// What was called off for something that cannot be done is prepared again.
    private static func begunAgain(_ run: CalledOff) -> EngineTransition {
        if let name = run.place.run { return .to(.due(nil), .requeue(run: name)) }
        return .to(run.entry.map { .due($0) } ?? .idle)
    }

    private static func goingOn(_ then: AfterEpoch, _ isComplete: Bool) -> EngineTransition {
        switch then {
        case .goOn: .to(.running, .tell)
        case .step: .to(.stepping, .tell)
        case .endOfStep: .to(isComplete ? .stepping : .paused, .tell)
        case .pause: .to(.paused, .tell)
        case .stop(let ending): .to(.stopping(ending), .stop(writesCheckpoint: true))
        }
    }

    /// A run that never made a step failed for a reason that may hold for the next as well: the queue would run empty.
    private func failed(_ hasMadeSteps: Bool, _ handsOver: Bool) -> EngineTransition {
        switch self {
        case .epochEnd(then: .stop(let ending), _), .testing(let ending?), .stopping(let ending):
            if ending != .next { return .to(Self.resting(after: ending, handsOver)) }
        default: break
        }
        if hasMadeSteps { return .to(Self.next(handsOver)) }
        return handsOver ? .to(.idle, .tellQueueWaits) : .to(.idle)
    }
}
