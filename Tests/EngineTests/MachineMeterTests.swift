import Configuration
import TestSupport
import Testing
import Training

@testable import Engine

/// What a run takes of the machine, and the points that are made of it.
struct MachineMeterTests {
    private static func time(data: Double = 0, forward: Double, backward: Double) -> StepTime {
        var time = StepTime()
        (time.data, time.forward, time.backward) = (data, forward, backward)
        return time
    }

    @Test func meansAreOfTheStepsOfASecondOfWork() throws {
        var meter = MachineMeter()
        // The first step only says where the second begins.
        #expect(meter.addStep(Self.time(forward: 9, backward: 9), workSeconds: 10, processorSeconds: 5) == nil)
        let step = Self.time(data: 0.1, forward: 0.2, backward: 0.2)
        #expect(meter.addStep(step, workSeconds: 10.5, processorSeconds: 6) == nil)
        let second = meter.addStep(step, workSeconds: 11, processorSeconds: 6.75)
        let load = try #require(second)
        #expect(load.stepCount == 2 && load.processorCores == 1.75)
        #expect(abs(load.time.total - 1) < 1e-12 && load.residentBytes > 1 << 20)
        // The next second has nothing of this one.
        #expect(meter.addStep(step, workSeconds: 11.5, processorSeconds: 7) == nil)
        let next = meter.addStep(step, workSeconds: 13, processorSeconds: 7.75)
        #expect(next?.processorCores == 0.5)
    }

    /// What passes between two stretches of work is not part of either.
    @Test func workIsCountedWithoutPauses() {
        var work = WorkTime(seconds: 5)
        #expect(work.seconds == 5 && work.processorSeconds == 0)
        work.begin()
        let before = WorkTime.ofProcess
        while work.processorSeconds == 0 { _ = before.squareRoot() }
        work.end()
        let (seconds, processor) = (work.seconds, work.processorSeconds)
        #expect(seconds > 5 && processor > 0)
        let pause = WorkTime.ofProcess
        while WorkTime.ofProcess == pause {}
        #expect(work.seconds == seconds && work.processorSeconds == processor)
    }

    @Test func everySeriesOfTheMachineHasAPanel() {
        let figures = MachineFigures()
        let panels = Set(figures.panels.map(\.key))
        #expect(figures.series.allSatisfy { $0.panel.map(panels.contains) ?? false })
        let all = Set(EngineDescription.shipped.series.map(\.series))
        #expect(figures.series.allSatisfy { all.contains($0.series) })
    }

    /// A run that lasts has points of all of them; they come with the others and are stored with them.
    @Test func runsReportWhatTheyTake() async throws {
        let scratch = try Scratch()
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 100_000))
        var values: [MetricSeries: Double] = [:]
        try await eventually("points of the machine", seconds: 120) {
            values =
                (try? bench.store.metrics(run: run)).map { points in
                    Dictionary(points.map { ($0.series, $0.value) }) { first, _ in first }
                } ?? [:]
            return values[.memoryUse] != nil
        }
        await bench.send(.stop)
        try await bench.end()
        await bench.close()
        let total = try #require(values[.stepTime])
        let parts: [MetricSeries] = [.dataTime, .forwardTime, .lossTime, .backwardTime, .optimizerTime]
        let sum = try parts.reduce(0) { try $0 + #require(values[$1]) }
        #expect(total > 0 && abs(sum - total) < 1e-9 * total)
        #expect(try #require(values[.processorUse]) > 0 && #require(values[.memoryUse]) > 0)
    }
}
