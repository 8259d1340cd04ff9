import Communication
import Configuration
import Data
import FileFormats
import Foundation
import Messages
import RunStore
import Training

/// How a run begins: new, where it stopped, from a checkpoint of another, or reproduced.
extension Engine {
    /// - Parameters:
    ///   - entry: of the queue that the job was; it leaves the queue with the run's entry into the history.
    ///   - answer: called once the run is in the history, before the data are read, which takes longer.
    /// - Throws: what is wrong with the job; nothing was begun then.
    func begin(_ job: QueuedJob, entry: Int? = nil, answer: (CommandAnswer) -> Void) async throws {
        do {
            let progress = PreparationProgress(bus)
            let work = LongWork(isCancelled: endIsWanted, onProgress: progress.take)
            try await LongWork.$current.withValue(work) {
                switch job {
                case .start(let configuration, let name, let preset):
                    try await start(configuration, name, preset, entry, answer)
                case .resume(let run): try await resume(run, entry, answer)
                case .fork(let run, let checkpoint, let changes, let name):
                    try await fork(run, checkpoint, changes, name, entry, answer)
                case .reproduce(let run, let name): try await reproduce(run, name, entry, answer)
                }
            }
        } catch DataSetError.cancelled {
            // It is not in the history yet.
            await takeCommands()
            try await note(.calledOff(optimizerStep: 0))
            throw DataSetError.cancelled
        } catch {
            try await note(.unsuitable)
            throw error
        }
    }

    private func start(
        _ configuration: RunConfiguration, _ name: String?, _ preset: String?, _ entry: Int?,
        _ answer: (CommandAnswer) -> Void
    ) async throws {
        let configuration = source.completed(configuration)
        try description.check(configuration)
        try source.check(configuration)
        let run = try store.create(
            configuration: configuration, name: name, parent: nil, preset: preset, entry: entry)
        answer(.tookEffect(run: run, optimizerStep: 0))
        // Without a name the history has made a short one.
        var preparing = try store.lastState(run: run)
        preparing.phase = .preparing
        let label = preparing.name
        let warnings = try source.warnings(configuration)
        await prepare(preparing, warnings, cost: { try self.source.cost(configuration) }) {
            try RunSession(
                run: run, name: label, store: self.store, source: self.source, configuration: configuration)
        }
    }

    private func resume(_ reference: String, _ entry: Int?, _ answer: (CommandAnswer) -> Void) async throws {
        let detail = try store.run(reference)
        let run = detail.summary.id
        if detail.summary.phase == .finished, let result = try store.result(run: run) {
            return try await tellAgain(result, entry, answer)
        }
        try refuseLost(detail)
        try source.checkAgain(detail.configuration)
        try store.claim(run: run)
        if let entry { try store.removeFromQueue(entry: entry) }
        let checkpoints = Self.latestFirst(detail)
        answer(.tookEffect(run: run, optimizerStep: checkpoints.first?.optimizerStep ?? 0))
        if checkpoints.isEmpty { await log(.info, "\(run) has no checkpoint yet: starting again from step 0") }
        try await goOn(detail, from: checkpoints)
    }

    /// A run that has nothing left to do, as when its process was killed on its way out: its result is what was asked for.
    private func tellAgain(_ result: RunResult, _ entry: Int?, _ answer: (CommandAnswer) -> Void) async throws {
        if let entry { try store.removeFromQueue(entry: entry) }
        let state = try store.lastState(run: result.run)
        answer(.tookEffect(run: result.run, optimizerStep: result.optimizerSteps))
        await log(.info, "\(result.run) has finished: nothing left to do")
        try await note(.toldAgain)
        await bus.publish([.state(state), .finished(result)])
    }

    /// A run whose checkpoints are gone would begin again from step 0 under its old name: somebody has to want that.
    func refuseLost(_ detail: RunDetail) throws {
        guard let last = detail.checkpoints.max(by: { $0.optimizerStep < $1.optimizerStep }),
            detail.presentCheckpoints.isEmpty
        else { return }
        let problem = store.checkpointProblem(of: detail.summary.id).map { " or not accessible (\($0))" } ?? ""
        throw EngineRefusal(
            "the run \(detail.summary.id) cannot be resumed: its checkpoints no longer exist\(problem), the last was at step "
                + "\(last.optimizerStep) in \(last.path); restore them, or train it again from the start with every "
                + "edit at its step: `saccade runs reproduce \(detail.summary.id)`, B on the screens")
    }

