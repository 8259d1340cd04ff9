import Configuration
import Messages
import Training

/// Made-up runs without curves.
enum MadeOutcome {
    static func run(
        _ id: String, seed: Int = 1, test: Double? = 0.5, validation: Double? = 0.6, exponent: Double = 3,
        epochs: Int = 10, preset: String? = "digits", parent: String? = nil, forkStep: Int? = nil,
        phase: RunState.Phase = .finished, created: Double = 0, seconds: Double = 12, edits: [AppliedEdit] = []
    ) -> RunOutcome {
        var configuration = RunConfiguration()
        configuration[Sliding.exponent] = exponent
        try? EngineDescription.shipped.set(KnownKnob.seed, to: .integer(seed), in: &configuration)
        return RunOutcome(
            summary: RunSummary(
                id: id, name: "run-\(id)", phase: phase, isInterrupted: false, created: created, epoch: epochs,
                epochs: epochs, optimizerStep: 100, validationAccuracy: validation, testAccuracy: test, lastLoss: 0.3,
                editCount: edits.count, tags: [], note: "", parent: parent, dataSet: "digits", seed: seed,
                forkStep: forkStep, preset: preset),
            configuration: configuration, edits: edits,
            result: test.map {
                RunResult(
                    run: id, optimizerSteps: 100, validationAccuracy: validation, testAccuracy: $0,
                    selection: "validation", testedEpoch: 4, testedStep: 80, seconds: seconds)
            })
    }

    static func edit(_ run: String, at step: Int, to exponent: Double) -> AppliedEdit {
        AppliedEdit(
            number: 1, run: run, optimizerStep: step,
            differences: [KnobDifference(key: "sliding.exponent", old: .number(3), new: .number(exponent))],
            origin: .user, checkpoint: nil)
    }
}
