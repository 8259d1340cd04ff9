import Tensors
import Testing

@testable import Analyses
@testable import Network

@Suite("Grad-CAM") struct GradCAMTests {
    @Test("weighs maps by the mean of the gradient, and rectifies")
    func maps() throws {
        // Two time steps, one sample, 1×2 pixels, two channels.
        let output = Tensor([2, 1, 1, 2, 2], [1, 0, 0, 1, 1, 1, 0, 0])
        let gradient = Tensor([2, 1, 1, 2, 2], [2, -4, 0, 0, 1, 1, 1, 1])
        let maps = GradCAM.maps(LayerMaps(layer: "conv", output: output, gradient: gradient))
        // Weights of the first step: 1 and −2; of the second: 1 and 1.
        #expect(maps == [[1, 0], [2, 0]])
    }

    @Test("is stretched between centers of pixels") func resizing() {
        #expect(MapPanel.resized([0, 1], width: 2, to: 4)[0..<4] == [0, 0.25, 0.75, 1])
        #expect(MapPanel.normalized([3, 5, 4]) == [0, 1, 0.5] && MapPanel.normalized([2, 2]) == [0, 0])
    }

    private static func network() -> SpikingNetwork {
        var configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 3, size: 6)
        configuration.neuron.surrogate = ArcTangent()
        let network = SpikingNetwork(
            configuration: configuration,
            layers: convolutionalBody([.block(2, 4), .pool, .block(4, 5)], configuration) + [Dropout(rate: 0.5)])
        var random = RandomSource(seed: 4)
        for parameter in network.parameters {
            for index in 0..<parameter.value.count { parameter.value[index] += random.uniform(-0.4, 0.4) }
        }
        for buffer in network.buffers {
            let isVariance = buffer.name.hasSuffix("var")
            for index in 0..<buffer.tensor.count {
                buffer.tensor[index] = isVariance ? random.uniform(0.5, 2) : random.uniform(-0.5, 0.5)
            }
        }
        return network
    }

    private static func trace(_ network: SpikingNetwork, _ purpose: PassPurpose) -> NetworkTrace {
        var options = NetworkTrace.Options()
        options.hasInputGradient = purpose == .attribution
        let trace = NetworkTrace(network: network, purpose: purpose, streamCount: 1, batchSize: 2, options: options)
        trace.allocate()
        var random = RandomSource(seed: 9)
        for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 2) }
        return trace
    }

    @Test("an attribution answers as an evaluation, and changes no running statistics")
    func answers() {
        let network = Self.network()
        let buffers = network.buffers.map(\.tensor.values)
        let (asked, evaluated) = (Self.trace(network, .attribution), Self.trace(network, .evaluation))
        network.forward(asked)
        network.forward(evaluated)
        #expect(asked.eventLogits.values == evaluated.eventLogits.values)
        GradCAM.ask(asked, class: 1)
        network.backward(asked)
        #expect(network.buffers.map(\.tensor.values) == buffers)
        let maps = asked.layerMaps()
        #expect(maps.count == 2 && maps.allSatisfy { $0.gradient?.shape == $0.output.shape })
        #expect(maps.allSatisfy { ($0.gradient?.values ?? []).contains { $0 != 0 } })
    }

    @Test("the gradient of the input is the slope of the answer, through running statistics")
    func slopes() {
        let network = Self.network()
        let trace = Self.trace(network, .attribution)
        let checks = trace.useSmoothChecks()
        func value() -> Double {
            network.forward(trace)
            let logits = trace.eventLogits
            return (0..<3).reduce(0) { sum, step in
                sum + (0..<2).reduce(0) { $0 + Double(logits[(step * 2 + $1) * 3 + 1]) / 3 }
            }
        }
        _ = value()
        for check in checks { check.mode = .reuse }
        _ = value()
        GradCAM.ask(trace, class: 1)
        network.backward(trace)
        let gradient = (0..<trace.input.count).map { trace.inputGradient?[$0] ?? .nan }
        let start = (0..<trace.input.count).map { trace.input.floats[$0] }
        var random = RandomSource(seed: 2)
        let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // The steepest way, and some that are none.
        for trial in 0..<4 {
            let direction = trial == 0 ? gradient.map { $0 / length } : start.map { _ in random.uniform(-1, 1) }
            func at(_ factor: Float) -> Double {
                for index in start.indices { trace.input.floats[index] = start[index] + factor * direction[index] }
                return value()
            }
            let difference = (at(2e-3) - at(-2e-3)) / 4e-3
            let slope = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect(trial > 0 || slope > 0.02, "a slope that says nothing: \(slope)")
            #expect(abs(difference - slope) < 0.03 * abs(slope) + 5e-4, "slope \(slope), difference \(difference)")
        }
    }
}
