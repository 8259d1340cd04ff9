import Communication
import Dispatch
import Messages
import Training

/// One optimizer step and what belongs to it, or the end of a run that has made them all.
extension Engine {
    /// Steps between two looks at the spikes.
    private static let spikeInterval = 5

    func advance() async {
        guard let session else { return }
        session.beginWork()
        defer { session.endWork() }
        do {
            do { try await goOn(session) } catch is StopRequest { try await note(.cut) }
        } catch {
            let isOfRanks = if case TrainingError.ranks = error { true } else { error is CommunicationError }
            if isOfRanks { await keepLastStep(session) }
            await fail(error, state(of: session))
        }
    }

    /// Others are gone, but what was learned until the last complete step is here.
    private func keepLastStep(_ session: RunSession) async {
        // Once it is trained its last checkpoint is written, and the test may have put other weights in their place.
        guard !session.isComplete || session.hasEpochToEnd else { return }
        do {
            await bus.publish(try session.writeCheckpoint(reason: "stop").reports)
        } catch {
            await log(.error, "the last step could not be kept: \(error)")
        }
    }

    private func goOn(_ session: RunSession) async throws {
        let begin = DispatchTime.now().uptimeNanoseconds
        let isSingle = state == .stepping
        if session.hasEpochToEnd {
            try await note(.epochIsOpen)
            return try await endEpoch(session)
        }
        if session.isComplete { return try await finish(session) }
        try session.applyFromJournal()
        if session.isAtEpochStart {
            session.pending.beginEpoch()
            while let changes = session.pending.due.first {
                defer { session.pending.forgetFirstDue() }
                try await apply(changes, .user, session)
            }
        }
        for (index, changes) in session.takeScheduled() { try await apply(changes, .schedule(index), session) }
        if session.isAtItsEnd { return try await note(.reachedEnd) }
        let samples = (session.optimizerStep + 1) % Self.spikeInterval == 0 || isSingle
        let points = try session.advance(samples: samples)
        for note in session.learner.takeNotes() { await log(.info, note) }
        var reports: [EngineReport] = []
        if samples {
            let measuresLayers = begin - lastLayers > 1_000_000_000 || isSingle
            if measuresLayers { lastLayers = begin }
            let pictures = session.pictures(measuresLayers: measuresLayers)
            if let spikes = pictures.spikes { reports.append(.spikes(spikes)) }
            if let alignment = pictures.alignment { reports.append(.alignment(alignment)) }
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
        try await note(.stepMade(endsEpoch: session.hasEpochToEnd))
        if session.hasEpochToEnd { try await endEpoch(session) }
    }
}