    /// - Parameter checkpoints: the latest first; whichever of them can be read. Empty: from the start.
    private func goOn(_ detail: RunDetail, from checkpoints: [CheckpointRecord]) async throws {
        let run = detail.summary.id
        var preparing = try store.lastState(run: run)
        preparing.phase = .preparing
        // What made it fail would make it fail again: there must be time to undo it.
        let hasFailed = detail.summary.phase == .failed
        var unreadable: [String] = []
        let end = try store.endStep(of: run)
        let own = ownStretchBegin(of: detail)
        await prepare(preparing, waits: hasFailed) {
            for checkpoint in checkpoints {
                do {
                    let session = try RunSession(
                        run: run, name: detail.summary.name, store: self.store, source: self.source,
                        configuration: detail.configuration,
                        edits: detail.edits, checkpoint: checkpoint)
                    session.lastStep = end
                    session.ownStretchBegin = own
                    return session
                } catch let error as FileFormatError {
                    unreadable.append(error.description)
                } catch let error as TrainingError where error.isDamagedCheckpoint {
                    unreadable.append(error.description)
                } catch let error as ExternalError where error.isBadCheckpoint {
                    unreadable.append(error.description)
                }
            }
            guard checkpoints.isEmpty else {
                throw EngineRefusal(
                    "no checkpoint of the run \(run) can be read: \(unreadable.joined(separator: "; ")); "
                        + "`saccade runs reproduce \(run)` trains it again from the start")
            }
            let session = try RunSession(
                run: run, name: detail.summary.name, store: self.store, source: self.source,
                configuration: detail.configuration,
                edits: detail.edits)
            session.lastStep = end
            session.ownStretchBegin = own
            return session
        }
        for text in unreadable where session?.run == run {
            await log(.warning, "continuing from an older checkpoint: \(text)")
        }
        if hasFailed, state == .paused {
            await log(.warning, "\(run) failed before and is paused: undo or change what made it fail, then resume it")
        }
    }

    /// A fork that is made again from its start: the step from which on it is the fork's own.
    private func ownStretchBegin(of detail: RunDetail) -> Int {
        var summary = detail.summary
        // One that is gone says nothing any more.
        while summary.forkStep == 0, let parent = summary.parent, let known = try? store.run(parent) {
            summary = known.summary
            if let step = summary.forkStep, step > 0 { return step }
        }
        return 0
    }

    /// Those whose folders are there, the latest first.
    private static func latestFirst(_ detail: RunDetail) -> [CheckpointRecord] {
        detail.presentCheckpoints.enumerated()
            .sorted { ($0.element.optimizerStep, $0.offset) > ($1.element.optimizerStep, $1.offset) }.map(\.element)
    }

    // MARK: From another run

    private func fork(
        _ reference: String, _ path: String?, _ changes: [KnobChange], _ name: String?, _ entry: Int?,
        _ answer: (CommandAnswer) -> Void
    ) async throws {
        let detail = try store.run(reference)
        let (seed, changes) = changes.splittingSeed
        let started = try detail.configuration.drawing(from: seed, described: description)
        let record = try checkpoint(path, of: detail)
        let saved = try Checkpoint.read(URL(fileURLWithPath: record.path), described: description)
        let edited = try edited(saved.configuration, by: changes, startedAs: detail.configuration)
        try source.checkAgain(started)
        var own = record
        own.reason = RunSession.forkReason
        let summary = detail.summary
        let run = try store.create(
            Offspring(
                configuration: started,
                name: name
                    ?? RunLabel.name(
                        from: summary.name,
                        ending: "@\(saved.optimizerStep)" + (seed.map { "-seed\($0.value)" } ?? "")),
                parent: summary.id, inherited: detail.edits.filter { $0.number <= saved.editCount },
                checkpoints: [own],
                differences: description.differences(from: saved.configuration, to: edited),
                edited: try edited.drawing(from: seed, described: description),
                optimizerStep: saved.optimizerStep, totalSteps: try store.lastState(run: summary.id).totalSteps,
                epoch: saved.epoch),
            entry: entry)
        answer(.tookEffect(run: run, optimizerStep: saved.optimizerStep))
        let child = try store.run(run)
        try await goOn(child, from: child.checkpoints.filter { $0.reason == RunSession.forkReason })
        if session?.run == run {
            await bus.publish(child.edits.map(EngineReport.edit) + child.checkpoints.map(EngineReport.checkpoint))
        }
    }

    func checkpoint(_ path: String?, of detail: RunDetail) throws -> CheckpointRecord {
        let run = detail.summary.id
        guard let path else {
            guard let latest = detail.latestCheckpoint else {
                try refuseLost(detail)
                throw EngineRefusal("the run \(run) has no checkpoint to fork from: it ended before the first one")
            }
            return latest
        }
        guard let record = detail.checkpoints.last(where: { $0.path == path }) else {
            throw EngineRefusal("the run \(run) has no checkpoint \(path): `saccade runs show \(run)` lists them")
        }
        guard !detail.goneCheckpoints.contains(path) else {
            if let problem = store.checkpointProblem(of: run) {
                throw EngineRefusal("the checkpoint \(path) is not accessible: \(problem)")
            }
            throw EngineRefusal(
                "the checkpoint \(path) no longer exists: a later one replaced it; fork from an existing one")
        }
        return record
    }

