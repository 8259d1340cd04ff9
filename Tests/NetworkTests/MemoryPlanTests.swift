@testable import Network
import Tensors
import TestSupport
import Testing

/// Buffers that take each other's place give the bits of buffers that do not: no lifetime is planned too short.
@Suite struct MemoryPlanTests {
    /// Small enough for every pass, with every kind of layer in it.
    static func network(_ name: String) throws -> SpikingNetwork {
        var configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 3, size: 16)
        configuration.neuron.surrogate = ArcTangent()
        guard name == "residual" else {
            return try #require(ModelCatalogue.named(name)).make(configuration, seed: 3)
        }
        let network = SpikingNetwork(
            configuration: configuration, layers: residualBody(blocks: [2, 2, 1], channels: 8, configuration))
        network.drawWeights(RandomSource(seed: 3))
        return network
    }

    struct Pass {
        var logits: [[Float]]
        var gradients: [[Float]] = []
        var input: [Float] = []
    }

    private static func run(
        _ network: SpikingNetwork, _ policy: KernelPolicy, _ purpose: PassPurpose, streams: Int, shares: Bool,
        frames: NetworkTrace.InputFrames = .all, recomputes: Bool = false, wantsInput: Bool = false
    ) -> Pass {
        var options = NetworkTrace.Options()
        options.policy = policy
        (options.sharesMemory, options.recomputes, options.hasInputGradient) = (shares, recomputes, wantsInput)
        let trace = NetworkTrace(
            network: network, purpose: purpose, streamCount: streams, batchSize: 3, inputFrames: frames,
            options: options)
        trace.allocate()
        if case .shared = frames {
            let steps = trace.inputShape.timeStepCount
            trace.showEvents(from: [0, steps, steps / 2])
        }
        var random = RandomSource(seed: 4)
        for index in 0..<trace.input.count { trace.input.floats[index] = Float(max(0, random.below(5) - 2)) }
        trace.beginPass { RandomSource(seed: 9).split("dropout", $0) }
        network.forward(trace)
        var pass = Pass(logits: trace.logits.map(\.values))
        guard purpose == .training else { return pass }
        for gradient in trace.logitGradients {
            for index in 0..<gradient.count { gradient[index] = random.uniform(-1, 1) }
        }
        if let space = trace.domainGradientSpace {
            for index in 0..<space.count { space[index] = random.uniform(-0.1, 0.1) }
            trace.domainFeatureGradient = space
        }
        network.clearGradients()
        network.backward(trace)
        pass.gradients = network.parameters.map(\.gradient.values)
        if let gradient = trace.inputGradient {
            pass.input = Array(UnsafeBufferPointer(start: gradient, count: trace.input.count))
        }
        return pass
    }

    /// Compared as a whole: thousands of numbers are no message.
    private static func expectSame(_ found: Pass, _ expected: Pass, _ what: String) {
        let (logits, gradients) = (found.logits == expected.logits, found.gradients == expected.gradients)
        #expect(logits, "\(what): logits")
        #expect(gradients, "\(what): gradients")
        let inputs = found.input == expected.input
        #expect(inputs, "\(what): gradient of the input")
    }

    @Test(arguments: ["mini", "residual", "scnn", "nmnist", "mini-single", "scnn-single"], KernelPolicy.allCases)
    func sharedPlacesGiveTheBitsOfPlacesOfTheirOwn(name: String, policy: KernelPolicy) throws {
        let network = try Self.network(name)
        let streams = network.hasTwoStreams ? 2 : 1
        for purpose in [PassPurpose.training, .evaluation, .inspection] {
            let shared = Self.run(network, policy, purpose, streams: streams, shares: true)
            let apart = Self.run(network, policy, purpose, streams: streams, shares: false)
            Self.expectSame(shared, apart, "\(purpose)")
            #expect(shared.logits.allSatisfy { $0.allSatisfy(\.isFinite) })
        }
        let apart = Self.run(network, policy, .training, streams: streams, shares: false, wantsInput: true)
        let shared = Self.run(network, policy, .training, streams: streams, shares: true, wantsInput: true)
        Self.expectSame(shared, apart, "with the input's gradient")
        #expect(apart.input.contains { $0 != 0 })
        let recomputed = Self.run(
            network, policy, .training, streams: streams, shares: true, recomputes: true, wantsInput: true)
        Self.expectSame(recomputed, apart, "low memory")
        guard streams == 2 else { return }
        let sharedImages = Self.run(
            network, policy, .training, streams: 2, shares: false, frames: .shared, wantsInput: true)
        for recomputes in [false, true] {
            let found = Self.run(
                network, policy, .training, streams: 2, shares: true, frames: .shared, recomputes: recomputes,
                wantsInput: true)
            Self.expectSame(found, sharedImages, "shared images, low memory \(recomputes)")
        }
    }

    @Test(arguments: KernelPolicy.allCases)
    func lowMemoryIsLessForResidualNetworks(policy: KernelPolicy) throws {
        func bytes(_ recomputes: Bool) -> Int {
            var options = NetworkTrace.Options()
            (options.recomputes, options.policy) = (recomputes, policy)
            return NetworkTrace(
                network: ResNet18Network().assemble(.init(classCount: 3, timeStepCount: 4, size: 24)),
                purpose: .training, streamCount: 2, batchSize: 48, inputFrames: .shared, options: options
            ).byteCount
        }
        #expect(bytes(true) < bytes(false))
    }
}
