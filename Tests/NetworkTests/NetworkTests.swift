import FileFormats
import Foundation
@testable import Network
import Tensors
import Testing

@Suite struct SpikingNetworkTests {
    @Test func theVGGNetworkHasThePapersParameters() {
        let network = VGGNetwork().make(.init(classCount: 101, timeStepCount: 10, size: 48), seed: 1)
        #expect(network.parameterCount == 10_153_700)
        let entries = network.stateEntries()
        #expect(entries.count == 78)
        #expect(entries.reduce(0) { $0 + $1.shape.reduce(1, *) } == 10_159_212)
    }

    @Test(arguments: ModelCatalogue.all.map(\.name))
    func aSavedNetworkReadsBackWithTheSameBits(name: String) throws {
        let model = try #require(ModelCatalogue.named(name))
        let configuration = SpikingNetwork.Configuration(
            classCount: 3, timeStepCount: 2, size: model.smallestSize)
        let (network, other) = (model.make(configuration, seed: 1), model.make(configuration, seed: 2))
        #expect(network.parameters.last!.value.values != other.parameters.last!.value.values)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try SafetensorsWriter.write(network.stateEntries(), metadata: [:], to: file)
        try other.loadState(from: SafetensorsFile(contentsOf: file))
        for (left, right) in zip(network.parameters, other.parameters) {
            #expect(left.value.values == right.value.values, "\(left.name)")
        }

        let wider = model.make(.init(classCount: 4, timeStepCount: 2, size: model.smallestSize), seed: 1)
        #expect(throws: NetworkStateError.self) { try wider.loadState(from: SafetensorsFile(contentsOf: file)) }
        let longer = model.make(.init(classCount: 3, timeStepCount: 3, size: model.smallestSize), seed: 1)
        #expect(throws: NetworkStateError.self) { try longer.loadState(from: SafetensorsFile(contentsOf: file)) }
    }

    @Test func theSameSeedGivesTheSameWeights() {
        let configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 2, size: 8)
        let (first, second) = (MiniNetwork().make(configuration, seed: 5), MiniNetwork().make(configuration, seed: 5))
        #expect(zip(first.parameters, second.parameters).allSatisfy { $0.value.values == $1.value.values })
    }

    @Test func memoryIsPlannedBeforeItIsTaken() {
        let network = MiniNetwork().make(.init(classCount: 10, timeStepCount: 4, size: 16), seed: 1)
        let one = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 4).byteCount
        let two = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 8).byteCount
        let evaluation = NetworkTrace(network: network, purpose: .evaluation, streamCount: 1, batchSize: 8).byteCount
        #expect(one < two && two < 2 * one)
        #expect(evaluation < two / 2)
    }

    @Test func plainAndVectorizedKernelsGiveTheSameBits() {
        let network = MiniNetwork().make(.init(classCount: 3, timeStepCount: 3, size: 9), seed: 4)
        func gradients() -> [[Float]] {
            var options = NetworkTrace.Options()
            options.policy = .exact
            let trace = NetworkTrace(
                network: network, purpose: .training, streamCount: 2, batchSize: 3, options: options)
            trace.allocate()
            var random = RandomSource(seed: 8)
            for index in 0..<trace.input.count { trace.input.floats[index] = Float(random.below(3)) }
            network.clearGradients()
            network.forward(trace)
            for gradient in trace.logitGradients {
                for index in 0..<gradient.count { gradient[index] = random.uniform(-1, 1) }
            }
            network.backward(trace)
            return network.parameters.map(\.gradient.values)
        }
        kernels_use_plain(0)
        let vectorized = gradients()
        kernels_use_plain(1)
        let plain = gradients()
        kernels_use_plain(0)
        // Compared one by one: thousands of numbers are no message.
        #expect(zip(vectorized, plain).allSatisfy { $0 == $1 })
    }
}