    private func edited(
        _ configuration: RunConfiguration, by changes: [KnobChange], startedAs started: RunConfiguration
    ) throws -> RunConfiguration {
        var edited = configuration
        try description.make(changes, in: &edited)
        try source.checkFork(edited, startedAs: started)
        return edited
    }

    /// The run itself or the nearest before it that was forked with another seed than its parent's; `nil` if there is none.
    private func forkWithOtherSeed(_ detail: RunDetail) -> String? {
        var current: RunSummary? = detail.summary
        var seen: Set<String> = []
        while let run = current, let parent = run.parent, seen.insert(run.id).inserted {
            let known = try? store.run(parent)
            if run.forkStep ?? 0 > 0 {
                // Of a parent that is gone the choice of recordings tells which seed it had.
                let own = (try? store.run(run.id))?.configuration.data.selectionSeed ?? -1
                if let seed = known?.summary.seed ?? (own >= 0 ? own : nil), seed != run.seed { return run.name }
            }
            current = known?.summary
        }
        return nil
    }

    private func reproduce(
        _ reference: String, _ name: String?, _ entry: Int?, _ answer: (CommandAnswer) -> Void
    ) async throws {
        let detail = try store.run(reference)
        let summary = detail.summary
        try source.checkAgain(detail.configuration)
        // As far as the original has come for certain; one whose checkpoints are gone is made whole instead.
        let isLost = !detail.checkpoints.isEmpty && detail.presentCheckpoints.isEmpty
        let last = summary.phase == .finished ? nil : detail.latestCheckpoint?.optimizerStep
        if let fork = forkWithOtherSeed(detail) {
            throw EngineRefusal(
                "\(fork) goes on with another seed than the run it was forked from, so that its first steps cannot be "
                    + "made again with its own: reproduce the run it comes from, and fork that with the seed")
        }
        guard summary.phase == .finished || last != nil || isLost else {
            throw EngineRefusal("the run \(summary.id) has no checkpoint to compare with: it cannot be reproduced")
        }
        let inherited = detail.edits.filter { edit in last.map { edit.optimizerStep <= $0 } ?? true }
        let run = try store.create(
            Offspring(
                configuration: detail.configuration, name: name ?? RunLabel.name(from: summary.name, ending: " again"),
                parent: summary.id,
                inherited: inherited, checkpoints: [], differences: [], edited: detail.configuration,
                optimizerStep: 0, totalSteps: try store.lastState(run: summary.id).totalSteps, epoch: 0,
                tags: ["reproduction"], endStep: last),
            entry: entry)
        answer(.tookEffect(run: run, optimizerStep: 0))
        try await goOn(try store.run(run), from: [])
    }

    /// - Parameters:
    ///   - warnings: about its data.
    ///   - waits: once it is prepared somebody has to let it go on.
    ///   - cost: of a run that starts at step 0; told before the data are read, which may take long.
    private func prepare(
        _ preparing: RunState, _ warnings: [String] = [], waits: Bool = false,
        cost: () throws -> String? = { nil },
        _ make: () throws -> RunSession
    ) async {
        session?.learner.end()
        session = nil
        do {
            try await note(.entered(run: preparing.run ?? ""))
            try store.record(state: preparing)
            await bus.publish(.state(preparing))
            await log(.info, "preparing \(preparing.run ?? "")")
            for warning in warnings { await log(.warning, warning) }
            if let cost = try cost() { await log(.info, cost) }
            let session = try make()
            self.session = session
            for note in session.learner.openingNotes { await log(.info, note) }
            try session.applyFromJournal()
            try await note(.prepared(waits: waits))
        } catch DataSetError.cancelled {
            await callOff(preparing)
        } catch {
            await fail(error, session.map(state(of:)) ?? preparing)
        }
    }

    /// Ends a run whose data were being read when somebody asked for its end. It can be resumed from where it was.
    private func callOff(_ preparing: RunState) async {
        var state = preparing
        state.phase = .stopped
        await takeCommands()
        try? await note(.calledOff(optimizerStep: state.optimizerStep))
        do {
            try store.record(state: state)
            await log(.info, "\(state.run ?? "the run") was stopped while it was being prepared")
            await bus.publish(.state(state))
        } catch {
            await fail(error, preparing)
        }
    }
}
