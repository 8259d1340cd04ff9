import Testing

@testable import Engine

/// The table of the engine: every state by every command and every event. What is not in `expected` is refused, or cannot
/// happen.
@Suite("The engine's state machine")
struct EngineMachineTests {
    typealias Ending = EngineState.Ending
    typealias Place = EngineState.Place

    static let endings: [Ending] = [.nothing, .next, .chosen(7)]
    static let off = EngineState.CalledOff(place: Place(run: "r", optimizerStep: 5), entry: nil)
    /// Called off before it was in the history; it waits in the queue again.
    static let queuedOff = EngineState.CalledOff(place: .none, entry: 4)
    static let bareOff = EngineState.CalledOff(place: .none, entry: nil)
    static let rests: [EngineState.Rest] = [
        .idle, .due(chosen: nil), .due(chosen: 7), .calledOff(off), .calledOff(queuedOff), .calledOff(bareOff),
    ]
    static let afters: [EngineState.AfterEpoch] = [.goOn, .step, .endOfStep, .pause] + endings.map { .stop($0) }
    static let epochEnds: [EngineState] = [false, true].flatMap { validating in
        afters.map { .epochEnd(then: $0, isValidating: validating) }
    }
    static let beginnings: [EngineState] = rests.flatMap { rest in
        [nil, 9].map { .beginning(after: rest, entry: $0) }
    }
    static let testings: [EngineState] = [.testing(ending: nil)] + endings.map { .testing(ending: $0) }
    static let stoppings: [EngineState] = endings.map { .stopping($0) }
    static let steps: [EngineState] = [.running, .stepping, .paused]
    /// Every state.
    static let states: [EngineState] =
        rests.map { .resting($0) } + beginnings + [.preparing(run: "r")] + steps + epochEnds + testings + stoppings

    /// Every command.
    static let orders: [EngineOrder] = [
        .begin, .pause, .proceed, .step, .stop, .halt, .change, .note, .enqueue(isFirst: true),
        .enqueue(isFirst: false), .arrangeQueue, .train(entry: 8),
    ]
    /// Every event.
    static let events: [EngineEvent] = [
        .took(entry: 9), .nothingWaits, .choseNothing, .unsuitable, .toldAgain, .entered(run: "r"),
        .prepared(waits: false), .prepared(waits: true), .calledOff(optimizerStep: 5), .stepMade(endsEpoch: false),
        .stepMade(endsEpoch: true), .epochIsOpen, .validationBegan, .epochEnded(isComplete: false),
        .epochEnded(isComplete: true), .testBegan, .reachedEnd, .cut, .finished, .stopped,
        .failed(hasMadeSteps: false), .failed(hasMadeSteps: true), .closed,
    ]

    enum Outcome: Equatable {
        case goes(EngineTransition)
        case refused(EngineObjection)
        case impossible
    }

    static func outcome(_ state: EngineState, _ order: EngineOrder, _ handsOver: Bool) -> Outcome {
        do throws(EngineObjection) {
            return .goes(try state.obeying(order, handsOver: handsOver))
        } catch {
            return .refused(error)
        }
    }

    static func outcome(_ state: EngineState, _ event: EngineEvent, _ handsOver: Bool) -> Outcome {
        state.after(event, handsOver: handsOver).map { .goes($0) } ?? .impossible
    }

    static func isActive(_ state: EngineState) -> Bool { state.phase != nil }

    // MARK: The table, by what is asked for

