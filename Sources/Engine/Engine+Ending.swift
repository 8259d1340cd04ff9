import Configuration
import Messages
import RunStore

/// How a run ends: tested, stopped or failed.
extension Engine {
    func finish(_ session: RunSession) async throws {
        await bus.publish(try session.writeCheckpoint(reason: "final").reports)
        try await note(.testBegan)
        var testedEpoch = session.configuration.training.epochs
        var testedStep: Int? = session.optimizerStep
        var testAccuracy: Double?
        var spikes: Double?
        var selection = session.configuration.training.selection
        if let reference = session.bestReferenceTest, training(session, selects: "reference-best-test") {
            (testAccuracy, testedEpoch) = (reference.accuracy, reference.epoch)
            testedStep = reference.epoch * session.learner.stepsPerEpoch
        } else {
            if training(session, selects: "validation"), let best = session.best {
                testedStep = try session.restoreBest()
                testedEpoch = best.epoch
            } else {
                selection = "last"
            }
            if session.learner.hasRecordings(of: .test) {
                let test = try await evaluate(.test, session)
                (testAccuracy, spikes) = (test.accuracy, test.spikesPerInference)
                try session.keepPredictions(of: test)
            }
        }
        try await tell([(.testAccuracy, testAccuracy), (.spikesPerInference, spikes)], session)
        if let summary = session.costSummary { await log(.info, summary) }
        let result = RunResult(
            run: session.run, optimizerSteps: session.optimizerStep, validationAccuracy: session.best?.accuracy,
            testAccuracy: testAccuracy, selection: selection, testedEpoch: testedEpoch, testedStep: testedStep,
            seconds: session.seconds)
        try store.record(result: result)
        // What the test has found is safe by now.
        if spikes != nil { try await tell([(.energyPerInference, session.learner.energyPerInference())], session) }
        let state = session.state(.finished)
        try store.record(state: state)
        session.learner.end()
        try await note(.finished)
        await bus.publish([.state(state), .finished(result)])
    }

    /// Saves and reports what was found at the end.
    private func tell(_ found: [(series: MetricSeries, value: Double?)], _ session: RunSession) async throws {
        let points = found.compactMap { series, value in
            value.map { MetricPoint(series: series, optimizerStep: session.optimizerStep, value: $0) }
        }
        if !points.isEmpty {
            try session.recorder.save(points)
            await bus.publish(.metrics(run: session.run, points))
        }
        try session.recorder.flush()
    }

    func stop(_ session: RunSession, writesCheckpoint: Bool) async {
        do {
            if let summary = session.costSummary { await log(.info, summary) }
            if writesCheckpoint { await bus.publish(try session.writeCheckpoint(reason: "stop").reports) }
            try session.recorder.flush()
            session.learner.end()
            let state = session.state(.stopped)
            try store.record(state: state)
            try await note(.stopped)
            await tellTroubles(of: session)
            await bus.publish(.state(state))
        } catch {
            await fail(error, state(of: session))
        }
    }

    func fail(_ error: any Error, _ last: RunState) async {
        session?.learner.end()
        var failure = Trouble.failure(error, run: last.run, optimizerStep: last.optimizerStep)
        do {
            try session?.recorder.flush()
            try store.record(failure: failure)
        } catch {
            failure.advice += "\nThe failure could not be written to the history: \(error)"
        }
        var state = last
        state.phase = .failed
        // The history may be what failed; the report goes out all the same.
        do {
            try store.record(state: state)
        } catch {
            if let run = last.run { store.release(run: run) }
            await log(.error, "\(error)")
        }
        let made = session.map { $0.optimizerStep - $0.firstStep } ?? 0
        try? await note(.failed(hasMadeSteps: made > 0))
        await bus.publish([.failure(failure), .state(state)])
    }

    /// Writes down and tells where the run is that goes on.
    func tell(_ session: RunSession) async throws {
        try session.recorder.flush()
        let state = state(of: session)
        try session.troubles.attempt(.state) { try store.record(state: state) }
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
