@testable import Network
import Tensors
import TestSupport
import Testing

/// Neurons in vectors beside neurons one by one: the same bits.
@Suite struct NeuronKernelTests {
    static let surrogates = SurrogateCatalogue.all.map(\.name)
    static let dynamics: [NeuronDynamics] = [
        .leaky(membraneTimeConstant: 2), .leaky(membraneTimeConstant: 1.7), .integrate, .parametric(weight: 0.3),
        .biased(membraneTimeConstant: 2, bias: 0.1), .linear(memory: 0.8, gain: 0.7, bias: -0.05),
    ]

    @Test(arguments: surrogates, dynamics)
    func twinsGiveTheSameBits(surrogate: String, dynamics: NeuronDynamics) throws {
        for (channels, height, width, pools) in [(8, 5, 7, true), (136, 2, 3, false), (16, 6, 6, true)] {
            let shape = ActivationShape(
                streamCount: 2, timeStepCount: 3, batchSize: 2, height: height, width: width, channels: channels)
            func run() throws -> ([Float], [Float], [Float]) {
                var configuration = Neuron.Configuration()
                configuration.dynamics = dynamics
                configuration.surrogate = try #require(SurrogateCatalogue.named(surrogate))
                configuration.keepsMembrane = true
                configuration.pools = pools
                let normalization = BatchNormalization(name: "bn", channels: channels)
                let neuron = Neuron(name: "n", configuration: configuration, normalization: normalization)
                let harness = LayerHarness([neuron], shape)
                var random = RandomSource(seed: 3)
                for index in 0..<harness.input.count { harness.input[index] = random.uniform(-2, 3) }
                harness.forward()
                let output = harness.output.values
                let gradient = harness.backward(output.map { _ in random.uniform(-1, 1) })
                return (output, gradient, normalization.weight.gradient.values)
            }
            let fast = try run()
            kernels_use_plain(1)
            defer { kernels_use_plain(0) }
            let plain = try run()
            #expect(fast.0 == plain.0 && fast.1 == plain.1 && fast.2 == plain.2, "\(channels) channels")
        }
    }

    /// A neuron that pools is one that does not, and pooling behind it.
    @Test(arguments: [(6, 6), (5, 7), (3, 2)])
    func poolingInsideIsPoolingBehind(height: Int, width: Int) {
        let shape = ActivationShape(
            streamCount: 1, timeStepCount: 4, batchSize: 2, height: height, width: width, channels: 11)
        func run(_ pools: Bool) -> ([Float], [Float]) {
            var configuration = Neuron.Configuration()
            configuration.pools = pools
            let neuron = Neuron(name: "n", configuration: configuration, normalization: nil)
            let harness = LayerHarness(pools ? [neuron] : [neuron, AveragePooling()], shape)
            var random = RandomSource(seed: 6)
            for index in 0..<harness.input.count { harness.input[index] = random.uniform(-1, 2) }
            harness.forward()
            let output = harness.output.values
            return (output, harness.backward(output.map { _ in random.uniform(-1, 1) }))
        }
        let (inside, behind) = (run(true), run(false))
        #expect(inside.0 == behind.0 && inside.1 == behind.1)
    }

    @Test func spikesAreSummedAsTheyAreCounted() throws {
        let shape = ActivationShape(
            streamCount: 1, timeStepCount: 5, batchSize: 3, height: 4, width: 3, channels: 10)
        let neuron = Neuron(name: "n", configuration: .init(), normalization: nil)
        let harness = LayerHarness([neuron], shape)
        var random = RandomSource(seed: 12)
        for index in 0..<harness.input.count { harness.input[index] = random.uniform(-1, 2.5) }
        harness.forward()
        let trace = try #require(harness.traces[0] as? NeuronTrace)
        let bits = SpikeStatistics(layer: "n", spikes: trace.spikes, stream: 0)
        #expect(trace.spikes.activeCount == Int(harness.output.values.reduce(0, +)))
        let dense = Activation(shape)
        dense.floats.update(from: harness.output.values, count: shape.count)
        #expect(bits == SpikeStatistics(layer: "n", spikes: dense, stream: 0))
    }
}
