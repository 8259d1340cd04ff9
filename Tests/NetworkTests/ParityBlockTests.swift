@testable import Network
import Tensors
import Testing
import TestSupport

@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityBlockTests {
    static let file = "b_convbnlif.safetensors"

    @Test(arguments: MethodFixture.cases(file))
    func convolutionNormalizationNeuron(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        func doubles(_ name: String) throws -> [Double] { try fixture.doubles("\(entry.name)/\(name)") }
        let (batch, inputs, outputs, size, timeSteps) = (
            entry.integer("B")!, entry.integer("Cin")!, entry.integer("Cout")!, entry.integer("H")!, entry.integer("T")!
        )
        let kernel = try fixture.shape("\(entry.name)/conv.weight")[3]
        let convolution = Convolution(
            name: "conv", inputChannels: inputs, outputChannels: outputs, kernel: kernel,
            padding: entry.integer("padding")!)
        convolution.weight.load(
            referenceOrder: try doubles("conv.weight").map(Float.init), into: convolution.weight.value)
        let normalization = BatchNormalization(name: "bn", channels: outputs)
        normalization.weight.value.copy(from: Tensor([outputs], try doubles("bn.weight").map(Float.init)))
        normalization.bias.value.copy(from: Tensor([outputs], try doubles("bn.bias").map(Float.init)))
        var configuration = Neuron.Configuration()
        configuration.threshold = Float(entry.number("threshold")!)
        configuration.dynamics = .leaky(membraneTimeConstant: Float(entry.number("tau")!))
        configuration.surrogate = try #require(SurrogateCatalogue.named(entry.name))
        configuration.keepsMembrane = true
        let neuron = Neuron(name: "node", configuration: configuration, normalization: normalization)
        var shape = ActivationShape(
            streamCount: 2, timeStepCount: timeSteps, batchSize: batch, height: size, width: size, channels: inputs)
        let harness = LayerHarness([convolution, neuron], shape)

        let image = channelsLast(try doubles("static").map(Float.init), channels: inputs, height: size, width: size)
        let events = channelsLast(try doubles("event").map(Float.init), channels: inputs, height: size, width: size)
        let input = (0..<timeSteps).flatMap { _ in image } + events
        harness.input.copy(from: Tensor([input.count], input))
        harness.forward()
        func expected(_ name: String) throws -> [Double] {
            channelsLast(try doubles(name), channels: outputs, height: size, width: size)
        }
        #expect(harness.output.values.map(Double.init) == (try expected("spike")))
        let trace = try #require(harness.traces[1] as? NeuronTrace)
        #expect(differenceToMaximum(trace.membranePotential!.values, try expected("mem")) <= 3e-6)
        #expect(differenceToMaximum(normalization.runningMean.values, try doubles("rm").suffix(outputs)) <= 5e-6)
        #expect(differenceToMaximum(normalization.runningVariance.values, try doubles("rv").suffix(outputs)) <= 5e-6)
        #expect(normalization.batchCount == Int64(2 * timeSteps))

        trace.membraneGradient = Tensor(harness.output.shape, try expected("b").map(Float.init))
        let gradient = harness.backward(try expected("a").map(Float.init))
        let half = gradient.count / 2
        let imageSize = half / timeSteps
        let imageGradient = (0..<imageSize).map { index in
            Float((0..<timeSteps).reduce(0.0) { $0 + Double(gradient[$1 * imageSize + index]) })
        }
        func expectedInput(_ name: String) throws -> [Double] {
            channelsLast(try doubles(name), channels: inputs, height: size, width: size)
        }
        #expect(differenceToMaximum(imageGradient, try expectedInput("grad_static")) <= 1e-5)
        #expect(differenceToMaximum(Array(gradient[half...]), try expectedInput("grad_event")) <= 1e-5)
        let weightGradient = convolution.weight.referenceOrder(of: convolution.weight.gradient)
        #expect(differenceToMaximum(weightGradient, try doubles("grad_conv.weight")) <= 1e-5)
        #expect(differenceToMaximum(normalization.weight.gradient.values, try doubles("grad_bn.weight")) <= 1e-5)
        #expect(differenceToMaximum(normalization.bias.gradient.values, try doubles("grad_bn.bias")) <= 1e-5)

        shape.streamCount = 1
        let evaluation = LayerHarness([convolution, neuron], shape, purpose: .evaluation)
        evaluation.input.copy(from: Tensor([events.count], events))
        evaluation.forward()
        #expect(evaluation.output.values.map(Double.init) == (try expected("eval_event_spike")))
    }
}
