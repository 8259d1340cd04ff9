import Configuration
import Foundation
import Messages
import RunStore
import Synchronization
import Testing
import TestSupport

@Suite struct MetricsTests {
    let scratch: Scratch
    let store: RunStore
    let run: String

    init() throws {
        scratch = try Scratch()
        store = try RunStore(paths: scratch.paths)
        run = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
    }

    private func point(_ series: MetricSeries, _ step: Int, _ value: Double) -> MetricPoint {
        MetricPoint(series: series, optimizerStep: step, value: value)
    }

    @Test func pointsComeBackBitForBit() throws {
        let values: [Double] = [
            0, -0.0, 0.1, 1e-300, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
        ]
        try store.append(metrics: values.enumerated().map { point(.totalLoss, $0, $1) }, run: run)
        let read = try store.metrics(run: run, series: .totalLoss)
        #expect(read.map(\.optimizerStep) == Array(0..<values.count))
        for (found, expected) in zip(read.map(\.value), values) {
            #expect(found == expected || (found.isNaN && expected.isNaN))
        }
    }

    @Test func seriesAreApartAndStepsCanBeSkipped() throws {
        let own = MetricSeries(rawValue: "my.own 'series'")
        try store.append(metrics: [], run: run)
        try store.append(
            metrics: (1...10).flatMap { [point(.totalLoss, $0, Double($0)), point(own, $0, Double(-$0))] }, run: run)
        #expect(try store.metrics(run: run, series: own, from: 9) == [point(own, 9, -9), point(own, 10, -10)])
        #expect(try store.metrics(run: run, series: .linearCKA).isEmpty)
        let all = try store.metrics(run: run)
        #expect(all.count == 20)
        #expect(all.map(\.optimizerStep) == all.map(\.optimizerStep).sorted())
    }

    @Test func aStepMadeAgainTakesThePlaceOfTheFirst() throws {
        try store.append(metrics: (1...5).map { point(.totalLoss, $0, 1) }, run: run)
        try store.append(metrics: (4...6).map { point(.totalLoss, $0, 2) }, run: run)
        #expect(try store.metrics(run: run, series: .totalLoss).map(\.value) == [1, 1, 1, 2, 2, 2])
    }

    @Test func whatFollowsAStepIsForgottenOfThisRunAlone() throws {
        let other = try store.create(configuration: RunConfiguration(), name: nil, parent: nil)
        for run in [run, other] {
            try store.append(
                metrics: (1...6).flatMap { [point(.totalLoss, $0, 1), point(.validationAccuracy, $0, 1)] }, run: run)
            for step in [3, 6] {
                try store.record(
                    spikes: SpikeGrid(optimizerStep: step, layers: []),
                    alignment: AlignmentSnapshot(optimizerStep: step, linearCKA: [], timeStepWeights: []), run: run)
            }
        }
        try store.dropMeasurements(after: 4, run: run)
        let left = try store.timeline(of: run)
        #expect(left.detail.metrics.map(\.optimizerStep).max() == 4 && left.detail.metrics.count == 8)
        #expect(left.spikes.map(\.optimizerStep) == [3] && left.alignments.map(\.optimizerStep) == [3])
        let whole = try store.timeline(of: other)
        #expect(whole.detail.metrics.count == 12 && whole.spikes.count == 2 && whole.alignments.count == 2)
        #expect(try store.lastSpikes(of: run)?.optimizerStep == 3)
        #expect(try store.lastSpikes(of: other)?.optimizerStep == 6)
    }

    @Test func manyPointsAndAThinnedViewThatKeepsTheSpikes() throws {
        let count = 20_000
        for start in stride(from: 0, to: count, by: 2000) {
            let points = (start..<(start + 2000)).map {
                point(.totalLoss, $0, $0 == 7777 ? 1000 : $0 == 12345 ? -1000 : Double($0 % 10))
            }
            try store.append(metrics: points, run: run)
        }
        #expect(try store.metrics(run: run).count == count)
        let view = try store.run(run).metrics
        #expect(view.count <= RunStore.detailPointLimit && view.count > RunStore.detailPointLimit / 2)
        #expect((view.first?.optimizerStep, view.last?.optimizerStep) == (0, count - 1))
        #expect(view.contains(point(.totalLoss, 7777, 1000)))
        #expect(view.contains(point(.totalLoss, 12345, -1000)))
        #expect(view.map(\.optimizerStep) == view.map(\.optimizerStep).sorted())
        #expect(Set(view.map(\.optimizerStep)).count == view.count)
    }

    @Test func theListShowsTheLatestFigures() throws {
        try store.append(
            metrics: [
                point(.totalLoss, 1, 2), point(.totalLoss, 2, 1.5), point(.validationAccuracy, 1, 0.6),
                point(.validationAccuracy, 2, 0.5),
            ], run: run)
        var summary = try #require(try store.runs().first)
        #expect(summary.lastLoss == 1.5)
        #expect(summary.validationAccuracy == 0.6)
        #expect(summary.optimizerStep == 2)
        try store.append(metrics: [point(.totalLoss, 3, .nan)], run: run)
        summary = try #require(try store.runs().first)
        #expect(summary.lastLoss == nil)
    }

    @Test func readersSeeWholeBatchesWhileOthersWrite() throws {
        let (store, run) = (store, run)
        let other = try RunStore(paths: scratch.paths)
        let seen = Seen()
        DispatchQueue.concurrentPerform(iterations: 6) { index in
            do {
                for round in 0..<30 {
                    if index < 2 {
                        let writer = index == 0 ? store : other
                        let series = MetricSeries(rawValue: "series \(index)")
                        try writer.append(
                            metrics: (0..<10).map { point(series, round * 10 + $0, Double($0)) }, run: run)
                    } else {
                        let reader = index.isMultiple(of: 2) ? store : other
                        seen.add(try reader.metrics(run: run, series: MetricSeries(rawValue: "series 0")).count)
                    }
                }
            } catch {
                Issue.record(error)
            }
        }
        #expect(seen.counts.count == 120)
        #expect(seen.counts.allSatisfy { $0.isMultiple(of: 10) })
        #expect(try other.metrics(run: run).count == 600)
    }
}

private final class Seen: Sendable {
    private let values = Mutex<[Int]>([])
    var counts: [Int] { values.withLock { $0 } }
    func add(_ count: Int) { values.withLock { $0.append(count) } }
}
