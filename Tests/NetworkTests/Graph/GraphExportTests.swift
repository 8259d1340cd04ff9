import FileFormats
import Foundation
import Tensors
import Testing

@testable import Network

@Suite struct GraphExportTests {
    /// A network whose normalizations have seen something.
    private static func network(_ name: String, _ change: (inout SpikingNetwork.Configuration) -> Void = { _ in })
        throws
        -> SpikingNetwork
    {
        let model = try #require(ModelCatalogue.all.first { $0.name == name })
        var configuration = SpikingNetwork.Configuration(
            classCount: 3, timeStepCount: 3, size: max(12, model.smallestSize))
        change(&configuration)
        let network = model.make(configuration, seed: 4)
        var random = RandomSource(seed: 5)
        for normalization in network.normalizations {
            for c in 0..<normalization.runningMean.count {
                normalization.runningMean.pointer[c] = random.uniform(-0.3, 0.3)
                normalization.runningVariance.pointer[c] = random.uniform(0.2, 1)
                normalization.weight.value.pointer[c] = random.uniform(0.5, 1.5)
                normalization.bias.value.pointer[c] = random.uniform(0, 0.6)
            }
        }
        return network
    }

    /// The largest difference of a logit between a network and its graph, written, read and run; and the spikes of both.
    private static func compare(_ network: SpikingNetwork, _ export: GraphExport) throws -> (Float, spikes: (Int?, Int))
    {
        let configuration = network.configuration
        let (steps, size) = (configuration.timeStepCount, configuration.size)
        let trace = NetworkTrace(network: network, purpose: .evaluation, streamCount: 1, batchSize: 1)
        trace.allocate()
        var random = RandomSource(seed: 6)
        for index in 0..<trace.input.count { trace.input.floats[index] = Float(random.below(3)) }
        network.forward(trace)

        let written = try NIRGraph(network.graph(export).encoded(), path: "a.nir")
        let graph = try GraphNetwork(written, path: "a.nir")
        #expect(graph.inputShape == [2, size, size] && graph.outputCount == 3)
        #expect(graph.timeStep == export.timeStep)
        let pass = GraphPass(graph)
        var (worst, spikes) = (Float(0), 0)
        for step in 0..<steps {
            var output = [Float](repeating: 0, count: 3)
            let image = trace.input.floats + step * size * size * 2
            output.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                spikes += pass.step(into: base) { input in
                    for pixel in 0..<size * size {
                        for channel in 0..<2 { input[channel * size * size + pixel] = image[2 * pixel + channel] }
                    }
                }
            }
            for k in 0..<3 { worst = max(worst, abs(output[k] - trace.eventLogits.pointer[step * 3 + k])) }
        }
        return (worst, (trace.eventSpikeCount(samples: 1), spikes))
    }

    @Test(arguments: ["mini", "mini-single", "vgg", "resnet18", "scnn", "nmnist"], GraphExport.Pooling.allCases)
    func aGraphAnswersAsItsNetwork(name: String, pooling: GraphExport.Pooling) throws {
        var export = GraphExport()
        export.pooling = pooling
        let (worst, spikes) = try Self.compare(try Self.network(name), export)
        #expect(worst < 1e-3, "\(spikes)")
        #expect(spikes.1 > 20)
    }

    @Test(arguments: [
        NeuronDynamics.integrate, .leaky(membraneTimeConstant: 3.7), .parametric(weight: 0.3),
        .biased(membraneTimeConstant: 2, bias: 0.1), .linear(memory: 0.75, gain: 0.5, bias: 0.05),
    ])
    func everyNeuronHasACounterpart(dynamics: NeuronDynamics) throws {
        var export = GraphExport()
        export.timeStep = 1e-3
        let (worst, spikes) = try Self.compare(
            try Self.network("mini") { configuration in
                configuration.neuron.dynamics = dynamics
                configuration.neuron.trainsThreshold = true
                configuration.dropout = 0.5
            }, export)
        #expect(worst < 1e-3)
        #expect(spikes.0 == spikes.1 && spikes.1 > 20)
    }

    @Test(arguments: SurrogateCatalogue.all.map(\.name))
    func whenANeuronFiresIsKept(name: String) throws {
        let surrogate = try #require(SurrogateCatalogue.all.first { $0.name == name })
        let network = try Self.network("mini") { $0.neuron.surrogate = surrogate }
        guard !surrogate.firing.isSigned else {
            let error = #expect(throws: GraphError.self) { try network.graph() }
            #expect(error?.description.contains("network.surrogate=\(name)") == true)
            return
        }
        let graph = try network.graph()
        let node = try #require(graph.nodes.first { $0.type == "LIF" })
        let said = Float(0.5) + surrogate.firing.offset
        #expect(
            node.fields["v_threshold"]?.values == .repeated(surrogate.firing.equalityFires ? said.nextDown : said))
    }

    /// One channel, one pixel: weight · γ / √(variance + ε), and β − mean · the same.
    @Test func normalizationIsFolded() throws {
        let convolution = Convolution(name: "c", inputChannels: 1, outputChannels: 1, kernel: 1, padding: 0)
        convolution.weight.value.pointer[0] = 3
        let normalization = BatchNormalization(name: "b", channels: 1)
        normalization.runningVariance.pointer[0] = 0.25 - BatchNormalization.epsilon
        (normalization.runningMean.pointer[0], normalization.bias.value.pointer[0]) = (0.5, 7)
        normalization.weight.value.pointer[0] = 2
        var configuration = SpikingNetwork.Configuration(classCount: 2, timeStepCount: 1, size: 2)
        configuration.inputChannels = 1
        let network = SpikingNetwork(
            configuration: configuration,
            layers: [
                convolution, Neuron(name: "n", configuration: configuration.neuron, normalization: normalization),
            ])
        let node = try #require(try network.graph().nodes.first { $0.name == "c" })
        guard case .floats(let weight) = node.fields["weight"]?.values,
            case .floats(let bias) = node.fields["bias"]?.values
        else { return #expect(Bool(false), "no numbers") }
        #expect(abs(weight[0] - 12) < 1e-5 && abs(bias[0] - 5) < 1e-5)
    }
}
