import Configuration
import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
import Synchronization
import Training

/// Trains in the background: hears commands between two optimizer steps, makes a step, tells what came of it.
///
///     drain commands ─► one optimizer step ─► journal ─► publish ─┐
///          ▲                                                       │
///          └───────────────────────────────────────────────────────┘
///
/// One run at a time. What is journalled is on disk before it is published. A failure ends the run, never the engine.
public actor Engine {
    private let executor = ThreadExecutor(name: "saccade-engine")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let bus: MessageBus
    let store: RunStore
    /// What there is to train with.
    let catalogue: TrainingCatalogue
    let description: EngineDescription
    var session: RunSession?
    var isStopping = false
    /// Batches are being evaluated: the run stops between two of them, not in the middle of a command.
    var isEvaluating = false
    /// Makes one step, then pauses.
    var isStepping = false
    /// Whether a run that ends hands over to the next in the queue.
    let handsOver: Bool
    /// The stop that was asked for hands over, unlike one that comes because the program is left.
    var handsOverAtStop = false
    /// A run has ended, and the next is to begin.
    var isNextDue = false
    /// One that is to begin at once, before those that wait: chosen out of the queue.
    var chosenEntry: Int?
    /// Entries of the queue that could not begin: they wait until somebody chooses them or removes them.
    var unsuitableEntries: Set<Int> = []
    /// The run that a command ended while it was prepared: the command is still to be answered.
    var calledOff: (run: String?, optimizerStep: Int)?
    /// Commands that were taken from the bus together and are still to be handled.
    private var taken: ArraySlice<MessageBus.Envelope> = []
    /// Steps between two looks at the spikes.
    private static let spikeInterval = 5
    private var lastProgress = DispatchTime.now().uptimeNanoseconds
    /// When the streams were last compared layer by layer.
    private var lastLayers: UInt64 = 0

    /// - Parameter handsOver: whether the next run of the queue begins when one ends. Without it the queue is only kept.
    public init(
        bus: MessageBus, store: RunStore, catalogue: TrainingCatalogue = .shipped, handsOver: Bool = true
    ) {
        (self.bus, self.store, self.handsOver) = (bus, store, handsOver)
        (self.catalogue, description) = (catalogue, catalogue.description)
    }

    /// Whether no run goes on and none is about to.
    public var isIdle: Bool { !isNextDue && !(session?.state.isActive ?? isBeginning) }
    var isBeginning = false
    /// The run whose data are being read, which may take minutes in which the engine hears nothing but its end.
    let preparing = Mutex<String?>(nil)

    /// Works until the bus is closed; a run that is going on then is stopped with a checkpoint.
    public func run() async {
        await bus.publish(.description(description))
        await publishQueue()
        while true {
            if isNextDue {
                guard let commands = await bus.drainCommands() else { break }
                await handle(commands)
                if isNextDue { await beginNext() }
            } else if let session, session.phase == .running {
                guard let commands = await bus.drainCommands() else { break }
                await handle(commands)
                if self.session?.phase == .running { await advance() }
            } else if let envelope = await bus.nextCommand() {
                await handle([envelope])
            } else {
                break
            }
        }
        if let session, session.state.isActive { await stop(session) }
    }

    // MARK: Commands

    func handle(_ commands: [MessageBus.Envelope]) async {
        taken = commands[...]
        while let envelope = taken.popFirst() { await handle(envelope) }
    }

    private func handle(_ envelope: MessageBus.Envelope) async {
        do {
            if let job = envelope.command.job {
                try await begin(job) { envelope.answer($0) }
            } else if let answer = try await performOnQueue(envelope.command) {
                envelope.answer(answer)
            } else {
                envelope.answer(try await perform(envelope.command))
            }
        } catch {
            let failure = Trouble.failure(error, run: session?.run, optimizerStep: session?.optimizerStep ?? 0)
            envelope.answer(.refused(failure.text))
        }
    }

    /// Whether somebody has asked for the end of what goes on and waits for it; from any thread.
    var endIsWanted: @Sendable () -> Bool {
        let isNext = taken.contains(where: \.command.endsRun)
        return { [bus] in isNext || bus.wantsStop }
    }

    private func performWithoutRun(_ command: TuningCommand) -> CommandAnswer {
        guard command == .halt || (command == .stop && calledOff != nil) else {
            return .refused("no run is going on: start one, or resume one")
        }
        isNextDue = command == .stop && handsOver
        defer { calledOff = nil }
        return .tookEffect(run: calledOff?.run, optimizerStep: calledOff?.optimizerStep ?? 0)
    }

    /// Everything but beginning a run.
    private func perform(_ command: TuningCommand) async throws -> CommandAnswer {
        guard let session, session.state.isActive else { return performWithoutRun(command) }
        switch command {
        case .stop, .halt, .note: break
        default:
            guard session.phase != .testing else {
                return .refused("the run \(session.run) is trained and being tested: nothing can change any more")
            }
        }
        switch command {
        case .start, .resume, .fork, .replay, .enqueue, .moveInQueue, .removeFromQueue, .trainFromQueue: break
        case .pause: try await enter(.paused, session)
        case .proceed:
            isStepping = false
            try await enter(isEvaluating ? .validating : .running, session)
        case .step:
            isStepping = true
            try await enter(isEvaluating ? .validating : .running, session)
        case .stop, .halt:
            isNextDue = false
            handsOverAtStop = command == .stop
            if isEvaluating { isStopping = true } else { await stop(session) }
        case .edit(let changes, .nextStep): try await apply(changes, .user, session)
        case .edit(let changes, .nextEpoch):
            _ = try session.check(changes)
            session.pending.waiting.append(changes)
            // What is accepted is on disk, also if the process dies before the epoch does.
            await bus.publish(try session.writeCheckpoint(reason: "waiting").reports)
            return .waitsForEpoch
        case .undo:
            guard let (changes, number) = session.undoable() else { return .refused("there is no edit to undo") }
            try await apply(changes, .undo(of: number), session)
        case .redo:
            guard let (changes, number) = session.redoable() else { return .refused("there is no edit to redo") }
            try await apply(changes, .redo(of: number), session)
        case .checkpoint: await bus.publish(try session.writeCheckpoint(reason: "user").reports)
        case .note(let text):
            let note = RunNote(run: session.run, optimizerStep: session.optimizerStep, text: text)
            try store.record(note: note)
            await bus.publish(.note(note))
        }
        return .tookEffect(run: session.run, optimizerStep: session.optimizerStep)
    }

    private func apply(
        _ changes: [KnobChange], _ origin: AppliedEdit.Origin, _ session: RunSession
    ) async throws {
        guard let (edit, checkpoint) = try session.apply(changes, origin: origin) else { return }
        await bus.publish([.checkpoint(checkpoint), .edit(edit), .state(session.state)])
    }

    // MARK: Going on

    private func advance() async {
        guard let session else { return }
        let begin = DispatchTime.now().uptimeNanoseconds
        // A command that comes while the epoch ends asks for the step after this one.
        let isSingle = isStepping
        session.beginWork()
        defer { session.endWork() }
        do {
            if session.hasEpochToEnd {
                try await endEpoch(session)
                return
            }
            if session.isComplete {
                try await finish(session)
                return
            }
            try session.applyReplayed()
            if session.isAtEpochStart {
                session.pending.beginEpoch()
                while let changes = session.pending.due.first {
                    defer { session.pending.forgetFirstDue() }
                    try await apply(changes, .user, session)
                }
            }
            for (index, changes) in session.takeScheduled() { try await apply(changes, .schedule(index), session) }
            if session.isAtItsEnd {
                handsOverAtStop = true
                await stop(session)
                return
            }
            var points = try session.advance()
            for note in session.takeKernelNotes() { await log(.info, note) }
            var reports: [EngineReport] = []
            if session.optimizerStep % Self.spikeInterval == 0 || isSingle {
                let measuresLayers = begin - lastLayers > 1_000_000_000 || isSingle
                if measuresLayers { lastLayers = begin }
                let (grid, alignment, rate) = SpikeReports.reports(of: session, measuresLayers: measuresLayers)
                reports.append(.spikes(grid))
                if let alignment { reports.append(.alignment(alignment)) }
                points.append(rate)
                points += SpikeReports.learnedConstants(of: session.network, optimizerStep: session.optimizerStep)
            }
            try session.recorder.save(points)
            await tellTroubles(of: session)
            reports.append(.metrics(run: session.run, points))
            if begin - lastProgress > 200_000_000 || isSingle {
                lastProgress = begin
                reports.append(
                    .progress(
                        session.recorder.progress(
                            optimizerStep: session.optimizerStep, totalSteps: session.totalSteps,
                            epochsToEnd: session.configuration.training.epochs - session.endedEpochs)))
            }
            await bus.publish(reports)
            if session.hasEpochToEnd { try await endEpoch(session) }
            if isSingle, isStepping, session.phase == .running, !session.isComplete {
                isStepping = false
                try await enter(.paused, session)
            }
        } catch is StopRequest {
            await stop(session)
        } catch {
            await fail(error, session.state)
        }
    }
}
