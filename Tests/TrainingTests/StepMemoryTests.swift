import Data
import Messages
import Network
import Tensors
import Testing

@testable import Training

/// The same step with more or less memory, and with images shared or not.
@Suite struct StepMemoryTests {
    private static func network(_ timeSteps: Int = 3) -> SpikingNetwork {
        MiniNetwork().make(.init(classCount: 4, timeStepCount: timeSteps, size: 12), seed: 5)
    }

    private static func settings() -> TrainingStep.Settings {
        TrainingStep.Settings(
            loss: .init(), learningRate: 1e-2, weightDecay: 0.01, clipNorm: 0, replacementProbability: 0.5)
    }

    private static func batch(_ size: Int = 5) -> Batch {
        let batch = Batch(timeStepCount: 3, capacity: size, size: 12)
        var random = RandomSource(seed: 2)
        for index in 0..<batch.eventFrames.count { batch.eventFrames[index] = Float(max(0, random.below(6) - 3)) }
        for index in 0..<batch.images.count { batch.images[index] = random.uniform(0, 1) }
        return batch
    }

    /// Weights after some steps.
    private static func train(
        options: NetworkTrace.Options, frames: NetworkTrace.InputFrames? = nil, streams: StreamUse = .both,
        steps: Int = 3
    ) throws -> [[Float]] {
        let network = network()
        let step = TrainingStep(
            network: network, streams: streams, batchSize: 5, seed: 7, options: options, frames: frames)
        step.prepare()
        for index in 0..<steps { _ = try step.run(batch(), settings: settings(), optimizerStep: index) }
        return network.parameters.map(\.value.values)
    }

    @Test func lessMemoryGivesTheSameBits() throws {
        var low = NetworkTrace.Options()
        low.recomputes = true
        let (normal, recomputed) = (try Self.train(options: .init()), try Self.train(options: low))
        #expect(zip(normal, recomputed).allSatisfy { $0 == $1 })
    }

    /// Two kernels of Double and two of factors for each time step: for 4096 samples far more than all activations.
    @Test func thePlanHoldsTheKernelsOfTheAlignment() {
        func planned(_ streams: StreamUse, _ batchSize: Int) -> Int {
            let network = Self.network()
            let step = TrainingStep(network: network, streams: streams, batchSize: batchSize, seed: 7)
            let moments = 8 * network.parameters.reduce(0) { $0 + $1.value.count }
            return step.plannedBytes - step.trace.byteCount - moments
        }
        #expect(planned(.both, 32) == 2 * 3 * 32 * 32 * 12)
        #expect(planned(.both, 4096) == 2 * 3 * 4096 * 4096 * 12)
        #expect(planned(.eventsOnly, 32) == 0)
    }

    @Test func lessMemoryIsLess() {
        func bytes(_ recomputes: Bool) -> Int {
            var options = NetworkTrace.Options()
            options.recomputes = recomputes
            let network = VGGNetwork().make(.init(classCount: 10, timeStepCount: 4, size: 24), seed: 1)
            return NetworkTrace(
                network: network, purpose: .training, streamCount: 2, batchSize: 8, inputFrames: .shared,
                options: options
            ).byteCount
        }
        #expect(bytes(true) < bytes(false))
    }

    /// The static stream's frames once, or at every time step: the same gradients but for rounding.
    @Test(arguments: [
        [3, 3, 3, 3, 3], [0, 3, 0, 3, 0], [0, 0, 0, 0, 0], [0, 1, 2, 3, 1],
    ])
    func sharedImagesAreImagesAtEveryTimeStep(starts: [Int]) throws {
        let batch = Self.batch()
        func gradients(_ frames: NetworkTrace.InputFrames) -> ([[Float]], [Float]) {
            let network = Self.network()
            var options = NetworkTrace.Options()
            options.policy = .exact
            let trace = NetworkTrace(
                network: network, purpose: .training, streamCount: 2, batchSize: 5, inputFrames: frames,
                options: options)
            trace.allocate()
            if case .shared = frames {
                InputAssembly.fill(trace, batch: batch, streams: .both, eventStarts: starts)
            } else {
                let size = batch.images.count / 5
                for t in 0..<3 {
                    for sample in 0..<5 {
                        let at = (t * 5 + sample) * size
                        let source =
                            t >= starts[sample] ? batch.eventFrames.pointer + at : batch.images.pointer + sample * size
                        (trace.input.floats + at).update(from: source, count: size)
                    }
                }
                (trace.input.floats + 15 * size).update(from: batch.eventFrames.pointer, count: 15 * size)
            }
            network.clearGradients()
            network.forward(trace)
            let logits = trace.logits.flatMap(\.values)
            var random = RandomSource(seed: 8)
            for gradient in trace.logitGradients {
                for index in 0..<gradient.count { gradient[index] = random.uniform(-1, 1) }
            }
            network.backward(trace)
            return (network.parameters.map(\.gradient.values), logits)
        }
        let (shared, all) = (gradients(.shared), gradients(.all))
        #expect(shared.1 == all.1)
        for (found, expected) in zip(shared.0, all.0) {
            let largest = expected.map(abs).max() ?? 0
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(largest, 1e-3) })
        }
    }

    @Test func imagesAloneAreRepeated() throws {
        let repeated = try Self.train(options: .init(), streams: .imagesOnly)
        #expect(repeated.allSatisfy { $0.allSatisfy(\.isFinite) })
    }
}
