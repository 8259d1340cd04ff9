import Data
import Foundation
import Network
import Tensors
import TestSupport
import Testing

@testable import Training

/// What the process grows by when a step is prepared and run, beside what was planned; on its own, because other tests grow,
/// too: `SACCADE_BENCH=1 swift test --filter StepGrowthBench`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SACCADE_BENCH"] != nil))
struct StepGrowthBench {
    @Test(
        arguments: [
            ("vgg", 48, 10, 4), ("resnet18", 48, 6, 4), ("resnet34", 48, 6, 4), ("scnn", 28, 12, 128),
            ("nmnist", 34, 10, 16),
            ("mini", 32, 6, 128),
        ], [false, true])
    func grownIsAsPlanned(_ entry: (name: String, size: Int, timeSteps: Int, batch: Int), lowMemory: Bool) throws {
        let model = try #require(ModelCatalogue.named(entry.name))
        let network = model.make(
            .init(classCount: 20, timeStepCount: entry.timeSteps, size: entry.size), seed: 1)
        var options = NetworkTrace.Options()
        options.recomputes = lowMemory
        let batch = Batch(timeStepCount: entry.timeSteps, capacity: entry.batch, size: entry.size)
        var random = RandomSource(seed: 2)
        for index in 0..<batch.eventFrames.count { batch.eventFrames[index] = Float(max(0, random.below(12) - 9)) }
        // The gradients were zero pages until now.
        network.clearGradients()
        let before = try Self.resident()
        let step = TrainingStep(
            network: network, streams: .both, batchSize: entry.batch, seed: 1, options: options)
        step.prepare()
        _ = try step.run(
            batch,
            settings: .init(
                loss: .init(), learningRate: 1e-3, weightDecay: 0, clipNorm: 0, replacementProbability: 0.5),
            optimizerStep: 0)
        let (grown, planned) = (try Self.resident() - before, step.plannedBytes)
        print(
            "\(entry.name)\(lowMemory ? ", low memory" : ""): planned \(planned / 1_000_000) MB, grown \(grown / 1_000_000) MB"
        )
        // Less, where the process still had what the case before has given back; the product of matrices keeps some memory
        // of its own, which does not grow with the batch.
        #expect(Double(grown) < 1.02 * Double(planned) + 16e6)
        withExtendedLifetime(step) {}
    }

    /// Bytes that this process holds.
    private static func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * Int(getpagesize())
    }
}
