import Configuration
import Tensors
import TestSupport
import Testing

@testable import Network

@Suite struct SynapticOperationsTests {
    /// One image of 4×4 with one channel; 3×3 windows with padding; every neuron fires at every step.
    @Test func asCountedByHand() throws {
        var configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 2, size: 4)
        configuration.inputChannels = 1
        var neuron = configuration.neuron
        (neuron.threshold, neuron.pools) = (-1, false)
        var pooling = neuron
        pooling.pools = true
        let layers: [any Layer] = [
            Convolution(name: "a", inputChannels: 1, outputChannels: 2),
            Neuron(name: "n", configuration: neuron, normalization: nil),
            Convolution(name: "b", inputChannels: 2, outputChannels: 5),
            Neuron(name: "m", configuration: pooling, normalization: nil),
            Convolution(name: "c", inputChannels: 5, outputChannels: 1),
            Neuron(name: "o", configuration: neuron, normalization: nil),
        ]
        let network = SpikingNetwork(configuration: configuration, layers: layers)
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: 3)
        trace.allocate()
        trace.input.floats.update(repeating: 1, count: trace.input.count)
        network.forward(trace)
        let layer = try #require(trace.eventOperations(of: network, samples: 3))
        #expect(layer.map(\.layer) == ["conv1", "conv2", "conv3", "fc4"])
        // Windows that hold a pixel of 4×4: 4 at the four corners, 6 at the eight edges, 9 at the four inside: 100.
        #expect(layer[0].multiplyAccumulates == 2 * 100 * 2 && layer[0].accumulates == 0)
        // 2 channels fire at 2 steps: 4 spikes a position reach 100 windows in all, of 5 channels each.
        #expect(layer[1].accumulates == 4 * 100 * 5 && layer[1].inputSpikes == 64)
        // Pooled to 2×2 every position is in 4 windows: 16 pixels, 5 channels, 2 steps.
        #expect(layer[2].accumulates == 16 * 5 * 2 * 4 && layer[2].inputSpikes == 160)
        // One channel of 2×2 at 2 steps, to 3 classes.
        #expect(layer[3].accumulates == 4 * 2 * 3)
        #expect(abs(layer[0].nanojoules - 400 * 4.6 / 1000) < 1e-12)
        #expect(abs(layer[3].nanojoules - 24 * 0.9 / 1000) < 1e-12)
    }

    /// Against counting every spike of every layer with a neuron, for every network that ships.
    @Test(arguments: ModelCatalogue.all.map(\.name))
    func everyNetworkIsCounted(name: String) throws {
        let model = try #require(ModelCatalogue.all.first { $0.name == name })
        let configuration = SpikingNetwork.Configuration(
            classCount: 3, timeStepCount: 2, size: max(16, model.smallestSize))
        let network = model.make(configuration, seed: 3)
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: 2)
        trace.allocate()
        var random = RandomSource(seed: 5)
        for place in 0..<trace.input.count { trace.input.floats[place] = random.uniform() < 0.4 ? 3 : 0 }
        network.forward(trace)
        let layers = try #require(trace.eventOperations(of: network, samples: 2))
        let weighted = (network.layers + network.eventHead.leaves).count { $0 is Convolution || $0 is Linear }
        #expect(layers.count == weighted)
        // Numbers come from the input alone, and in residual networks from their sums.
        #expect(layers[0].multiplyAccumulates > 0 && layers[0].accumulates == 0)
        let fired = trace.spikes.reduce(0.0) { sum, layer in
            sum + SpikeStatistics(layer: layer.name, spikes: layer.spikes, stream: 0).total / 2
        }
        #expect(fired > 0 && layers.reduce(0) { $0 + $1.inputSpikes } <= fired * 2)
        #expect(layers.allSatisfy { $0.nanojoules >= 0 && $0.nanojoules.isFinite })
    }
}