    /// What the person is told or the engine does, written down a second time and in another order: by command.
    static func expected(_ state: EngineState, _ order: EngineOrder, _ handsOver: Bool) -> Outcome {
        func goes(_ to: EngineState, _ actions: EngineAction..., at place: Place? = nil) -> Outcome {
            .goes(EngineTransition(state: to, actions: actions, place: place))
        }
        let next: EngineState = handsOver ? .due(nil) : .idle
        let isPreparing = if case .preparing = state { true } else { beginnings.contains(state) }
        let atSteps = steps.contains(state)
        switch order {
        case .enqueue(isFirst: true) where state == .idle: return goes(next)
        case .enqueue, .arrangeQueue: return goes(state)
        default: if isPreparing { return .refused(.beingPrepared) }
        }
        switch (order, state) {
        case (.begin, .due(7)): return .refused(.chosenBegins)
        case (.begin, .resting(let rest)): return goes(.beginning(after: rest, entry: nil))
        case (.begin, _): return .refused(.goingOn)

        case (.halt, .resting(.calledOff(let run))): return goes(.idle, at: run.place)
        case (.halt, .resting): return goes(.idle, at: Place.none)
        case (.stop, .resting(.calledOff(queuedOff))): return goes(next, .passOver(entry: 4), at: Place.none)
        case (.stop, .resting(.calledOff(let run))): return goes(next, at: run.place)
        case (.train, .resting(.calledOff(off))): return goes(.due(8), .requeue(run: "r"))
        case (.train, .resting): return goes(.due(8))
        case (_, .resting): return .refused(.noRun)

        case (.stop, _) where atSteps: return goes(.stopping(.next), .stop(writesCheckpoint: true))
        case (.halt, _) where atSteps: return goes(.stopping(.nothing), .stop(writesCheckpoint: true))
        case (.train, _) where atSteps:
            return goes(.stopping(.chosen(8)), .requeue(run: nil), .stop(writesCheckpoint: true))
        case (.stop, .epochEnd(.stop(.chosen(7)), _)), (.stop, .testing(.chosen(7))), (.stop, .stopping(.chosen(7))):
            return goes(state)
        case (.stop, .epochEnd(_, let validating)): return goes(.epochEnd(then: .stop(.next), isValidating: validating))
        case (.halt, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .stop(.nothing), isValidating: validating))
        case (.train, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .stop(.chosen(8)), isValidating: validating), .requeue(run: nil))
        case (.stop, .testing): return goes(.testing(ending: .next))
        case (.halt, .testing): return goes(.testing(ending: .nothing))
        case (.train, .testing): return .refused(.testedUntilItsEnd)
        case (.stop, .stopping): return goes(.stopping(.next))
        case (.halt, .stopping): return goes(.stopping(.nothing))

