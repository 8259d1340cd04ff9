import Configuration
import Messages
import Testing
import TestSupport
import Training

/// Rules by which a run calls for attention.
@Suite struct AlertTests {
    private static func rule(_ text: String) throws -> AlertRule { try AlertRule(text, described: .shipped) }

    @Test(arguments: [
        (
            "validation<30% after 20 epochs: ring, pause",
            AlertRule.Condition.curve(.validationAccuracy, .below, 0.3, after: .epochs(20))
        ),
        ("accuracy.validation >= 0.9", .curve(.validationAccuracy, .atLeast, 0.9, after: nil)),
        ("loss>5 after 100 steps: stop", .curve(.totalLoss, .above, 5, after: .steps(100))),
        ("cka<=1e-3", .curve(.linearCKA, .atMost, 0.001, after: nil)),
        ("nan: stop", .health("loss is not a number")), ("dead layer: ring", .health("dead layer")),
        ("finished", .finished), ("failed: run true", .failed),
    ])
    func conditionsAreRead(text: String, condition: AlertRule.Condition) throws {
        #expect(try Self.rule(text).condition == condition)
    }

    @Test func whatIsDoneIsRead() throws {
        #expect(try Self.rule("finished: ring, pause,stop , log").actions == [.ring, .pause, .stop])
        #expect(try Self.rule("finished").actions.isEmpty)
        // A command has the rest of the line, commas and colons with it.
        #expect(try Self.rule("nan: ring, run echo a, b: c").actions == [.ring, .run("echo a, b: c")])
    }

    @Test(arguments: [
        ("", "needs a condition"), (": ring", "needs a condition"), ("ded layer: ring", "did you mean 'dead layer'?"),
        ("los<3", "did you mean 'loss'?"), ("loss<much", "'much' after loss is not a number"),
        ("loss<", "is not a number"), ("loss<1 after 20", "is not a time"), ("loss<1 after -1 epochs", "is not a time"),
        ("loss<1 20 epochs", "is not a time"), ("loss<1: rign", "'rign' is not an action"),
    ])
    func whatCannotBeReadIsNamed(text: String, says: String) {
        let error = #expect(throws: AlertError.self) { try Self.rule(text) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    // MARK: Watching

    private func state(_ run: String, _ phase: RunState.Phase = .running) -> EngineReport {
        .state(
            RunState(
                run: run, name: nil, phase: phase, optimizerStep: 0, totalSteps: 100, epoch: 0, epochs: 10,
                configuration: RunConfiguration()))
    }

    private func batch(_ run: String, _ points: [(Int, Double)], of series: MetricSeries) -> ReportSubscription.Batch {
        var batch = ReportSubscription.Batch()
        batch.lossless = [state(run)]
        batch.metricsRun = run
        batch.metrics[series] = points.map { MetricPoint(series: series, optimizerStep: $0.0, value: $0.1) }
        return batch
    }

    @Test func aRuleSpeaksOnceARunFromItsMomentOn() throws {
        var watch = AlertWatch([try Self.rule("validation<30% after 2 epochs: ring")])
        // Ten steps are an epoch.
        #expect(watch.take(batch("a", [(10, 0.1), (19, 0.1)], of: .validationAccuracy)).isEmpty)
        let said = watch.take(batch("a", [(20, 0.5), (30, 0.2), (40, 0.1)], of: .validationAccuracy))
        #expect(said.map(\.alert.optimizerStep) == [30] && said.map(\.alert.rings) == [true])
        #expect(said.first?.alert.text == "accuracy.validation is 0.2")
        #expect(watch.take(batch("a", [(50, 0.1)], of: .validationAccuracy)).isEmpty)
        #expect(watch.take(batch("b", [(50, 0.1)], of: .validationAccuracy)).map(\.alert.run) == ["b"])
    }

    @Test func whatIsNoNumberIsSaidByTheCheckAndHoldsInNoComparison() throws {
        var watch = AlertWatch([try Self.rule("loss>0"), try Self.rule("loss<0"), try Self.rule("nan: stop")])
        let said = watch.take(batch("a", [(7, .nan)], of: .totalLoss))
        #expect(said.map(\.alert.rule) == ["nan: stop"] && said.first?.actions == [.stop])
    }

    @Test func whatTheTestSaysIsLookedAt() throws {
        var watch = AlertWatch([try Self.rule("test above training: ring"), try Self.rule("test<50%")])
        _ = watch.take(batch("a", (1...40).map { ($0, 0.7) }, of: .eventAccuracy))
        #expect(
            watch.take(batch("a", [(40, 0.99)], of: .testAccuracy)).map(\.alert.rule) == ["test above training: ring"])
        #expect(watch.take(batch("a", [(40, 0.4)], of: .testAccuracy)).map(\.alert.rule) == ["test<50%"])
    }

    @Test func momentsBeyondAnyRunNeverCome() throws {
        var watch = AlertWatch([try Self.rule("loss>0 after 9000000000000000000 epochs: stop")])
        #expect(watch.take(batch("a", [(99, 1)], of: .totalLoss)).isEmpty)
    }

    @Test func theEndIsTold() throws {
        var watch = AlertWatch([try Self.rule("failed: ring"), try Self.rule("finished")])
        _ = watch.take(batch("a", [], of: .totalLoss))
        var end = ReportSubscription.Batch()
        end.lossless = [.failure(EngineFailure(run: "a", optimizerStep: 3, message: "no room", advice: ""))]
        #expect(watch.take(end).map(\.alert.text) == ["no room"])
    }
}
