import Configuration
import Messages
import Network
import Tensors
import Testing
import TestSupport

@testable import Training

/// Spikes are counted when they are fired, also where they are not kept.
@Suite struct SpikeCountTests {
    private func frames(_ network: SpikingNetwork, batchSize: Int) -> Tensor {
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: batchSize)
        var random = RandomSource(seed: 5)
        let frames = Tensor(trace.inputShape.shape)
        for index in 0..<frames.count { frames.pointer[index] = Float(max(0, random.below(12) - 8)) }
        return frames
    }

    @Test("an evaluation counts what an inspection shows", arguments: ModelCatalogue.all.map(\.name))
    func sameCount(model: String) throws {
        var configuration = RunConfiguration()
        configuration.data.timeStepCount = 3
        try configuration.assign("network.model=\(model)")
        configuration.data.size = model.hasPrefix("mini") ? 8 : 32
        let network = try configuration.makeNetwork(classCount: 3)
        let batchSize = 2
        let frames = frames(network, batchSize: batchSize)
        let result = Evaluation(network: network, batchSize: batchSize).run(inputs: [(frames, [0, 1])])

        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: batchSize)
        trace.allocate()
        trace.input.floats.update(from: frames.pointer, count: frames.count)
        network.forward(trace)
        let found = try #require(trace.eventSpikeCount(samples: batchSize))
        let ofBody = trace.eventSpikeStatistics().reduce(0) { $0 + $1.total }
        let hasHeadNeurons = network.neurons.count > trace.spikes.count
        #expect(hasHeadNeurons ? Double(found) >= ofBody : abs(Double(found) - ofBody) < 0.5)
        #expect(result.spikesPerInference == Double(found) / 2)
        #expect(found > 0)
        // The samples add up.
        let one = try #require(trace.eventSpikeCount(samples: 1))
        #expect(one > 0 && one < found)
    }

    @Test("padding of the last batch is not counted")
    func padding() throws {
        var configuration = RunConfiguration()
        (configuration.data.timeStepCount, configuration.data.size) = (2, 8)
        let network = try configuration.makeNetwork(classCount: 3)
        let (two, evaluation) = (frames(network, batchSize: 2), Evaluation(network: network, batchSize: 2))
        let both = try #require(evaluation.run(inputs: [(two, [0, 1])]).spikesPerInference)
        let first = try #require(evaluation.run(inputs: [(two, [0])]).spikesPerInference)
        #expect(first != both)
        let trace = NetworkTrace(network: network, purpose: .inspection, streamCount: 1, batchSize: 2)
        trace.allocate()
        trace.input.floats.update(from: two.pointer, count: two.count)
        network.forward(trace)
        #expect(first == trace.eventSpikeCount(samples: 1).map(Double.init))
    }
}
