import Configuration
import Network
import Tensors
import TestSupport
import Testing

@testable import Training

/// What can be set of any network.
@Suite("Network options") struct NetworkOptionTests {
    private static func configuration(_ assignments: String...) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        for assignment in ["data.size=16", "data.time_steps=2"] + assignments { try configuration.assign(assignment) }
        return configuration
    }

    /// Every network with two streams trains and is aligned by the bottleneck's potentials.
    @Test(arguments: ModelCatalogue.all.filter { $0.smallestSize <= 16 }.map(\.name))
    func bottleneck(name: String) throws {
        var configuration = try Self.configuration("network.bottleneck=24", "network.separate_input=true")
        configuration.network.model = name
        let network = try configuration.makeNetwork(classCount: 3)
        #expect(network.alignedFeatureCount == 24)
        let inputs = network.parameters.filter { $0.name.hasSuffix("weight") }
        let channels = inputs.first { $0.referenceShape.rank == 4 }?.referenceShape[1]
        #expect(channels == (network.hasTwoStreams ? 4 : 2))
        #expect(network.parameters.contains { $0.name == "bottleneck.weight" })
    }

    /// Images go through their weights alone and events through theirs, whoever shows them, also where one image stands for
    /// all time steps; one stream is the events'.
    @Test func separateWeightsSeeTheirOwnFrames() throws {
        let configuration = try Self.configuration("network.separate_input=true")
        func logits(_ frames: NetworkTrace.InputFrames, streams: Int, without slot: Int?) throws -> [[Float]] {
            let network = try configuration.makeNetwork(classCount: 3)
            let weight = try #require(network.parameters.first { $0.referenceShape.rank == 4 })
            if let slot {
                var values = weight.referenceOrder(of: weight.value)
                for index in values.indices where index / 9 % 4 / 2 == slot { values[index] = 0 }
                weight.load(referenceOrder: values, into: weight.value)
            }
            let trace = NetworkTrace(
                network: network, purpose: .training, streamCount: streams, batchSize: 2, inputFrames: frames)
            trace.allocate()
            var random = RandomSource(seed: 3)
            for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 3) }
            network.forward(trace)
            return trace.logits.map(\.values)
        }
        for frames in [NetworkTrace.InputFrames.all, .shared] {
            let whole = try logits(frames, streams: 2, without: nil)
            let (noImages, noEvents) = (
                try logits(frames, streams: 2, without: 0), try logits(frames, streams: 2, without: 1)
            )
            #expect(noImages[0] != whole[0] && noImages[1] == whole[1])
            #expect(noEvents[0] == whole[0] && noEvents[1] != whole[1])
        }
        let single = try logits(.all, streams: 1, without: nil)
        #expect(try logits(.all, streams: 1, without: 0) == single)
        #expect(try logits(.all, streams: 1, without: 1) != single)
    }

    /// Where both halves are alike, it is the convolution it took the place of.
    @Test func equalHalvesAreOneConvolution() throws {
        let separate = try Self.configuration("network.separate_input=true").makeNetwork(classCount: 3)
        let shared = try Self.configuration().makeNetwork(classCount: 3)
        func first(_ network: SpikingNetwork) throws -> Parameter {
            try #require(network.parameters.first { $0.referenceShape.rank == 4 })
        }
        let (wide, narrow) = (try first(separate), try first(shared))
        let values = narrow.referenceOrder(of: narrow.value)
        wide.load(
            referenceOrder: (0..<2 * values.count).map { values[$0 / 36 * 18 + $0 % 18] }, into: wide.value)
        for (a, b) in zip(separate.parameters, shared.parameters) where a !== wide { a.value.copy(from: b.value) }
        func run(_ network: SpikingNetwork) -> ([[Float]], [Float]) {
            var options = NetworkTrace.Options()
            (options.policy, options.hasInputGradient) = (.exact, true)
            let trace = NetworkTrace(
                network: network, purpose: .training, streamCount: 2, batchSize: 3, inputFrames: .shared,
                options: options)
            trace.allocate()
            trace.showEvents(from: [0, 1, 2])
            var random = RandomSource(seed: 3)
            for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 3) }
            network.clearGradients()
            network.forward(trace)
            for gradient in trace.logitGradients { gradient.fill(0.25) }
            network.backward(trace)
            return (
                trace.logits.map(\.values), (0..<trace.input.count).map { trace.inputGradient?[$0] ?? .nan }
            )
        }
        let (found, expected) = (run(separate), run(shared))
        for (a, b) in zip(found.0.joined(), expected.0.joined()) { #expect(abs(a - b) < 1e-4) }
        for (a, b) in zip(found.1, expected.1) { #expect(abs(a - b) < 1e-4) }
        // The slopes of both halves are together those of the one.
        let halves = wide.referenceOrder(of: wide.gradient)
        let whole = narrow.referenceOrder(of: narrow.gradient)
        for (index, slope) in whole.enumerated() {
            let at = index / 18 * 36 + index % 18
            #expect(abs(halves[at] + halves[at + 18] - slope) < 1e-3)
        }
    }
}
