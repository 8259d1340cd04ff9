import Foundation
import Messages
import Testing
import TestSupport
import Training

@testable import Engine

@Suite("The epoch that is tested") struct BestEpochTests {
    @Test(arguments: [
        (0.5, 0.9, 0.6, 1.5, true), (0.5, 0.9, 0.4, 0.1, false), (0.5, 0.9, 0.5, 0.8, true),
        (0.5, 0.9, 0.5, 1.0, false), (0.5, 0.9, 0.5, 0.9, true), (0.5, 0.9, 0.5, Double.nan, true),
    ])
    func tiesGoToTheLowerLossThenToTheLater(
        accuracy: Double, loss: Double, later: Double, laterLoss: Double, isBeaten: Bool
    ) {
        let best = BestEpoch(accuracy: accuracy, loss: loss, epoch: 1, optimizerStep: 3)
        #expect(best.gives(wayTo: later, loss: laterLoss) == isBeaten)
        // Of an older program nothing but the accuracy is known.
        let older = BestEpoch(accuracy: accuracy, loss: nil, epoch: 1, optimizerStep: nil)
        #expect(older.gives(wayTo: later, loss: laterLoss) == (later >= accuracy))
    }

    @Test("of a fork is one of its own, and the result says which step was tested")
    func forks() async throws {
        let scratch = try Scratch()
        let bench = try await Bench(scratch.paths)
        let run = try await bench.start(.tiny(epochs: 6))
        #expect(try await bench.end().phase == .finished)
        let detail = try bench.store.run(run)
        let tested = try #require(try bench.store.result(run: run))
        let best = try #require(try bench.store.bestCheckpoint(run: run))
        #expect(tested.testedStep == best.optimizerStep && tested.testedText.contains("step \(best.optimizerStep)"))
        let late = try #require(detail.presentCheckpoints.last { $0.reason == "epoch" })
        let answer = await bench.send(.fork(run: run, checkpoint: late.path, changes: [], name: nil))
        guard case .tookEffect(let fork?, let step) = answer else {
            Issue.record("the fork was answered with \(answer)")
            return
        }
        let ended = try await bench.diary.state { $0.run == fork && $0.phase.isEnd }
        #expect(ended.phase == .finished)
        let result = try #require(try bench.store.result(run: fork))
        #expect(try #require(result.testedStep) > step, "it is not one of its parent's")
        #expect(
            try bench.store.run(fork).checkpoints.filter { $0.reason == "best" }.allSatisfy { $0.optimizerStep > step })
        // Made again from its start, the fork is tested on the same epochs.
        guard case .tookEffect(let again?, 0) = await bench.send(.reproduce(run: fork, name: nil)) else {
            Issue.record("the fork cannot be made again")
            return
        }
        _ = try await bench.diary.state { $0.run == again && $0.phase.isEnd }
        let repeated = try #require(try bench.store.result(run: again))
        #expect(repeated.testedStep == result.testedStep && repeated.testAccuracy == result.testAccuracy)
        #expect(repeated.validationAccuracy == result.validationAccuracy)
        await bench.close()
    }
}