        case (.note, .testing): return goes(state, .carryOut)
        case (_, .testing): return .refused(.tested)
        case (_, .stopping): return .refused(.beingStopped)
        case (.change, _), (.note, _): return goes(state, .carryOut)
        case (_, .epochEnd(then: .stop, _)): return .refused(.beingStopped)
        case (.pause, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .pause, isValidating: validating), .tell)
        case (.proceed, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .goOn, isValidating: validating), .tell)
        case (.step, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .step, isValidating: validating), .tell)
        case (.pause, _): return goes(.paused, .tell)
        case (.proceed, _): return goes(.running, .tell)
        case (.step, _): return goes(.stepping, .tell)
        default: return .impossible
        }
    }

    @Test("obeys, or says why not: every state by every command", arguments: states, orders)
    func commands(state: EngineState, order: EngineOrder) {
        for handsOver in [true, false] {
            #expect(Self.outcome(state, order, handsOver) == Self.expected(state, order, handsOver))
        }
    }

    // MARK: The table, by what happens

    static func expected(_ state: EngineState, _ event: EngineEvent, _ handsOver: Bool) -> Outcome {
        func goes(_ to: EngineState, _ actions: EngineAction...) -> Outcome {
            .goes(EngineTransition(state: to, actions: actions))
        }
        func follows(_ ending: Ending) -> EngineState {
            [.nothing: .idle, .next: handsOver ? .due(nil) : .idle, .chosen(7): .due(7)][ending] ?? .idle
        }
        let (next, makesSteps) = (follows(.next), state == .running || state == .stepping)
        switch (event, state) {
        case (.took, .resting(.due)): return goes(.beginning(after: .idle, entry: 9))
        case (.nothingWaits, .resting(.due)): return goes(.idle)
        case (.choseNothing, .resting(.calledOff(off))): return goes(.due(nil), .requeue(run: "r"))
        case (.choseNothing, .resting(.calledOff(queuedOff))): return goes(.due(4))
        case (.choseNothing, .resting(.calledOff)): return goes(.idle)
        case (.choseNothing, _): return goes(state)

        case (.unsuitable, .beginning(let rest, nil)): return goes(.resting(rest))
        case (.unsuitable, .beginning): return goes(next)
        case (.toldAgain, .beginning(.calledOff(let run), _)), (.calledOff, .beginning(.calledOff(let run), _)):
            return goes(.resting(.calledOff(run)))
        case (.toldAgain, .beginning(let rest, _)): return goes(handsOver ? .due(nil) : .resting(rest))
        case (.calledOff, .beginning(_, let entry)):
            return goes(.resting(.calledOff(.init(place: .none, entry: entry))))
        case (.entered, .beginning): return goes(.preparing(run: "r"))
        case (.prepared(waits: false), .preparing): return goes(.running, .tell)
        case (.prepared(waits: true), .preparing): return goes(.paused, .tell)
        case (.calledOff, .preparing): return goes(.resting(.calledOff(off)))

        case (.stepMade(endsEpoch: false), .running): return goes(.running)
        case (.stepMade(endsEpoch: false), .stepping): return goes(.paused, .tell)
        case (.stepMade, .running), (.epochIsOpen, .running): return goes(.epochEnd(then: .goOn, isValidating: false))
        case (.stepMade, .stepping): return goes(.epochEnd(then: .endOfStep, isValidating: false))
        case (.epochIsOpen, .stepping): return goes(.epochEnd(then: .step, isValidating: false))
        case (.validationBegan, .epochEnd(let then, _)): return goes(.epochEnd(then: then, isValidating: true), .tell)
        case (.epochEnded, .epochEnd(.goOn, _)): return goes(.running, .tell)
        case (.epochEnded, .epochEnd(.step, _)), (.epochEnded(isComplete: true), .epochEnd(.endOfStep, _)):
            return goes(.stepping, .tell)
        case (.epochEnded, .epochEnd(.endOfStep, _)), (.epochEnded, .epochEnd(.pause, _)): return goes(.paused, .tell)
        case (.epochEnded, .epochEnd(.stop(let ending), _)), (.cut, .epochEnd(.stop(let ending), _)):
            return goes(.stopping(ending), .stop(writesCheckpoint: true))

        case (.testBegan, _) where makesSteps: return goes(.testing(ending: nil), .tell)
        case (.reachedEnd, _) where makesSteps: return goes(.stopping(.next), .stop(writesCheckpoint: true))
        case (.cut, .testing(let ending?)): return goes(.stopping(ending), .stop(writesCheckpoint: false))
        case (.finished, .testing(let ending)): return goes(follows(ending ?? .next))
        case (.stopped, .stopping(let ending)): return goes(follows(ending))

        case (.failed, .resting(.calledOff)): return goes(state)
        case (.failed, .epochEnd(.stop(.nothing), _)), (.failed, .testing(.nothing)), (.failed, .stopping(.nothing)):
            return goes(.idle)
        case (.failed, .epochEnd(.stop(.chosen), _)), (.failed, .testing(.chosen)), (.failed, .stopping(.chosen)):
            return goes(.due(7))
        case (.failed(let hasMadeSteps), _) where isActive(state):
            if hasMadeSteps { return goes(next) }
            return handsOver ? goes(.idle, .tellQueueWaits) : goes(.idle)

        case (.closed, .resting): return goes(.idle)
        case (.closed, .epochEnd(_, let validating)):
            return goes(.epochEnd(then: .stop(.nothing), isValidating: validating))
        case (.closed, .testing): return goes(.testing(ending: .nothing))
        case (.closed, .stopping): return goes(.stopping(.nothing))
        case (.closed, _) where steps.contains(state): return goes(.stopping(.nothing), .stop(writesCheckpoint: true))
        default: return .impossible
        }
    }

    @Test("goes on by what happens: every state by every event", arguments: states, events)
    func happens(state: EngineState, event: EngineEvent) {
        for handsOver in [true, false] {
            #expect(Self.outcome(state, event, handsOver) == Self.expected(state, event, handsOver))
        }
    }

    // MARK: What holds everywhere

    /// Every way there is by one command.
    static func everyObeyed(_ body: (EngineState, EngineOrder, EngineTransition) -> Void) {
        for state in states {
            for order in orders {
                for handsOver in [true, false] {
                    if case .goes(let transition) = outcome(state, order, handsOver) { body(state, order, transition) }
                }
            }
        }
    }

    @Test("while a run goes on begins no other, and an edit or a note moves nothing")
    func invariants() {
        Self.everyObeyed { state, order, transition in
            if Self.isActive(state) { #expect(order != .begin, "\(state)") }
            if order == .change || order == .note {
                #expect(transition.state == state && transition.actions == [.carryOut])
            }
            if case .testing = state, case .testing = transition.state {
            } else if case .testing = state {
                Issue.record("\(order) leaves the test at once")
            }
        }
    }

    @Test("ignores nothing in silence: what is obeyed moves, does or concerns the queue")
    func nothingIsIgnored() {
        Self.everyObeyed { state, order, transition in
            switch order {
            case .enqueue, .arrangeQueue: break
            // Asked for twice it is as asked for once.
            case .stop, .halt, .train: break
            default: #expect(transition.state != state || !transition.actions.isEmpty, "\(order) while \(state)")
            }
        }
    }

    @Test("that obeys a stop leads to the end of the run, whatever it is at, and one that halts begins nothing")
    func stops() throws {
        Self.everyObeyed { state, order, transition in
            guard Self.isActive(state), [.stop, .halt, .train(entry: 8)].contains(order) else { return }
            var reached = transition.state
            if reached.wantsCut { reached = reached.after(.cut, handsOver: true)?.state ?? reached }
            guard case .stopping = reached else {
                Issue.record("\(order) while \(state) leads to \(reached)")
                return
            }
            for end in [EngineEvent.stopped, .failed(hasMadeSteps: true)] {
                let end = reached.after(end, handsOver: true)?.state
                switch order {
                case .halt: #expect(end == .idle)
                case .train: #expect(end == .due(8))
                default: #expect(end == .due(nil) || end == .due(7))
                }
            }
        }
    }

    @Test("comes to rest when the bus is closed", arguments: states)
    func closed(state: EngineState) {
        guard var reached = state.after(.closed, handsOver: true)?.state else {
            // Its data are being read: it is called off first.
            let off = state.after(.calledOff(optimizerStep: 0), handsOver: true)?.state
            #expect(off?.after(.closed, handsOver: true)?.state == .idle)
            return
        }
        if reached.wantsCut { reached = reached.after(.cut, handsOver: true)?.state ?? reached }
        #expect(reached == .idle || reached.after(.stopped, handsOver: true)?.state == .idle)
    }

    @Test("comes back to rest from every state")
    func comesToRest() {
        var ways: [EngineState: Set<EngineState>] = [:]
        for state in Self.states {
            for handsOver in [true, false] {
                for order in Self.orders {
                    if case .goes(let to) = Self.outcome(state, order, handsOver) {
                        ways[state, default: []].insert(to.state)
                    }
                }
                for event in Self.events {
                    if let to = state.after(event, handsOver: handsOver) { ways[state, default: []].insert(to.state) }
                }
            }
        }
        for state in Self.states {
            var (seen, open): (Set<EngineState>, [EngineState]) = ([state], [state])
            while let one = open.popLast() {
                for to in ways[one] ?? [] where seen.insert(to).inserted { open.append(to) }
            }
            #expect(seen.contains(.idle), "\(state)")
        }
    }

    @Test("says what is wrong and with which run", arguments: EngineObjection.allCases)
    func texts(objection: EngineObjection) {
        let texts = Set(EngineObjection.allCases.map { $0.text(run: "r1") })
        #expect(texts.count == EngineObjection.allCases.count)
        #expect(objection.text(run: "r1").contains(":"))
        switch objection {
        case .noRun: #expect(objection.text(run: "r1") == "no run is active: begin or resume one")
        case .chosenBegins, .beingPrepared: break
        default: #expect(objection.text(run: "r1").hasPrefix("the run r1 is "))
        }
    }
}
