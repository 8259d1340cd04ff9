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
    public init(bus: MessageBus, store: RunStore, handsOver: Bool = true) {
        (self.bus, self.store, self.handsOver) = (bus, store, handsOver)
    }

    /// Whether no run goes on and none is about to.
    public var isIdle: Bool { !isNextDue && !(session?.state.isActive ?? isBeginning) }
    var isBeginning = false
    /// The run whose data are being read, which may take minutes in which the engine hears nothing but its end.
    let preparing = Mutex<String?>(nil)

    /// Works until the bus is closed; a run that is going on then is stopped with a checkpoint.
    public func run() async {
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

    private func handle(_ commands: [MessageBus.Envelope]) async {
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
                while let changes = session.pending.waiting.first {
                    defer { session.pending.waiting.removeFirst() }
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
            reports.append(.metrics(points))
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

    private func endEpoch(_ session: RunSession) async throws {
        let begin = DispatchTime.now().uptimeNanoseconds
        defer { session.recorder.addEpochEnd(seconds: Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9) }
        let epoch = session.progress.epoch
        let training = session.configuration.training
        var validation: Evaluation.Result?
        if epoch % training.validateEveryEpochs == 0 || session.isComplete {
            try await enter(.validating, session)
            validation = try await validate(session, epoch: epoch)
        }
        try session.recorder.endEpoch(epoch, optimizerStep: session.optimizerStep, validation: validation)
        session.markEpochEnded()
        let (grid, alignment, _) = SpikeReports.reports(of: session, measuresLayers: true)
        try session.troubles.attempt(.pictures) {
            try store.record(spikes: grid, alignment: alignment, run: session.run)
        }
        if epoch % training.checkpointEveryEpochs == 0 && !session.isComplete {
            try await writeDueCheckpoint("epoch", session)
        }
        try await enter(session.phase == .validating ? .running : session.phase, session)
    }

    private func validate(_ session: RunSession, epoch: Int) async throws -> Evaluation.Result? {
        if training(session, selects: "reference-best-test") {
            let test = try await evaluate(.test, session)
            if test.accuracy > session.bestReferenceTest?.accuracy ?? -1 {
                session.bestReferenceTest = (test.accuracy, epoch)
            }
        }
        guard session.dataSet.count(of: .validation) > 0 else { return nil }
        let result = try await evaluate(.validation, session)
        var points = [
            MetricPoint(series: .validationLoss, optimizerStep: session.optimizerStep, value: result.loss),
            MetricPoint(series: .validationAccuracy, optimizerStep: session.optimizerStep, value: result.accuracy),
        ]
        if let spikes = result.spikesPerInference {
            points.append(
                MetricPoint(series: .spikesPerInference, optimizerStep: session.optimizerStep, value: spikes))
        }
        try session.recorder.save(points)
        await bus.publish(.metrics(points))
        if result.accuracy > session.best?.accuracy ?? -1 {
            let before = session.best
            session.best = (result.accuracy, epoch)
            // The best is what can be read again for the test.
            if !(try await writeDueCheckpoint("best", session)) { session.best = before }
        }
        return result
    }

    /// A checkpoint that nobody asked for. Where it cannot be written the run goes on.
    @discardableResult
    private func writeDueCheckpoint(_ reason: String, _ session: RunSession) async throws -> Bool {
        var reports: [EngineReport] = []
        let isWritten = try session.troubles.attempt(.checkpoint) {
            reports = try session.writeCheckpoint(reason: reason).reports
        }
        await bus.publish(reports)
        await tellTroubles(of: session)
        return isWritten
    }

    /// Hears commands between two batches.
    private func evaluate(_ split: Split, _ session: RunSession) async throws -> Evaluation.Result {
        isEvaluating = true
        defer { isEvaluating = false }
        var tally = session.evaluation.begin()
        for index in 0..<session.dataSet.batchCount(of: split) {
            session.evaluate(split, batch: index, into: &tally)
            guard let commands = await bus.drainCommands() else { throw StopRequest() }
            await handle(commands)
            if isStopping { throw StopRequest() }
        }
        return tally.result
    }

    private func training(_ session: RunSession, selects name: String) -> Bool {
        session.configuration.training.selection == name
    }

    // MARK: Ending

    private func finish(_ session: RunSession) async throws {
        await bus.publish(try session.writeCheckpoint(reason: "final").reports)
        try await enter(.testing, session)
        var testedEpoch = session.configuration.training.epochs
        var testAccuracy: Double?
        var spikes: Double?
        var selection = session.configuration.training.selection
        if let reference = session.bestReferenceTest, training(session, selects: "reference-best-test") {
            (testAccuracy, testedEpoch) = (reference.accuracy, reference.epoch)
        } else {
            if training(session, selects: "validation"), let best = session.best {
                try session.restoreBest()
                testedEpoch = best.epoch
            } else {
                selection = "last"
            }
            let result = try await evaluate(.test, session)
            (testAccuracy, spikes) = (result.accuracy, result.spikesPerInference)
        }
        let points = [(MetricSeries.testAccuracy, testAccuracy), (.spikesPerInference, spikes)].compactMap {
            (series, value) in
            value.map { MetricPoint(series: series, optimizerStep: session.optimizerStep, value: $0) }
        }
        if !points.isEmpty {
            try session.recorder.save(points)
            await bus.publish(.metrics(points))
        }
        try session.recorder.flush()
        let result = RunResult(
            run: session.run, optimizerSteps: session.optimizerStep, validationAccuracy: session.best?.accuracy,
            testAccuracy: testAccuracy, selection: selection, testedEpoch: testedEpoch,
            seconds: session.seconds)
        try store.record(result: result)
        session.phase = .finished
        try store.record(state: session.state)
        if handsOver { isNextDue = true }
        await bus.publish([.state(session.state), .finished(result)])
    }

    func stop(_ session: RunSession) async {
        isStopping = false
        do {
            // While it is tested the final checkpoint is there already, and the network may hold the best epoch's weights.
            if session.phase != .testing {
                await bus.publish(try session.writeCheckpoint(reason: "stop").reports)
            }
            if handsOver, handsOverAtStop { isNextDue = true }
            handsOverAtStop = false
            try await enter(.stopped, session)
        } catch {
            await fail(error, session.state)
        }
    }

    func fail(_ error: any Error, _ last: RunState) async {
        var failure = Trouble.failure(error, run: last.run, optimizerStep: last.optimizerStep)
        do {
            try session?.recorder.flush()
            try store.record(failure: failure)
        } catch {
            failure.advice += "\nIt could not be written to the history either: \(error)"
        }
        var state = last
        state.phase = .failed
        session?.phase = .failed
        // The history may be what failed; the report goes out all the same.
        do { try store.record(state: state) } catch { await log(.error, "\(error)") }
        // A run that never made a step failed for a reason that may hold for the next as well: the queue would run empty.
        let made = session.map { $0.optimizerStep - $0.firstStep } ?? 0
        if handsOver, made > 0 { isNextDue = true }
        if handsOver, made == 0, let waiting = try? store.queue().count, waiting > 0 {
            await log(.warning, "the run failed before its first step: the \(waiting) runs of the queue wait")
        }
        await bus.publish([.failure(failure), .state(state)])
    }

    func enter(_ phase: RunState.Phase, _ session: RunSession) async throws {
        session.phase = phase
        try session.recorder.flush()
        let state = session.state
        if state.isActive {
            try session.troubles.attempt(.state) { try store.record(state: state) }
        } else {
            try store.record(state: state)
        }
        await tellTroubles(of: session)
        await bus.publish(.state(state))
    }

    func tellTroubles(of session: RunSession) async {
        let lines = session.troubles.take()
        if !lines.isEmpty { await bus.publish(lines.map(EngineReport.log)) }
    }

    func log(_ level: LogLine.Level, _ text: String) async {
        await bus.publish(.log(LogLine(level: level, text: text)))
    }
}

/// Ends an evaluation so that the run can stop.
private struct StopRequest: Error {}
