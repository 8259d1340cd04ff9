import Data
import FileFormats
import Foundation
import Messages
import Network
import RunStore
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
    private var seconds = 0.0
    private var isStopping = false
    /// Batches are being evaluated: the run stops between two of them, not in the middle of a command.
    private var isEvaluating = false
    /// Makes one step, then pauses.
    private var isStepping = false
    /// Steps between two looks at the spikes.
    private static let spikeInterval = 5
    private var lastProgress = DispatchTime.now().uptimeNanoseconds

    public init(bus: MessageBus, store: RunStore) { (self.bus, self.store) = (bus, store) }

    /// Works until the bus is closed; a run that is going on then is stopped with a checkpoint.
    public func run() async {
        while true {
            if let session, session.phase == .running {
                guard let commands = await bus.drainCommands() else { break }
                for envelope in commands { await handle(envelope) }
                if self.session?.phase == .running { await advance() }
            } else if let envelope = await bus.nextCommand() {
                await handle(envelope)
            } else {
                break
            }
        }
        if let session, session.state.isActive { await stop(session) }
    }

    // MARK: Commands

    private func handle(_ envelope: MessageBus.Envelope) async {
        do {
            switch envelope.command {
            case .start(let configuration, let name): try await start(configuration, name, envelope)
            case .resume(let run): try await resume(run, envelope)
            default: envelope.answer(try await perform(envelope.command))
            }
        } catch {
            let failure = Trouble.failure(error, run: session?.run, optimizerStep: session?.optimizerStep ?? 0)
            envelope.answer(.refused(failure.text))
        }
    }

    /// Everything but beginning a run.
    private func perform(_ command: TuningCommand) async throws -> CommandAnswer {
        guard let session, session.state.isActive else {
            return .refused("no run is going on: start one, or resume one")
        }
        switch command {
        case .stop, .note: break
        default:
            guard session.phase != .testing else {
                return .refused("the run \(session.run) is trained and being tested: nothing can change any more")
            }
        }
        switch command {
        case .start, .resume: break
        case .pause: try await enter(.paused, session)
        case .proceed:
            isStepping = false
            try await enter(isEvaluating ? .validating : .running, session)
        case .step:
            isStepping = true
            try await enter(isEvaluating ? .validating : .running, session)
        case .stop:
            if isEvaluating { isStopping = true } else { await stop(session) }
        case .edit(let changes, .nextStep): try await apply(changes, .user, session)
        case .edit(let changes, .nextEpoch):
            _ = try session.check(changes)
            session.wait(with: changes)
            // What is accepted is on disk, also if the process dies before the epoch does.
            await bus.publish(.checkpoint(try session.writeCheckpoint(reason: "waiting")))
            return .waitsForEpoch
        case .undo:
            guard let (changes, number) = session.undoable() else { return .refused("there is no edit to undo") }
            try await apply(changes, .undo(of: number), session)
        case .redo:
            guard let (changes, number) = session.redoable() else { return .refused("there is no edit to redo") }
            try await apply(changes, .redo(of: number), session)
        case .checkpoint: await bus.publish(.checkpoint(try session.writeCheckpoint(reason: "user")))
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

    // MARK: Beginning

    private func start(
        _ configuration: RunConfiguration, _ name: String?, _ envelope: MessageBus.Envelope
    ) async throws {
        try refuseWhileActive()
        try RunCheck.check(configuration)
        let run = try store.create(configuration: configuration, name: name, parent: nil)
        envelope.answer(.tookEffect(run: run, optimizerStep: 0))
        // Without a name the history has made a short one.
        var state = try store.lastState(run: run)
        state.phase = .preparing
        let label = state.name
        await begin(state) {
            try RunSession(run: run, name: label, store: self.store, configuration: configuration)
        }
    }

    private func resume(_ reference: String, _ envelope: MessageBus.Envelope) async throws {
        try refuseWhileActive()
        let detail = try store.run(reference)
        let run = detail.summary.id
        guard detail.summary.phase != .finished else { throw EngineRefusal("the run \(run) is finished") }
        try RunCheck.check(detail.configuration)
        var state = try store.lastState(run: run)
        state.phase = .preparing
        // The latest first; whichever of them can be read.
        let checkpoints = detail.checkpoints.enumerated()
            .filter { FileManager.default.fileExists(atPath: $0.element.path) }
            .sorted { ($0.element.optimizerStep, $0.offset) > ($1.element.optimizerStep, $1.offset) }.map(\.element)
        try store.claim(run: run)
        envelope.answer(.tookEffect(run: run, optimizerStep: checkpoints.first?.optimizerStep ?? 0))
        // What made it fail would make it fail again: there must be time to undo it.
        let hasFailed = detail.summary.phase == .failed
        var unreadable: [String] = []
        await begin(state, as: hasFailed ? .paused : .running) {
            for checkpoint in checkpoints {
                do {
                    return try RunSession(
                        run: run, name: detail.summary.name, store: self.store, configuration: detail.configuration,
                        edits: detail.edits, checkpoint: checkpoint)
                } catch let error as FileFormatError {
                    unreadable.append(error.description)
                } catch let error as TrainingError where error.isDamagedCheckpoint {
                    unreadable.append(error.description)
                }
            }
            return try RunSession(
                run: run, name: detail.summary.name, store: self.store, configuration: detail.configuration,
                edits: detail.edits)
        }
        for text in unreadable { await log(.warning, "going on from an older checkpoint: \(text)") }
        if hasFailed, session?.phase == .paused {
            await log(.warning, "\(run) failed before and waits: undo or change what made it fail, then let it go on")
        }
    }

    private func refuseWhileActive() throws {
        if let session, session.state.isActive {
            throw EngineRefusal("the run \(session.run) is going on: stop it before another begins")
        }
    }

    private func begin(
        _ preparing: RunState, as phase: RunState.Phase = .running, _ make: () throws -> RunSession
    ) async {
        session = nil
        (isStopping, isStepping, seconds) = (false, false, 0)
        do {
            try store.record(state: preparing)
            await bus.publish(.state(preparing))
            await log(.info, "preparing \(preparing.run ?? "")")
            let session = try make()
            self.session = session
            for note in session.dataSet.notes { await log(.info, note) }
            await log(
                .info,
                "\(session.dataSet.count(of: .training)) training, \(session.dataSet.count(of: .validation)) validation "
                    + "and \(session.dataSet.count(of: .test)) test recordings"
                    + (session.dataSet.isSimulated ? " (simulated)" : ""))
            await log(
                .info,
                "a step takes \(session.plannedBytes >> 20) MiB, planned; data \(session.dataSet.byteCount >> 20) MiB; "
                    + "\(session.network.parameterCount) parameters")
            try session.applyReplayed()
            try await enter(phase, session)
        } catch {
            await fail(error, session?.state ?? preparing)
        }
    }

    // MARK: Going on

    private func advance() async {
        guard let session else { return }
        let begin = DispatchTime.now().uptimeNanoseconds
        // A command that comes while the epoch ends asks for the step after this one.
        let isSingle = isStepping
        do {
            if session.hasEpochToEnd {
                try await endEpoch(session)
                return
            }
            if session.isComplete {
                try await finish(session)
                return
            }
            if session.isAtEpochStart {
                for changes in session.takeWaiting() { try await apply(changes, .user, session) }
            }
            try session.applyReplayed()
            var points = try session.advance()
            var reports: [EngineReport] = []
            if session.optimizerStep % Self.spikeInterval == 0 || isSingle {
                let (grid, alignment, rate) = SpikeReports.reports(of: session)
                reports.append(.spikes(grid))
                if let alignment { reports.append(.alignment(alignment)) }
                points.append(rate)
            }
            try session.recorder.save(points)
            seconds += Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
            reports.append(.metrics(points))
            if begin - lastProgress > 200_000_000 || isSingle {
                lastProgress = begin
                reports.append(
                    .progress(
                        session.recorder.progress(
                            optimizerStep: session.optimizerStep, totalSteps: session.totalSteps)))
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
        let epoch = session.progress.epoch
        let training = session.configuration.training
        var validation: Evaluation.Result?
        if epoch % training.validateEveryEpochs == 0 || session.isComplete {
            try await enter(.validating, session)
            validation = try await validate(session, epoch: epoch)
        }
        try session.recorder.endEpoch(epoch, optimizerStep: session.optimizerStep, validation: validation)
        session.markEpochEnded()
        if epoch % training.checkpointEveryEpochs == 0 && !session.isComplete {
            await bus.publish(.checkpoint(try session.writeCheckpoint(reason: "epoch")))
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
        let points = [
            MetricPoint(series: .validationLoss, optimizerStep: session.optimizerStep, value: result.loss),
            MetricPoint(series: .validationAccuracy, optimizerStep: session.optimizerStep, value: result.accuracy),
        ]
        try session.recorder.save(points)
        await bus.publish(.metrics(points))
        if result.accuracy > session.best?.accuracy ?? -1 {
            session.best = (result.accuracy, epoch)
            await bus.publish(.checkpoint(try session.writeCheckpoint(reason: "best")))
        }
        return result
    }

    /// Hears commands between two batches.
    private func evaluate(_ split: Split, _ session: RunSession) async throws -> Evaluation.Result {
        isEvaluating = true
        defer { isEvaluating = false }
        var tally = session.evaluation.begin()
        for index in 0..<session.dataSet.batchCount(of: split) {
            session.evaluate(split, batch: index, into: &tally)
            guard let commands = await bus.drainCommands() else { throw StopRequest() }
            for envelope in commands { await handle(envelope) }
            if isStopping { throw StopRequest() }
        }
        return tally.result
    }

    private func training(_ session: RunSession, selects name: String) -> Bool {
        session.configuration.training.selection == name
    }

    // MARK: Ending

    private func finish(_ session: RunSession) async throws {
        let final = try session.writeCheckpoint(reason: "final")
        await bus.publish(.checkpoint(final))
        try await enter(.testing, session)
        var testedEpoch = session.configuration.training.epochs
        var testAccuracy: Double?
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
            testAccuracy = try await evaluate(.test, session).accuracy
        }
        if let testAccuracy {
            let point = MetricPoint(
                series: .testAccuracy, optimizerStep: session.optimizerStep, value: testAccuracy)
            try session.recorder.save([point])
            await bus.publish(.metrics([point]))
        }
        try session.recorder.flush()
        let result = RunResult(
            run: session.run, optimizerSteps: session.optimizerStep, validationAccuracy: session.best?.accuracy,
            testAccuracy: testAccuracy, selection: selection, testedEpoch: testedEpoch, seconds: seconds)
        try store.record(result: result)
        session.phase = .finished
        try store.record(state: session.state)
        await bus.publish([.state(session.state), .finished(result)])
    }

    private func stop(_ session: RunSession) async {
        isStopping = false
        do {
            // While it is tested the final checkpoint is there already, and the network may hold the best epoch's weights.
            if session.phase != .testing {
                await bus.publish(.checkpoint(try session.writeCheckpoint(reason: "stop")))
            }
            try await enter(.stopped, session)
        } catch {
            await fail(error, session.state)
        }
    }

    private func fail(_ error: any Error, _ last: RunState) async {
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
        await bus.publish([.failure(failure), .state(state)])
    }

    private func enter(_ phase: RunState.Phase, _ session: RunSession) async throws {
        session.phase = phase
        try session.recorder.flush()
        try store.record(state: session.state)
        await bus.publish(.state(session.state))
    }

    private func log(_ level: LogLine.Level, _ text: String) async {
        await bus.publish(.log(LogLine(level: level, text: text)))
    }
}

/// Ends an evaluation so that the run can stop.
private struct StopRequest: Error {}
