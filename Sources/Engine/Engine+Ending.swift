import Configuration
import Messages
import RunStore

/// How a run ends: tested, stopped or failed.
extension Engine {
    func finish(_ session: RunSession) async throws {
        await bus.publish(try session.writeCheckpoint(reason: "final").reports)
        try await enter(.testing, session)
        var testedEpoch = session.configuration.training.epochs
        var testedStep: Int? = session.optimizerStep
        var testAccuracy: Double?
        var spikes: Double?
        var selection = session.configuration.training.selection
        if let reference = session.bestReferenceTest, training(session, selects: "reference-best-test") {
            (testAccuracy, testedEpoch) = (reference.accuracy, reference.epoch)
            testedStep = reference.epoch * session.dataSet.batchesPerEpoch
        } else {
            if training(session, selects: "validation"), let best = session.best {
                testedStep = try session.restoreBest()
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
            await bus.publish(.metrics(run: session.run, points))
        }
        try session.recorder.flush()
        let result = RunResult(
            run: session.run, optimizerSteps: session.optimizerStep, validationAccuracy: session.best?.accuracy,
            testAccuracy: testAccuracy, selection: selection, testedEpoch: testedEpoch, testedStep: testedStep,
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
