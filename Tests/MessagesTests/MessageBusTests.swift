import Configuration
import Messages
import Synchronization
import Testing

@Suite struct MessageBusTests {
    /// With room for two, so that most of them wait for it.
    @Test func everyCommandArrivesOnceAndHasItsOwnAnswer() async {
        let bus = MessageBus(capacity: 2)
        async let answers = withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await bus.send(.note("\(number)")) == .tookEffect(run: "answer \(number)", optimizerStep: number)
                }
            }
            return await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        var heard: [Int] = []
        while heard.count < 100, let envelope = await bus.nextCommand() {
            guard case .note(let text) = envelope.command, let number = Int(text) else { break }
            heard.append(number)
            envelope.answer(.tookEffect(run: "answer \(text)", optimizerStep: number))
        }
        #expect(heard.sorted() == Array(0..<100))
        #expect(await answers == 100)
    }

    @Test func aClosedBusRefuses() async {
        let bus = MessageBus()
        await bus.close()
        #expect(await bus.send(.pause) == .refused("the engine has ended"))
        #expect(await bus.nextCommand() == nil)
    }

    @Test func aHeldListenerKeepsTheStatesThatEndARunAndTheLatestOnly() async {
        let bus = MessageBus()
        let subscription = await bus.subscribe {}
        var state = RunState.idle
        for run in ["a", "b"] {
            state.run = run
            for epoch in 0..<10_000 {
                (state.epoch, state.phase) = (epoch, epoch.isMultiple(of: 2) ? .validating : .running)
                await bus.publish(.state(state))
                if epoch.isMultiple(of: 1000) {
                    await bus.publish(.note(RunNote(run: run, optimizerStep: epoch, text: "")))
                }
            }
            state.phase = .stopped
            await bus.publish(.state(state))
        }
        let reports = subscription.take().lossless
        #expect(reports.count <= ReportSubscription.stateLimit + ReportSubscription.stateLimit / 4)
        #expect(reports.count { if case .note = $0 { true } else { false } } == 20)
        let ends = reports.compactMap { report -> String? in
            if case .state(let state) = report, state.phase == .stopped { state.run } else { nil }
        }
        #expect(ends == ["a", "b"])
        #expect(reports.last == .state(state))
        // A few are all told.
        for epoch in 0..<100 {
            state.epoch = epoch
            await bus.publish(.state(state))
        }
        #expect(subscription.take().lossless.count == 100)
    }

    /// The last points of a run that ends are told when the next has begun: they must not enter its plots.
    @Test func pointsOfARunThatHasEndedDoNotEnterTheNext() async {
        let bus = MessageBus()
        let subscription = await bus.subscribe {}
        func point(_ step: Int) -> [MetricPoint] { [MetricPoint(series: .totalLoss, optimizerStep: step, value: 1)] }
        await bus.publish(.metrics(run: "first", point(900)))
        await bus.publish(.metrics(run: "second", point(1)))
        await bus.publish(.metrics(run: "second", point(2)))
        let batch = subscription.take()
        #expect(batch.metricsRun == "second" && batch.metrics[.totalLoss]?.map(\.optimizerStep) == [1, 2])
    }

    @Test func aListenerThatNeverTakesLosesNoEditAndKeepsMetricsBounded() async {
        let bus = MessageBus()
        let wakes = Mutex(0)
        let subscription = await bus.subscribe { wakes.withLock { $0 += 1 } }
        for step in 0..<20_000 {
            await bus.publish(
                .metrics(
                    run: "r", [MetricPoint(series: .totalLoss, optimizerStep: step, value: Double(step % 7))]))
            if step % 1000 == 0 {
                await bus.publish(.note(RunNote(run: "r", optimizerStep: step, text: "")))
            }
        }
        let batch = subscription.take()
        #expect(batch.lossless.count == 21)
        let points = batch.metrics[.totalLoss] ?? []
        #expect(points.count <= ReportSubscription.metricLimit)
        #expect(points.map(\.value).max() == 6)
        #expect(points.map(\.value).min() == 0)
        #expect(points.last!.optimizerStep >= 19_990)
        #expect(wakes.withLock { $0 } == 1)
        #expect(subscription.take().isEmpty)
    }
}
