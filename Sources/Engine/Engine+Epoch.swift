import Configuration
import Data
import Dispatch
import Messages
import RunStore
import Training

/// What follows the steps of an epoch: validation, the best so far, checkpoints.
extension Engine {
    func endEpoch(_ session: RunSession) async throws {
        let begin = DispatchTime.now().uptimeNanoseconds
        defer { session.recorder.addEpochEnd(seconds: Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9) }
        let epoch = session.progress.epoch
        let training = session.configuration.training
        var validation: LearnerEvaluation?
        if epoch % training.validateEveryEpochs == 0 || session.isComplete {
            try await note(.validationBegan)
            validation = try await validate(session, epoch: epoch)
        }
        try session.recorder.endEpoch(epoch, optimizerStep: session.optimizerStep, validation: validation)
        session.markEpochEnded()
        let pictures = session.pictures(measuresLayers: true)
        if let spikes = pictures.spikes {
            try session.troubles.attempt(.pictures) {
                try store.record(spikes: spikes, alignment: pictures.alignment, run: session.run)
            }
        }
        if epoch % training.checkpointEveryEpochs == 0 && !session.isComplete {
            try await writeDueCheckpoint("epoch", session)
        }
        try await note(.epochEnded(isComplete: session.isComplete))
    }

    func validate(_ session: RunSession, epoch: Int) async throws -> LearnerEvaluation? {
        let isOwn = session.optimizerStep > session.ownStretchBegin
        if training(session, selects: "reference-best-test") {
            let test = try await evaluate(.test, session)
            if isOwn, test.accuracy > session.bestReferenceTest?.accuracy ?? -1 {
                session.bestReferenceTest = (test.accuracy, epoch)
            }
        }
        guard session.learner.hasRecordings(of: .validation) else { return nil }
        let result = try await evaluate(.validation, session)
        let found =
            [(MetricSeries.validationLoss, result.loss), (.validationAccuracy, result.accuracy)]
            + result.figures.map { ($0.series, $0.value) } + [(.spikesPerInference, result.spikesPerInference)]
        let points = found.compactMap { series, value in
            value.map { MetricPoint(series: series, optimizerStep: session.optimizerStep, value: $0) }
        }
        try session.recorder.save(points)
        await bus.publish(.metrics(run: session.run, points))
        if isOwn,
            session.best?.gives(wayTo: result.accuracy, loss: result.loss ?? .nan) ?? true
        {
            let before = session.best
            session.best = BestEpoch(
                accuracy: result.accuracy, loss: result.loss, epoch: epoch, optimizerStep: session.optimizerStep)
            // The best is what can be read again for the test.
            if !(try await writeDueCheckpoint("best", session)) { session.best = before }
        }
        return result
    }

    /// A checkpoint that nobody asked for. Where it cannot be written the run goes on.
    @discardableResult
    func writeDueCheckpoint(_ reason: String, _ session: RunSession) async throws -> Bool {
        var reports: [EngineReport] = []
        let isWritten = try session.troubles.attempt(.checkpoint) {
            reports = try session.writeCheckpoint(reason: reason).reports
        }
        await bus.publish(reports)
        await tellTroubles(of: session)
        return isWritten
    }

    /// Hears commands between two batches.
    func evaluate(_ split: Split, _ session: RunSession) async throws -> LearnerEvaluation {
        let evaluation = try session.learner.evaluation(of: split)
        while true {
            if let found = try evaluation.proceed() { return found }
            if let commands = await bus.drainCommands() { await handle(commands) } else { try await note(.closed) }
            if state.wantsCut { throw StopRequest() }
        }
    }

    func training(_ session: RunSession, selects name: String) -> Bool {
        session.configuration.training.selection == name
    }
}

/// Ends an evaluation so that the run can stop.
struct StopRequest: Error {}
