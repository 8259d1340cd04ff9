import Communication
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
    let source: any LearnerSource
    let description: EngineDescription
    /// What the engine is at. It changes by `obey` and `note` alone.
    var state = EngineState.idle { didSet { preparing.withLock { $0 = state.preparedRun } } }
    /// The run that goes on, or the last that did.
    var session: RunSession?
    /// Whether a run that ends hands over to the next in the queue.
    let handsOver: Bool
    /// Entries of the queue that could not begin: they wait until somebody chooses them or removes them.
    var unsuitableEntries: Set<Int> = []
    /// Commands that were taken from the bus together and are still to be handled.
    private var taken: ArraySlice<MessageBus.Envelope> = []
    var lastProgress = DispatchTime.now().uptimeNanoseconds
    /// When the streams were last compared layer by layer.
    var lastLayers: UInt64 = 0

    /// Processes that train with this one, which is their first, and what they train with.
    private let group: RankGroup?
    private let catalogue: TrainingCatalogue

    /// - Parameter handsOver: whether the next run of the queue begins when one ends. Without it the queue is only kept.
    public init(
        bus: MessageBus, store: RunStore, catalogue: TrainingCatalogue = .shipped, handsOver: Bool = true,
        group: sending RankGroup? = nil
    ) {
        (self.group, self.catalogue) = (group, catalogue)
        (self.bus, self.store, self.handsOver) = (bus, store, handsOver)
        source = CatalogueSource(catalogue, store, group)
        description = source.description
    }

    /// An engine whose runs an external trainer makes.
    ///
    /// - Parameter handsOver: whether the next run of the queue begins when one ends.
    public init(bus: MessageBus, store: RunStore, trainer: ExternalTrainer, handsOver: Bool = true) {
        (group, catalogue) = (nil, .shipped)
        (self.bus, self.store, self.handsOver) = (bus, store, handsOver)
        // In the order in which it wrote them.
        let (lines, told) = AsyncStream<LogLine>.makeStream(bufferingPolicy: .bufferingOldest(10_000))
        Task { for await line in lines { await bus.publish(.log(line)) } }
        source = ExternalSource(
            trainer, store, endIsWanted: { bus.wantsStop }, onLog: { told.yield($0) })
        description = source.description
    }

    /// Whether no run goes on and none is about to.
    public var isIdle: Bool { state.isIdle }
    /// For other threads: the run whose data are being read, which may take minutes in which the engine hears nothing but
    /// its end.
    let preparing = Mutex<String?>(nil)

    /// Works until the bus is closed; a run that is going on then is stopped with a checkpoint.
    public func run() async {
        await bus.publish(.description(description))
        await publishQueue()
        while true {
            if state.hasWork {
                guard let commands = await bus.drainCommands() else { break }
                await handle(commands)
                switch state {
                case .resting(.due(let chosen)):
                    await beginNext(chosen)
                    // What ended the run that was to begin.
                    await handle([])
                case .running, .stepping: await advance()
                default: break
                }
            } else if let envelope = await bus.nextCommand() {
                await handle([envelope])
            } else {
                break
            }
        }
        try? await note(.closed)
        endRanks()
    }

    /// Lets the other ranks go home.
    private func endRanks() {
        guard let group, group.failure == nil else { return }
        do throws(CommunicationError) {
            try RankFollower.release(group, catalogue: catalogue)
            group.finish()
        } catch {
            // They are gone already, and the run has said so.
        }
    }

    // MARK: Commands

    func handle(_ commands: [MessageBus.Envelope]) async {
        taken += commands
        while let envelope = taken.popFirst() { await handle(envelope) }
    }

    private func handle(_ envelope: MessageBus.Envelope) async {
        do {
            if let job = envelope.command.job {
                try await obey(.begin, envelope.command)
                try await begin(job) { envelope.answer($0) }
            } else {
                envelope.answer(try await perform(envelope.command))
            }
        } catch {
            let failure = Trouble.failure(error, run: session?.run, optimizerStep: session?.optimizerStep ?? 0)
            envelope.answer(.refused(failure.text))
        }
    }

    /// Takes from the bus what waits there: whoever is told of the end that they asked for may close the bus at once, and is
    /// to be answered all the same.
    func takeCommands() async { taken += await bus.drainCommands() ?? [] }

    /// Whether somebody has asked for the end of what goes on and waits for it; from any thread.
    var endIsWanted: @Sendable () -> Bool {
        let isNext = taken.contains(where: \.command.endsRun)
        return { [bus] in isNext || bus.wantsStop }
    }

    /// Everything but beginning a run.
    private func perform(_ command: TuningCommand) async throws -> CommandAnswer {
        switch command {
        case .start, .resume, .fork, .reproduce: preconditionFailure("a job is begun")
        case .enqueue(let job): return try await enqueue(job, command)
        case .moveInQueue(let entry, let position):
            return try await arrangeQueue(command) { try $0.moveInQueue(entry: entry, position: position) }
        case .removeFromQueue(let entry):
            return try await arrangeQueue(command) { try $0.removeFromQueue(entry: entry) }
        case .trainFromQueue(let entry): return try await train(entry, command)
        case .pause: return try await obey(.pause, command)
        case .proceed: return try await obey(.proceed, command)
        case .step: return try await obey(.step, command)
        case .stop: return try await obey(.stop, command)
        case .halt: return try await obey(.halt, command)
        case .note: return try await obey(.note, command)
        case .edit, .undo, .redo, .checkpoint: return try await obey(.change, command)
        }
    }

    /// What a command does to the run that goes on, without changing what the engine is at.
    func change(_ session: RunSession, by command: TuningCommand) async throws -> CommandAnswer {
        switch command {
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
        case .start, .resume, .fork, .reproduce, .pause, .proceed, .step, .stop, .halt, .enqueue, .moveInQueue,
            .removeFromQueue, .trainFromQueue:
            preconditionFailure("\(command) changes what the engine is at")
        }
        return .tookEffect(run: session.run, optimizerStep: session.optimizerStep)
    }

    func apply(
        _ changes: [KnobChange], _ origin: AppliedEdit.Origin, _ session: RunSession
    ) async throws {
        guard let (edit, checkpoint) = try session.apply(changes, origin: origin) else { return }
        await bus.publish([.checkpoint(checkpoint), .edit(edit), .state(state(of: session))])
    }
}
